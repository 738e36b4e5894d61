using System.Globalization;
using System.Text.RegularExpressions;
using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Virtual;
using EspProv.Wire;

namespace EspProv.Tests.Virtual;

/// <summary>
/// The virtual device in the place of the vendor's firmware: every recorded request is posted to it over a socket, in the
/// recorded session and connection, and has to get the recorded bytes, or none.
/// </summary>
/// <remarks>
/// What the recorded device drew at random is forced through <see cref="IRandomSource"/>. Its Wi-Fi driver was a stub, which
/// <see cref="RecordedWifiWorld"/> stands for. When an attempt to join ended is a matter of the recording's clock: the replay's
/// clock stands still, and is advanced before a status request by as many attempts as the recorded answer says had ended.
/// </remarks>
[Trait("Category", "Vectors")]
public partial class DeviceReplayTests
{
    private static readonly TimeSpan Attempt = TimeSpan.FromSeconds(1);

    public static TheoryData<string> TranscriptNames => Vectors.TranscriptNames;

    private static IEnumerable<string> Names => TranscriptNames.Cast<object[]>().Select(row => (string)row[0]);

    [SkippableTheory]
    [MemberData(nameof(TranscriptNames))]
    public async Task The_device_answers_as_the_firmware_did(string name)
    {
        List<Transcript> runs = [.. RunsUpTo(name).Select(run => Vectors.Transcript(run))];
        Skip.If(runs.Any(IsWithoutSecrets), "The recorded build drew from an unseeded source: there is nothing to force.");

        var random = new FirmwareRandomSource();
        runs.ForEach(random.Add);
        var time = new ManualTimeProvider();
        await using VirtualDevice device = await VirtualDevice.StartAsync(OptionsOf(runs, random, time), default);

        var joins = new JoinClock(time, device.Options.ConnectionAttempts);
        foreach (Transcript run in runs)
            await ReplayAsync(run, device, joins);

        Assert.Equal(0, random.Left);
    }

    [Fact]
    public void At_least_one_transcript_is_of_a_seeded_build_and_replayed()
    {
        string[] names = [.. Names];

        Assert.NotEmpty(names);
        Assert.Contains(names, name => !IsWithoutSecrets(Vectors.Transcript(name)));
    }

    private static async Task ReplayAsync(Transcript run, VirtualDevice device, JoinClock joins)
    {
        RawHttpConnection? connection = null;
        int number = 0;
        try
        {
            foreach (TranscriptExchange exchange in run.Exchanges)
            {
                if (connection is null || exchange.TcpConnection != number)
                {
                    connection?.Dispose();
                    connection = await RawHttpConnection.OpenAsync(device.Address);
                    number = exchange.TcpConnection;
                }

                joins.Prepare(exchange);
                RawHttpResponse? response = await connection.PostAsync(exchange.Endpoint, exchange.RequestHex, exchange.CookieSent);

                string what = string.Create(CultureInfo.InvariantCulture, $"{run.Name}, exchange {exchange.N} ({exchange.Endpoint})");
                Assert.True(exchange.ResponseHex is null == response is null, $"{what}: {(response is null ? "closed" : "answered")}");
                if (response is null)
                    continue;
                Assert.True(exchange.ResponseHex.AsSpan().SequenceEqual(response.Body), $"{what}: {Convert.ToHexStringLower(response.Body)} instead of {Convert.ToHexStringLower(exchange.ResponseHex!)}");
                Assert.Equal($"HTTP/1.1 {exchange.HttpStatus} OK", response.StatusLine);
                Assert.Equal(exchange.CookieSet, response.SetCookie);
                if (exchange.ResponseHeaders is { } headers)
                    Assert.Equal(headers.Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal), response.Headers.Order(StringComparer.Ordinal));
            }
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private static VirtualDeviceOptions OptionsOf(List<Transcript> runs, IRandomSource random, TimeProvider time)
    {
        TranscriptDevice device = runs[0].Device;
        return new VirtualDeviceOptions
        {
            Name = "PROV_261FCC",
            Component = runs[0].Kind == "network" ? ProvisioningComponent.NetworkProvisioning : ProvisioningComponent.WifiProvisioning,
            SecurityVersion = (SecurityVersion)int.Parse(device.Argument("--sec")!, CultureInfo.InvariantCulture),
            ProofOfPossession = device.Argument("--pop") ?? string.Empty,
            Salt = runs.SelectMany(run => run.DeviceSecrets.SrpSalt).FirstOrDefault() is { } salt ? salt : null,
            Verifier = runs.SelectMany(run => run.DeviceSecrets.SrpVerifier).FirstOrDefault() is { } verifier ? verifier : null,
            Security2Patch = IsOfBeforeTheCounter(runs) ? Security2Patch.Patch0Nonce16 : Security2Patch.Patch1,
            ConnectionAttempts = int.Parse(device.Argument("--attempts") ?? "1", CultureInfo.InvariantCulture),
            KeepServiceUp = device.Args.Contains("--no-auto-stop"),
            ConnectDelay = Attempt,
            ScanDelay = TimeSpan.Zero,
            World = new RecordedWifiWorld(device, runs),
            Random = random,
            TimeProvider = time,
        };
    }

    private static bool IsOfBeforeTheCounter(List<Transcript> runs) =>
        runs.Any(run => run.DeviceSecrets.GcmNonceInitial.Any(nonce => nonce.Length == 16)
            || run.ExchangesWith("proto-ver").Any(exchange => exchange.ResponseHex is { } reply && reply.AsSpan().IndexOf("sec_patch_ver"u8) < 0));

    private static bool IsWithoutSecrets(Transcript run) =>
        run.ExchangesWith("prov-session").Any(exchange => exchange.ResponseHex is not null)
        && run.Device.Argument("--sec") != "0"
        && run.DeviceSecrets.X25519Private.Length == 0
        && run.DeviceSecrets.SrpPrivateB.Length == 0;

    // Runs that share a device are called _a_, _b_, … and build on each other.
    private static IEnumerable<string> RunsUpTo(string name)
    {
        Match match = SharedDevice().Match(name);
        if (!match.Success)
            return [name];
        string stem = match.Groups["stem"].Value;
        return Names
            .Where(other => SharedDevice().Match(other) is { Success: true } found && found.Groups["stem"].Value == stem)
            .Where(other => string.CompareOrdinal(other, name) <= 0)
            .Order(StringComparer.Ordinal);
    }

    [GeneratedRegex("^(?<stem>.+)_[a-d]_[a-z_]+$")]
    private static partial Regex SharedDevice();

    /// <summary>Lets as many attempts to join end as the next recorded answer implies.</summary>
    private sealed class JoinClock(ManualTimeProvider time, int attempts)
    {
        private int _ended;

        public void Prepare(TranscriptExchange exchange)
        {
            if (exchange.Endpoint != "prov-config" || exchange.PlainResponseHex is not { } plain)
                return;

            ConfigPayload answer = ConfigPayload.Parser.ParseFrom(plain);
            if (answer.ApplyWifiConfigResp is { Status: Status.Success })
                _ended = 0;
            if (answer.GetWifiStatusResp is not { } status)
                return;

            int wanted = (status.StaState, status.DetailCase) switch
            {
                (StaState.StaConnected, _) => 1,
                (StaState.StaConnectionFailed, _) => attempts,
                (_, GetWifiStatusResp.DetailOneofCase.AttemptFailed) => attempts - (int)status.AttemptFailed.AttemptsRemaining,
                _ => 0,
            };
            for (; _ended < wanted; _ended++)
                time.Advance(Attempt);
        }
    }
}
