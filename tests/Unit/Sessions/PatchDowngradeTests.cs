using System.Security.Cryptography;
using System.Text;
using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Virtual;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Sessions;

/// <summary>
/// Somebody without the password, between the client and a security 2 device that counts its messages, wants two of the client's
/// messages under one key stream (PROTOCOL.md §5): what the client sends is sent back to it as the answer, and the next is read.
/// </summary>
public class PatchDowngradeTests
{
    private const string Ssid = "MyHomeWiFiAP";
    private const string Passphrase = "mypassword";

    // Known to the attacker, and longer than what is to be read.
    private static readonly byte[] Known = Encoding.ASCII.GetBytes(new string('k', 256));

    [Theory]
    [InlineData("set to 0")]
    [InlineData("left out")]
    [InlineData("set to 0, 16 bytes")]
    [InlineData("left out, 16 bytes")]
    [InlineData("set to 0, no counter")]
    [InlineData("as it was")]
    public async Task A_reflected_request_ends_the_session_before_a_second_message_is_sent(string change)
    {
        await using VirtualDevice device = await StartAsync(Security2Patch.Patch1);
        await using var relay = new HttpRelay(device.Address, (relay, endpoint, body) => AttackAsync(relay, endpoint, body, change));
        await using ProvisioningSession session = await ConnectAsync(relay.Address);

        ProvisioningException refusal = await Assert.ThrowsAsync<ProvisioningException>(() => SendAsync(session, Known));
        ProvisioningException closed = await Assert.ThrowsAsync<ProvisioningException>(() => ProvisionAsync(session));

        Assert.Equal((ProvisioningErrorReason.ReflectedResponse, "custom-data"), (refusal.Reason, refusal.Endpoint));
        Assert.Equal(ProvisioningErrorReason.SessionClosed, closed.Reason);
        Assert.False(session.IsOpen);
        Assert.Single(Encrypted(relay));
        Assert.Empty(ReadWithKnownMessage(Encrypted(relay)));
    }

    [Fact]
    public async Task A_reflected_verb_that_may_be_repeated_is_not_repeated()
    {
        await using VirtualDevice device = await StartAsync(Security2Patch.Patch1);
        await using var relay = new HttpRelay(
            device.Address, (relay, endpoint, body) => AttackAsync(relay, endpoint, body, "set to 0, 16 bytes"));
        await using ProvisioningSession session = await ConnectAsync(relay.Address);

        ProvisioningException refusal = await Assert.ThrowsAsync<ProvisioningException>(() => ProvisionAsync(session));

        Assert.Equal(ProvisioningErrorReason.ReflectedResponse, refusal.Reason);
        Assert.Equal(1, session.HandshakeCount);
        Assert.Single(Encrypted(relay));
    }

    /// <summary>On real old firmware an earlier request comes back in the place of a later answer.</summary>
    [Fact]
    public async Task An_earlier_request_of_the_session_is_refused_as_an_answer_too()
    {
        await using VirtualDevice device = await StartAsync(Security2Patch.Patch0Nonce16);
        byte[]? first = null;
        await using var relay = new HttpRelay(device.Address, async (relay, endpoint, body) =>
        {
            byte[] answer = await relay.AskDeviceAsync(endpoint, body);
            if (endpoint != "custom-data")
                return answer;
            bool isFirst = first is null;
            first ??= body;
            return isFirst ? answer : first;
        });
        await using ProvisioningSession session = await ConnectAsync(relay.Address);

        Assert.Equal("SUCCESS\0"u8.ToArray(), await SendAsync(session, Known));
        ProvisioningException refusal = await Assert.ThrowsAsync<ProvisioningException>(() => SendAsync(session, [1]));

        Assert.Equal(ProvisioningErrorReason.ReflectedResponse, refusal.Reason);
        Assert.False(session.IsOpen);
    }

    /// <summary>What the warning is about: here nobody interferes, somebody only listens.</summary>
    [Theory]
    [InlineData(Security2Patch.Patch0Nonce16)]
    [InlineData(Security2Patch.Patch0Nonce12)]
    public async Task On_real_old_firmware_who_knows_one_message_reads_the_passphrase_and_the_user_is_warned_once(Security2Patch patch)
    {
        await using VirtualDevice device = await StartAsync(patch);
        int lost = 1;
        await using var relay = new HttpRelay(device.Address, async (relay, endpoint, body) =>
            endpoint == "prov-scan" && Interlocked.Exchange(ref lost, 0) == 1 ? null : await relay.AskDeviceAsync(endpoint, body));
        await using ProvisioningSession session = await ConnectAsync(relay.Address);
        var warnings = new List<string>();
        session.Notice += notice =>
        {
            if (notice.Level is SessionNoticeLevel.Warning)
                warnings.Add(notice.Message);
        };

        await session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None);
        Assert.Equal(2, session.HandshakeCount);
        int before = Encrypted(relay).Length;
        await SendAsync(session, Known);
        Assert.Equal(ProvisioningOutcome.Connected, (await ProvisionAsync(session)).Outcome);

