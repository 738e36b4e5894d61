using EspProv.Security;
using EspProv.Srp;
using EspProv.Tests.Support;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Security;

/// <summary>What a device, or someone in between, can answer wrongly during a handshake.</summary>
public class HandshakeFaultTests
{
    private const string Sec0 = "wifi_sec0_success_custom";
    private const string Sec1 = "wifi_sec1_success_custom";
    private const string Sec2 = "wifi_sec2_success_custom";

    public static TheoryData<string, int> Steps => new() { { Sec0, 0 }, { Sec1, 0 }, { Sec1, 1 }, { Sec2, 0 }, { Sec2, 1 } };

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task Garbage_and_truncated_replies_are_malformed(string transcript, int step)
    {
        Assert.Equal(ProvisioningErrorReason.MalformedResponse, await FailureAsync(transcript, step, _ => [0xff, 0xff, 0xff]));
        Assert.Equal(ProvisioningErrorReason.MalformedResponse, await FailureAsync(transcript, step, reply => reply[..^1]));
        Assert.Equal(ProvisioningErrorReason.MalformedResponse, await FailureAsync(transcript, step, _ => []));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_reply_of_another_scheme_is_a_mismatch(string transcript, int step)
        => Assert.Equal(ProvisioningErrorReason.SecurityMismatch, await FailureAsync(transcript, step, Edit(data => data.SecVer = (SecScheme)(((int)data.SecVer + 1) % 3))));

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_reply_that_calls_itself_of_the_scheme_and_carries_another_is_unexpected(string transcript, int step)
        => Assert.Equal(ProvisioningErrorReason.UnexpectedResponse, await FailureAsync(transcript, step, Edit(data =>
        {
            if (data.SecVer == SecScheme._1)
                data.Sec2 = new Sec2Payload();
            else
                data.Sec1 = new Sec1Payload();
        })));

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_reply_to_another_step_is_unexpected(string transcript, int step)
        => Assert.Equal(ProvisioningErrorReason.UnexpectedResponse, await FailureAsync(transcript, step, Edit(data =>
        {
            if (data.Sec0 is { } sec0)
                sec0.Msg = Sec0Message.Sec0Cmd;
            if (data.Sec1 is { } sec1)
                sec1.Msg = sec1.Msg == HandshakeStep.Resp0 ? HandshakeStep.Resp1 : HandshakeStep.Resp0;
            if (data.Sec2 is { } sec2)
                sec2.Msg = HandshakeStep.Cmd1;
        })));

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task A_reply_without_its_submessage_is_unexpected(string transcript, int step)
        => Assert.Equal(ProvisioningErrorReason.UnexpectedResponse, await FailureAsync(transcript, step, Edit(data =>
        {
            data.Sec0?.ClearBody();
            data.Sec1?.ClearBody();
            data.Sec2?.ClearBody();
        })));

    [Theory]
    [InlineData(0, (int)DeviceStatus.InvalidSecScheme, ProvisioningErrorReason.SecurityMismatch)]
    [InlineData(0, (int)DeviceStatus.TooManySessions, ProvisioningErrorReason.DeviceError)]
    [InlineData(0, (int)DeviceStatus.InvalidArgument, ProvisioningErrorReason.DeviceError)]
    [InlineData(0, 99, ProvisioningErrorReason.DeviceError)]
    [InlineData(1, (int)DeviceStatus.InternalError, ProvisioningErrorReason.DeviceError)]
    [InlineData(1, (int)DeviceStatus.CryptoError, ProvisioningErrorReason.WrongCredentials)]
    [InlineData(1, (int)DeviceStatus.InvalidSession, ProvisioningErrorReason.WrongCredentials)]
    public async Task A_status_other_than_Success_says_why(int step, int status, ProvisioningErrorReason reason)
    {
        foreach (string transcript in new[] { Sec1, Sec2 })
        {
            ProvisioningException exception = await ExceptionAsync(transcript, step, Edit(data => SetStatus(data, (Status)status)));
            Assert.Equal(reason, exception.Reason);
            Assert.Equal((DeviceStatus)status, exception.DeviceStatus);
            Assert.Equal("prov-session", exception.Endpoint);
        }
    }

    [Fact]
    public async Task Security_0_can_be_refused()
        => Assert.Equal(
            ProvisioningErrorReason.DeviceError,
            await FailureAsync(Sec0, 0, Edit(data => SetStatus(data, Status.TooManySessions))));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public async Task Security_1_refuses_a_public_key_and_a_proof_of_another_length(int length)
    {
        ByteString bytes = Bytes(length);
        Assert.Equal(ProvisioningErrorReason.MalformedResponse, await FailureAsync(Sec1, 0, Edit(data => data.Sec1.Sr0.DevicePubkey = bytes)));
        Assert.Equal(ProvisioningErrorReason.MalformedResponse, await FailureAsync(Sec1, 1, Edit(data => data.Sec1.Sr1.DeviceVerifyData = bytes)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task Security_1_refuses_a_random_of_another_length(int length)
        => Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            await FailureAsync(Sec1, 0, Edit(data => data.Sec1.Sr0.DeviceRandom = Bytes(length))));

    [Fact]
    public async Task Security_1_refuses_a_key_that_makes_an_all_zero_secret()
        => Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            await FailureAsync(Sec1, 0, Edit(data => data.Sec1.Sr0.DevicePubkey = ByteString.CopyFrom(new byte[32]))));

    [Fact]
    public async Task A_device_whose_proof_is_wrong_is_not_trusted()
    {
        Assert.Equal(
            ProvisioningErrorReason.WrongCredentials,
            await FailureAsync(Sec1, 1, Edit(data => data.Sec1.Sr1.DeviceVerifyData = Flip(data.Sec1.Sr1.DeviceVerifyData))));
        Assert.Equal(
            ProvisioningErrorReason.WrongCredentials,
            await FailureAsync(Sec2, 1, Edit(data => data.Sec2.Sr1.DeviceProof = Flip(data.Sec2.Sr1.DeviceProof))));
    }

    [Fact]
    public async Task A_scheme_that_failed_neither_encrypts_nor_tries_again()
    {
        foreach (string transcript in new[] { Sec1, Sec2 })
        {
            using var handshake = TranscriptHandshake.Of(transcript);
            Assert.Throws<InvalidOperationException>(() => handshake.Scheme.Encrypt([1]));
            handshake.Tamper = (_, _) => [0xff];

            await Assert.ThrowsAsync<ProvisioningException>(handshake.EstablishAsync);

            Assert.Throws<InvalidOperationException>(() => handshake.Scheme.Encrypt([1]));
            Assert.Throws<InvalidOperationException>(() => handshake.Scheme.Decrypt([1]));
            await Assert.ThrowsAsync<InvalidOperationException>(handshake.EstablishAsync);
            handshake.Scheme.Dispose();
            Assert.Throws<ObjectDisposedException>(() => handshake.Scheme.Encrypt([1]));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(385)]
    public async Task Security_2_refuses_a_public_key_of_another_length(int length)
        => Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            await FailureAsync(Sec2, 0, Edit(data => data.Sec2.Sr0.DevicePubkey = Bytes(length))));

    [Fact]
    public async Task Security_2_refuses_B_of_zero_modulo_N_and_an_empty_salt()
    {
        byte[] n = SrpGroup.Rfc5054_3072.Pad(SrpGroup.Rfc5054_3072.N);
        Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            await FailureAsync(Sec2, 0, Edit(data => data.Sec2.Sr0.DevicePubkey = ByteString.CopyFrom(n))));
        Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            await FailureAsync(Sec2, 0, Edit(data => data.Sec2.Sr0.DevicePubkey = ByteString.CopyFrom(new byte[384]))));
        Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            await FailureAsync(Sec2, 0, Edit(data => data.Sec2.Sr0.DeviceSalt = ByteString.Empty)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(17)]
    public async Task Security_2_refuses_a_nonce_of_another_length(int length)
        => Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            await FailureAsync(Sec2, 1, Edit(data => data.Sec2.Sr1.DeviceNonce = Bytes(length))));

