using EspProv.Security;
using EspProv.Srp;
using EspProv.Tests.Support;

namespace EspProv.Tests.Security;

/// <summary>Every scheme against the vendor's firmware code and the vendor's client, byte by byte, at the level of the bodies.</summary>
[Trait("Category", "Vectors")]
public class HandshakeReplayTests
{
    /// <summary>The tampered ones are only the device's to answer; the client has no part in their protocol.</summary>
    public static TheoryData<string> WithHandshake
        => Vectors.TranscriptNamesWhere(transcript => !transcript.IsTampered && transcript.ExchangesWith("prov-session").Any());

    public static TheoryData<string> WithSrpHandshake
        => Vectors.TranscriptNamesWhere(transcript => !transcript.IsTampered && transcript.ClientSecrets.SrpPrivateA.Length > 0);

    public static TheoryData<string> WithDeviceX25519Secrets
        => Vectors.TranscriptNamesWhere(transcript => transcript.DeviceSecrets.X25519Private.Length > 0);

    public static TheoryData<string> WithDeviceSrpSecrets
        => Vectors.TranscriptNamesWhere(transcript => transcript.DeviceSecrets.SrpPrivateB.Length > 0);

    [SkippableTheory]
    [MemberData(nameof(WithHandshake))]
    public Task The_client_sends_what_the_recorded_client_sent(string name)
    {
        Transcript transcript = Vectors.Transcript(name);
        return ReplayAsync(transcript, TranscriptHandshake.PatchVersionOf(transcript));
    }

    [SkippableTheory]
    [MemberData(nameof(WithSrpHandshake))]
    public Task Security_2_tells_the_patch_level_by_the_nonce_when_the_device_does_not_say_it(string name)
        => ReplayAsync(Vectors.Transcript(name), patchVersion: null);

    [SkippableTheory]
    [MemberData(nameof(WithDeviceX25519Secrets))]
    public void The_recorded_devices_X25519_keys_follow_from_its_draws(string name)
    {
        Transcript transcript = Vectors.Transcript(name);
        TranscriptDeviceSecrets device = transcript.DeviceSecrets;
        byte[] pop = transcript.Device.Argument("--pop") is { } text ? System.Text.Encoding.Latin1.GetBytes(text) : [];

        for (int i = 0; i < device.X25519Private.Length; i++)
        {
            byte[] key = X25519KeyExchange.SharedSecret(device.X25519Private[i], transcript.ClientSecrets.X25519Public[i]);
            Assert.Equal(device.X25519Public[i], X25519KeyExchange.PublicKey(device.X25519Private[i]));
            Assert.Equal(device.X25519Shared[i], key);
            ProofOfPossessionKey.Mix(pop, key);
            Assert.Equal(device.SessionKey[i], key);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(WithDeviceSrpSecrets))]
    public void The_recorded_devices_SRP_values_follow_from_its_draws(string name)
    {
        Transcript transcript = Vectors.Transcript(name);
        TranscriptDeviceSecrets device = transcript.DeviceSecrets;

        for (int i = 0; i < device.SrpPrivateB.Length; i++)
        {
            using var server = new SrpServer(
                SrpGroup.Rfc5054_3072,
                System.Text.Encoding.UTF8.GetBytes(transcript.ClientSecrets.SrpUsername[i]),
                device.SrpSalt[0],
                device.SrpVerifier[0],
                new RecordedRandomSource(device.SrpPrivateB[i]));
            server.ReceiveClientKey(transcript.ClientSecrets.SrpA[i]);

            Assert.Equal(device.SrpB[i], server.B);
            Assert.Equal(device.SrpK[i], server.K);
            Assert.Equal(device.GcmKey[i], server.K[..GcmMessageCipher.KeyLength]);
            Assert.NotNull(server.VerifyClientProof(device.SrpM1Expected[i]));
            byte[]? m2 = server.VerifyClientProof(transcript.ClientSecrets.SrpM1[i]);
            if (i < device.SrpM2.Length)
                Assert.Equal(device.SrpM2[i], m2);
            else
                Assert.Null(m2);
        }
    }

    private static async Task ReplayAsync(Transcript transcript, int? patchVersion)
    {
        TranscriptExchange[] recorded = transcript.ExchangesWith("prov-session").ToArray();
        using var handshake = TranscriptHandshake.Of(transcript, patchVersion);
        int closed = Array.FindIndex(recorded, exchange => exchange.ResponseHex is null);

        if (closed < 0)
        {
            await handshake.EstablishAsync();
        }
        else
        {
            ProvisioningException exception = await Assert.ThrowsAsync<ProvisioningException>(handshake.EstablishAsync);
            Assert.Equal(closed == 1 ? ProvisioningErrorReason.WrongCredentials : ProvisioningErrorReason.SessionLost, exception.Reason);
        }

        Assert.Equal(recorded.Select(exchange => exchange.RequestHex), handshake.Requests);
        Assert.Empty(handshake.Left);
        Assert.Equal(0, handshake.Random.Left);

        foreach (TranscriptExchange exchange in transcript.Exchanges.Where(exchange => exchange.PlainRequestHex is not null))
        {
            Assert.Equal(exchange.RequestHex, handshake.Scheme.Encrypt(exchange.PlainRequestHex));
            if (exchange.ResponseHex is null)
                break;
            Assert.Equal(exchange.PlainResponseHex, handshake.Scheme.Decrypt(exchange.ResponseHex));
        }
    }
}