        Assert.Contains(ReadWithKnownMessage(Encrypted(relay)[before..]), text => text.Contains(Passphrase, StringComparison.Ordinal));
        string warning = Assert.Single(warnings);
        foreach (string version in new[] { "5.0.9", "5.1.7", "5.2.6", "5.3.3", "5.4.1" })
            Assert.Contains(version, warning, StringComparison.Ordinal);
        Assert.Equal([warning], session.Warnings);
    }

    [Fact]
    public async Task Firmware_that_counts_is_used_without_a_warning_and_nothing_is_read_of_it()
    {
        await using VirtualDevice device = await StartAsync(Security2Patch.Patch1);
        await using var relay = new HttpRelay(device.Address, async (relay, endpoint, body) => await relay.AskDeviceAsync(endpoint, body));
        await using ProvisioningSession session = await ConnectAsync(relay.Address);

        await SendAsync(session, Known);
        Assert.Equal(ProvisioningOutcome.Connected, (await ProvisionAsync(session)).Outcome);

        Assert.Empty(session.Warnings);
        Assert.DoesNotContain(ReadWithKnownMessage(Encrypted(relay)), text => text.Contains(Passphrase, StringComparison.Ordinal));
    }

    // What a device echoes is a reply that equals its request only where nothing is encrypted, or where each message is encrypted alike.
    [Theory]
    [InlineData(SecurityVersion.Security0, Security2Patch.Patch1)]
    [InlineData(SecurityVersion.Security1, Security2Patch.Patch1)]
    [InlineData(SecurityVersion.Security2, Security2Patch.Patch1)]
    public async Task An_endpoint_that_echoes_still_works(SecurityVersion version, Security2Patch patch)
    {
        var options = new VirtualDeviceOptions { SecurityVersion = version, Security2Patch = patch, CustomEndpoints = ["echo"] };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, CancellationToken.None);
        await using ProvisioningSession session = await ConnectAsync(device.Address, version);
        for (int i = 0; i < 3; i++)
            Assert.Equal(Known, await session.SendCustomDataAsync("echo", Known, CancellationToken.None));
    }

    private static Task<VirtualDevice> StartAsync(Security2Patch patch)
    {
        var options = new VirtualDeviceOptions
        {
            SecurityVersion = SecurityVersion.Security2,
            Security2Patch = patch,
            ConnectDelay = TimeSpan.Zero,
            ScanDelay = TimeSpan.Zero,
        };
        return VirtualDevice.StartAsync(options, CancellationToken.None);
    }

    private static Task<byte[]> SendAsync(ProvisioningSession session, byte[] data) =>
        session.SendCustomDataAsync("custom-data", data, CancellationToken.None);

    private static async Task<byte[]?> AttackAsync(HttpRelay relay, string endpoint, byte[] body, string change)
    {
        if (endpoint is not ("proto-ver" or "prov-session"))
            return body;
        byte[] answer = await relay.AskDeviceAsync(endpoint, body);
        if (endpoint == "proto-ver")
        {
            string text = Encoding.UTF8.GetString(answer);
            Assert.Contains("\"sec_patch_ver\":\t1,", text, StringComparison.Ordinal);
            if (change.StartsWith("set to 0", StringComparison.Ordinal))
                text = text.Replace("\"sec_patch_ver\":\t1,", "\"sec_patch_ver\":\t0,", StringComparison.Ordinal);
            else if (change.StartsWith("left out", StringComparison.Ordinal))
                text = text.Replace("\"sec_patch_ver\":\t1,", "", StringComparison.Ordinal);
            return Encoding.UTF8.GetBytes(text);
        }

        SessionData data = SessionData.Parser.ParseFrom(answer);
        if (data.Sec2?.Sr1 is { } proof)
        {
            if (change.EndsWith("16 bytes", StringComparison.Ordinal))
                proof.DeviceNonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));
            else if (change.EndsWith("no counter", StringComparison.Ordinal))
                proof.DeviceNonce = ByteString.CopyFrom([.. proof.DeviceNonce.Span[..8], 9, 9, 9, 9]);
        }

        return data.ToByteArray();
    }

    private static byte[][] Encrypted(HttpRelay relay) =>
        [.. relay.Requests.Where(request => request.Endpoint is not ("proto-ver" or "prov-session")).Select(request => request.Body)];

    /// <summary>The key stream of the message that is known, over all that follow it.</summary>
    private static string[] ReadWithKnownMessage(byte[][] encrypted) =>
    [
        .. encrypted.Skip(1).Select(message => Encoding.Latin1.GetString(
            [.. message[..^16].Select((value, i) => i < Known.Length ? (byte)(value ^ encrypted[0][i] ^ Known[i]) : value)])),
    ];

    private static Task<ProvisioningSession> ConnectAsync(string address, SecurityVersion version = SecurityVersion.Security2) =>
        ProvisioningSession.ConnectAsync(
            new ProvisioningDevice { Name = "PROV_X", Address = address, Transport = ProvisioningTransport.SoftAP },
            new HttpTransport(address),
            new SessionOptions
            {
                AllowUnencrypted = true,
                Credential = version switch
                {
                    SecurityVersion.Security1 => new SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") },
                    SecurityVersion.Security2 => new SecurityCredential { Username = "wifiprov", Password = Secret.FromUtf8("abcd1234") },
                    _ => SecurityCredential.None,
                },
            },
            CancellationToken.None);

    private static async Task<WifiProvisioningResult> ProvisionAsync(ProvisioningSession session)
    {
        using var credential = new WifiCredential(Encoding.UTF8.GetBytes(Ssid), Secret.FromUtf8(Passphrase));
        return await session.ProvisionWifiAsync(credential, TimeSpan.FromSeconds(60), null, CancellationToken.None);
    }
}