    [Fact]
    public async Task Security_2_refuses_a_short_proof()
        => Assert.Equal(
            ProvisioningErrorReason.MalformedResponse,
            await FailureAsync(Sec2, 1, Edit(data => data.Sec2.Sr1.DeviceProof = Bytes(63))));

    /// <summary>The nonce is not authenticated: who stands between could make us encrypt everything under one.</summary>
    [Fact]
    public async Task A_device_that_counts_may_not_send_a_constant_nonce()
    {
        using var handshake = TranscriptHandshake.Of(Sec2, patchVersion: 1);
        handshake.Tamper = (step, reply) => step == 1 ? Edit(data => data.Sec2.Sr1.DeviceNonce = Bytes(16))(reply) : reply;

        Assert.Equal(ProvisioningErrorReason.MalformedResponse, (await Assert.ThrowsAsync<ProvisioningException>(handshake.EstablishAsync)).Reason);
    }

    [Theory]
    [InlineData(0, 12)]
    [InlineData(0, 16)]
    [InlineData(null, 12)]
    [InlineData(null, 16)]
    public async Task A_random_nonce_of_patch_0_is_used_for_every_message(int? patchVersion, int length)
    {
        using var handshake = TranscriptHandshake.Of(Sec2, patchVersion);
        handshake.Tamper = (step, reply) => step == 1 ? Edit(data => data.Sec2.Sr1.DeviceNonce = Bytes(length))(reply) : reply;
        await handshake.EstablishAsync();

        byte[] first = handshake.Scheme.Encrypt([1, 2, 3]);

        Assert.Equal(first, handshake.Scheme.Encrypt([1, 2, 3]));
        Assert.Contains("same nonce", handshake.Scheme.Warning, StringComparison.Ordinal);
    }

    /// <summary>The patch level is not authenticated either: where the nonce can be counted from its beginning, it is.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_nonce_that_begins_to_count_counts_whatever_the_patch_level(int? patchVersion)
    {
        using var handshake = TranscriptHandshake.Of(Sec2, patchVersion);
        handshake.Tamper = (step, reply) => step == 1
            ? Edit(data => data.Sec2.Sr1.DeviceNonce = ByteString.CopyFrom([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 1]))(reply)
            : reply;
        await handshake.EstablishAsync();

        Assert.NotEqual(handshake.Scheme.Encrypt([1, 2, 3]), handshake.Scheme.Encrypt([1, 2, 3]));
        Assert.Null(handshake.Scheme.Warning);
    }

    [Fact]
    public async Task A_nonce_that_begins_elsewhere_counts_where_the_device_says_that_it_counts()
    {
        using var handshake = TranscriptHandshake.Of(Sec2, patchVersion: 1);
        handshake.Tamper = (step, reply) => step == 1 ? Edit(data => data.Sec2.Sr1.DeviceNonce = Bytes(12))(reply) : reply;
        await handshake.EstablishAsync();

        Assert.NotEqual(handshake.Scheme.Encrypt([1, 2, 3]), handshake.Scheme.Encrypt([1, 2, 3]));
        Assert.Null(handshake.Scheme.Warning);
    }

    [Theory]
    [InlineData(null, "No proof of possession was given")]
    [InlineData("", "An empty proof of possession was given")]
    [InlineData("abcd1234", "Check the proof of possession")]
    public async Task A_refused_proof_of_possession_is_spoken_of_as_it_was_given(string? given, string advice)
    {
        byte[] keys = Vectors.Transcript(Sec1).ExchangesWith("prov-session").First().ResponseHex!;
        using Secret? pop = given is null ? null : Secret.FromUtf8(given);
        using var scheme = new Security1(pop, SystemRandomSource.Instance);
        int step = 0;

        ProvisioningException refusal = await Assert.ThrowsAsync<ProvisioningException>(() => scheme.EstablishAsync(
            (_, _) => step++ == 0 ? Task.FromResult(keys) : throw new ProvisioningException(ProvisioningErrorReason.SessionLost, "closed"),
            CancellationToken.None));

        Assert.Equal(ProvisioningErrorReason.WrongCredentials, refusal.Reason);
        Assert.Contains(advice, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abcd1234", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_counted_nonce_at_its_end_ends_the_session_before_anything_is_sent()
    {
        using var handshake = TranscriptHandshake.Of(Sec2, patchVersion: 1);
        var last = ByteString.CopyFrom([1, 2, 3, 4, 5, 6, 7, 8, 0xff, 0xff, 0xff, 0xff]);
        handshake.Tamper = (step, reply) => step == 1 ? Edit(data => data.Sec2.Sr1.DeviceNonce = last)(reply) : reply;
        await handshake.EstablishAsync();

        Assert.Equal(ProvisioningErrorReason.SessionLost, Assert.Throws<ProvisioningException>(() => handshake.Scheme.Encrypt([1])).Reason);
    }

    [Fact]
    public async Task A_tampered_encrypted_reply_does_not_decrypt_under_security_2()
    {
        Transcript transcript = Vectors.Transcript(Sec2);
        using var handshake = TranscriptHandshake.Of(transcript);
        await handshake.EstablishAsync();
        TranscriptExchange exchange = transcript.Exchanges.First(exchange => exchange.PlainRequestHex is not null);
        handshake.Scheme.Encrypt(exchange.PlainRequestHex);
        byte[] tampered = [.. exchange.ResponseHex!];
        tampered[^1] ^= 1;

        Assert.Equal(ProvisioningErrorReason.DecryptionFailed, Assert.Throws<ProvisioningException>(() => handshake.Scheme.Decrypt(tampered)).Reason);
    }

    [Fact]
    public async Task A_refused_pair_with_the_leading_zero_quirk_names_it()
    {
        // SHA-512("wifiprov:pw69") begins with 00.
        string plain = await RefusalAsync("wifiprov", "abcd1234", useVendorToolHash: false);
        string quirk = await RefusalAsync("wifiprov", "pw69", useVendorToolHash: false);
        string other = await RefusalAsync("wifiprov", "pw69", useVendorToolHash: true);

        Assert.DoesNotContain("vendor", plain, StringComparison.Ordinal);
        Assert.Contains("try again with the vendor tool's hash", quirk, StringComparison.Ordinal);
        Assert.Contains("Try again without the vendor tool's hash", other, StringComparison.Ordinal);
        Assert.DoesNotContain("pw69", quirk + other, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lost_link_at_the_first_step_stays_a_lost_link()
    {
        foreach (string transcript in new[] { Sec0, Sec1, Sec2 })
        {
            ProvisioningException exception = await ExceptionAsync(
                transcript, 0, _ => throw new ProvisioningException(ProvisioningErrorReason.SessionLost, "lost"));
            Assert.Equal(ProvisioningErrorReason.SessionLost, exception.Reason);
        }
    }

    [Fact]
    public async Task An_unanswered_proof_stays_a_timeout()
    {
        foreach (string transcript in new[] { Sec1, Sec2 })
        {
            ProvisioningException exception = await ExceptionAsync(
                transcript, 1, _ => throw new ProvisioningException(ProvisioningErrorReason.ExchangeTimeout, "late"));
            Assert.Equal(ProvisioningErrorReason.ExchangeTimeout, exception.Reason);
        }
    }

    [Fact]
    public void Constructors_refuse_what_no_device_accepts()
    {
        using var password = Secret.FromUtf8("abcd1234");

        Assert.Throws<ArgumentException>(() => new Security2("", password, null, false, SystemRandomSource.Instance));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Security2("u", password, -1, false, SystemRandomSource.Instance));
        Assert.Throws<ArgumentNullException>(() => new Security2("u", null!, null, false, SystemRandomSource.Instance));
        Assert.Throws<ArgumentNullException>(() => new Security1(null, null!));
    }

    private static async Task<string> RefusalAsync(string username, string password, bool useVendorToolHash)
    {
        Transcript transcript = Vectors.Transcript(Sec2);
        byte[] keys = transcript.ExchangesWith("prov-session").First().ResponseHex!;
        using var secret = Secret.FromUtf8(password);
        using var scheme = new Security2(username, secret, 1, useVendorToolHash, SystemRandomSource.Instance);
        int step = 0;

        ProvisioningException exception = await Assert.ThrowsAsync<ProvisioningException>(() => scheme.EstablishAsync(
            (_, _) => step++ == 0
                ? Task.FromResult(keys)
                : throw new ProvisioningException(ProvisioningErrorReason.SessionLost, "closed"),
            CancellationToken.None));

        Assert.Equal(ProvisioningErrorReason.WrongCredentials, exception.Reason);
        return exception.Message;
    }

    private static async Task<ProvisioningErrorReason> FailureAsync(string transcript, int step, Func<byte[], byte[]> change)
        => (await ExceptionAsync(transcript, step, change)).Reason;

    private static async Task<ProvisioningException> ExceptionAsync(string transcript, int step, Func<byte[], byte[]> change)
    {
        using var handshake = TranscriptHandshake.Of(transcript);
        handshake.Tamper = (at, reply) => at == step ? change(reply) : reply;
        return await Assert.ThrowsAsync<ProvisioningException>(handshake.EstablishAsync);
    }

    private static Func<byte[], byte[]> Edit(Action<SessionData> change) => reply =>
    {
        SessionData data = SessionData.Parser.ParseFrom(reply);
        change(data);
        return data.ToByteArray();
    };

    private static void SetStatus(SessionData data, Status status)
    {
        if (data.Sec0?.Sr is { } sec0)
            sec0.Status = status;
        if (data.Sec1?.Sr0 is { } sec1Keys)
            sec1Keys.Status = status;
        if (data.Sec1?.Sr1 is { } sec1Proof)
            sec1Proof.Status = status;
        if (data.Sec2?.Sr0 is { } sec2Keys)
            sec2Keys.Status = status;
        if (data.Sec2?.Sr1 is { } sec2Proof)
            sec2Proof.Status = status;
    }

    private static ByteString Bytes(int length) => ByteString.CopyFrom(Enumerable.Repeat((byte)0x5a, length).ToArray());

    private static ByteString Flip(ByteString bytes)
    {
        byte[] flipped = bytes.ToByteArray();
        flipped[^1] ^= 1;
        return ByteString.CopyFrom(flipped);
    }
}
