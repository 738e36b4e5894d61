using EspProv.Board.Log;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Report;
using EspProv.Fleet.Run;
using EspProv.Networks;
using EspProv.Networks.Wifi;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Virtual;

namespace EspProv.Tests.Fleet.Run;

/// <summary>Rows whose boards have their log on a serial port, which is heard where the device says nothing any more.</summary>
public class FleetWitnessTests
{
    private const string Passphrase = "canary-passphrase-9b41";

    private readonly List<string> _notices = [];

    [Fact]
    public async Task A_device_that_is_lost_after_Apply_is_connected_where_its_log_says_so_and_the_journal_has_it()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("espprov-").FullName, "run.jsonl");
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions { LoseLinkAfterApply = true });
        FleetResult result;
        await using (var journal = FleetJournal.Open(path, resume: false))
            result = await RunAsync(Row(device), journal: journal);

        Assert.Equal((FleetStatus.Connected, FleetStage.Done, ProvisioningWitness.BoardLog), (result.Status, result.Stage, result.Witness));
        Assert.Equal(device.IPAddress, result.IPAddress);
        Assert.Null(result.Warning);
        string written = await File.ReadAllTextAsync(path);
        Assert.Contains("\"witness\":\"BoardLog\"", written, StringComparison.Ordinal);

        // What stock firmware prints of the passphrase comes out nowhere.
        Assert.Contains(device.MonitorLog, line => line.Contains(Passphrase, StringComparison.Ordinal));
        Assert.DoesNotContain("canary", written + result + string.Join('\n', _notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("net", "not-the-passphrase", "AuthError", "WifiAuthError")]
    [InlineData("no-such-net", "passphrase", "NetworkNotFound", "WifiNetworkNotFound")]
    public async Task A_device_that_is_lost_after_Apply_has_failed_where_its_log_says_so(string ssid, string passphrase, string reason, string id)
    {
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions { LoseLinkAfterApply = true });
        FleetResult result = await RunAsync(Row(device, ssid: ssid, passphrase: passphrase));
        Assert.Equal(
            (FleetStatus.Failed, reason, id, ProvisioningWitness.BoardLog), (result.Status, result.Reason, result.ErrorId, result.Witness));
    }

    [Fact]
    public async Task The_device_is_the_witness_where_it_answers()
    {
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions());
        FleetResult result = await RunAsync(Row(device));
        Assert.Equal((FleetStatus.Connected, ProvisioningWitness.Device), (result.Status, result.Witness));
        FleetResult again = await RunAsync(Row(device, monitorPort: null));
        Assert.Equal(("AlreadyConnected", ProvisioningWitness.Device), (again.Reason, again.Witness));
    }

    [Fact]
    public async Task The_log_of_another_board_never_makes_a_row_connected()
    {
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions { LoseLinkAfterApply = true });
        await using VirtualDevice other = await StartAsync(new VirtualDeviceOptions());
        Task<FleetResult> wrong = RunAsync(Row(device, monitorPort: other.MonitorPort), joinTimeout: TimeSpan.FromSeconds(2));

        // The other board joins another network meanwhile.
        FleetResult right = await RunAsync(Row(other, number: 2, ssid: "other", passphrase: "otherpassphrase", monitorPort: null));
        Assert.Equal(FleetStatus.Connected, right.Status);
        Assert.Equal((FleetStatus.Unknown, null), ((await wrong).Status, (await wrong).Witness));
    }

    [Fact]
    public async Task What_was_printed_before_the_port_was_opened_does_not_count()
    {
        // A pseudo-terminal keeps what nobody has read.
        await using VirtualDevice other = await StartAsync(new VirtualDeviceOptions());
        Assert.Equal(FleetStatus.Connected, (await RunAsync(Row(other, monitorPort: null))).Status);
        await Condition.EventuallyAsync(() => other.MonitorLog.Any(line => line.Contains("Connected with IP Address", StringComparison.Ordinal)));

        await using BoardJoinWitness witness = await BoardJoinWitness.OpenAsync(other.MonitorPort!, 115200, null);
        using var credential = new WifiCredential("net"u8.ToArray(), null);
        witness.Expect(credential);
        await Task.Delay(300);
        Assert.Null(witness.Outcome);
    }

    [Fact]
    public async Task A_port_that_cannot_be_opened_fails_the_row_and_nothing_is_sent()
    {
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions());
        FleetResult result = await RunAsync(Row(device, monitorPort: "/dev/espprov-no-such-port"));
        Assert.Equal((FleetStatus.Failed, nameof(ProvisioningErrorReason.DeviceUnreachable)), (result.Status, result.ErrorId));
        Assert.Contains("log of the board cannot be watched", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, device.RequestCount);
    }

    [Fact]
    public async Task A_port_that_is_lost_in_the_middle_is_a_warning_and_the_device_is_asked_as_without_it()
    {
        var witness = new Witness { Problem = "The log of the board is watched no more." };
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions());
        FleetResult result = await RunAsync(Row(device), witness);
        Assert.Equal(
            (FleetStatus.Connected, ProvisioningWitness.Device, witness.Problem), (result.Status, result.Witness, result.Warning));
        Assert.Equal(1, witness.Disposals);
    }

    [Fact]
    public async Task A_witness_outlives_attempts_and_is_heard_before_each_further_one()
    {
        var witness = new Witness { SeesAt = 3 };
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions { LoseLinkAfterApply = true });
        FleetResult result = await RunAsync(Row(device), witness);
        Assert.Equal((FleetStatus.Connected, ProvisioningWitness.BoardLog, 3), (result.Status, result.Witness, result.Attempts));
        Assert.Equal((1, 1, 1), (witness.Opens, witness.Expectations, witness.Disposals));
    }

    [Fact]
    public async Task A_witness_is_heard_when_the_time_of_the_row_is_over()
    {
        var witness = new Witness { SeesAt = int.MaxValue };
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions
        {
            // The first request after Apply is never answered.
            Faults = _ => witness.Expectations > 0 && witness.IsApplied()
                ? new VirtualFault(VirtualFaultKind.None, TimeSpan.FromMinutes(5))
                : VirtualFault.None,
        });
        witness.IsApplied = () => device.State is not VirtualDeviceState.Provisioning;
        witness.SeesWhen = () => device.State is VirtualDeviceState.Connected;
        FleetResult result = await RunAsync(Row(device), witness, timeout: TimeSpan.FromSeconds(4));
        Assert.Equal((FleetStatus.Connected, ProvisioningWitness.BoardLog), (result.Status, result.Witness));
    }

    [Fact]
    public async Task The_witness_of_a_piped_session_is_heard_and_stays_with_the_session()
    {
        var witness = new Witness { SeesAt = 1 };
        await using VirtualDevice device = await StartAsync(new VirtualDeviceOptions { LoseLinkAfterApply = true });
        ProvisioningSession session = await ConnectAsync(device);
        session.Witness = witness;
        FleetResult result = await RunAsync(Row(device, session: session, monitorPort: null));
        Assert.Equal((ProvisioningWitness.BoardLog, 0), (result.Witness, witness.Disposals));
        await session.DisposeAsync();
        Assert.Equal(1, witness.Disposals);
    }

    [Fact]
    public async Task A_port_is_of_one_board()
    {
        var options = new FleetOptions();
        await using var run = new FleetRun(options, new HttpLinks(), null, _ => { }, (_, _, _) => { });
        Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(Plain(1, "127.0.0.1:1", "/dev/ttyUSB0"))).Kind);
        FleetResult twice = (await run.ExamineAsync(Plain(2, "127.0.0.1:2", " /dev/ttyUSB0 "))).Result!;
        Assert.Equal((FleetStatus.Invalid, FleetErrorIds.DuplicateDevice), (twice.Status, twice.ErrorId));
        Assert.Equal("Row 1 of the plan uses the port /dev/ttyUSB0 already, which is of one board.", twice.Error);
        FleetResult wire = (await run.ExamineAsync(Plain(3, "/dev/ttyUSB0", null, ProvisioningTransport.Serial))).Result!;
        Assert.Equal(FleetErrorIds.DuplicateDevice, wire.ErrorId);
        Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(Plain(4, "127.0.0.1:4", null))).Kind);

        FleetResult own = (await run.ExamineAsync(Plain(5, "/dev/ttyUSB1", "/dev/ttyUSB1", ProvisioningTransport.Serial))).Result!;
        Assert.Equal((FleetStatus.Invalid, FleetErrorIds.InvalidValue), (own.Status, own.ErrorId));
        Assert.Contains("over which the device is provisioned", own.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_of_a_journal_without_a_witness_has_none_when_it_is_read()
    {
        FleetResult result = Result(ProvisioningWitness.BoardLog);
        byte[] line = FleetRowRecord.Of("key", result).ToLine();
        Assert.Equal(result.Witness, Assert.IsType<FleetRowRecord>(FleetJournalRecord.Parse(line)).ToResult().Witness);
        string without = System.Text.Encoding.UTF8.GetString(line).Replace("\"witness\":\"BoardLog\",", "", StringComparison.Ordinal);
        Assert.Null(Assert.IsType<FleetRowRecord>(FleetJournalRecord.Parse(System.Text.Encoding.UTF8.GetBytes(without))).ToResult().Witness);
        Assert.DoesNotContain("witness", System.Text.Encoding.UTF8.GetString(FleetRowRecord.Of("key", Result(null)).ToLine()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProvisioningWitness.BoardLog, true)]
    [InlineData(ProvisioningWitness.Device, false)]
    public void A_report_says_so_where_it_was_the_log(ProvisioningWitness said, bool isMarked)
    {
        var html = new StringWriter();
        new FleetHtmlReport([Result(said)], "t", DateTimeOffset.UnixEpoch).Write(html);
        Assert.Equal(isMarked, html.ToString().Contains("by the board's log", StringComparison.Ordinal));
    }

    private static FleetResult Result(ProvisioningWitness? witness) => new()
    {
        Row = 1,
        Name = "PROV_1",
        Status = FleetStatus.Connected,
        Stage = FleetStage.Done,
        Witness = witness,
        Timestamp = DateTimeOffset.UnixEpoch,
    };

    private static Task<VirtualDevice> StartAsync(VirtualDeviceOptions options) => VirtualDevice.StartAsync(
        options with
        {
            HasMonitorPort = true,
            ShowPassphrase = true,
            ConnectDelay = TimeSpan.Zero,
            AccessPoints =
            [
                new VirtualAccessPoint { Ssid = "net", Passphrase = Passphrase },
                new VirtualAccessPoint { Ssid = "other", Passphrase = "otherpassphrase" },
            ],
        },
        default);

    private static Task<ProvisioningSession> ConnectAsync(VirtualDevice device) => ProvisioningSession.ConnectAsync(
        new ProvisioningDevice { Name = device.Name, Address = device.Address, Transport = ProvisioningTransport.SoftAP },
        new HttpTransport(device.Address, null),
        new SessionOptions { Credential = new EspProv.Security.SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") } },
        default);

    private static FleetRow Row(
        VirtualDevice device, int number = 1, string ssid = "net", string passphrase = Passphrase, string? monitorPort = "",
        ProvisioningSession? session = null) => new()
        {
            Number = number,
            Address = device.Address,
            Session = session,
            MonitorPort = monitorPort is "" ? device.MonitorPort : monitorPort,
            ProofOfPossession = Secret.FromUtf8("abcd1234"),
            Ssid = System.Text.Encoding.UTF8.GetBytes(ssid),
            SsidText = ssid,
            Passphrase = Secret.FromUtf8(passphrase),
        };

    private static FleetRow Plain(
        int number, string address, string? monitorPort, ProvisioningTransport transport = ProvisioningTransport.SoftAP) => new()
        {
            Number = number,
            Transport = transport,
            Address = address,
            MonitorPort = monitorPort,
            Ssid = "net"u8.ToArray(),
            SsidText = "net",
        };

    private async Task<FleetResult> RunAsync(
        FleetRow row, Witness? witness = null, TimeSpan? joinTimeout = null, TimeSpan? timeout = null, FleetJournal? journal = null)
    {
        var options = new FleetOptions
        {
            RetryDelay = TimeSpan.FromMilliseconds(10),
            JoinTimeout = joinTimeout ?? TimeSpan.FromSeconds(45),
            Timeout = timeout ?? TimeSpan.FromSeconds(120),
        };
        IFleetLinks links = witness is null ? new HttpLinks() : new WitnessedLinks(witness);
        return await SingleRow.RunAsync(row, journal, options, links, (_, text, _) => _notices.Add(text));
    }

    private sealed class WitnessedLinks(Witness witness) : IFleetLinks
    {
        private readonly HttpLinks _links = new();

        public Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken) => _links.FindAsync(row, cancellationToken);

        public ITransport CreateTransport(FleetRow row, ProvisioningDevice device) => _links.CreateTransport(row, device);

        public Task<IJoinWitness> WatchAsync(FleetRow row, CancellationToken cancellationToken)
        {
            witness.Opens++;
            return Task.FromResult<IJoinWitness>(witness);
        }
    }

    private sealed class Witness : IJoinWitness
    {
        private int _asked;

        public int SeesAt { get; init; } = int.MaxValue;

        public Func<bool> SeesWhen { get; set; } = () => false;

        public Func<bool> IsApplied { get; set; } = () => false;

        public int Opens { get; set; }

        public int Expectations { get; private set; }

        public int Disposals { get; private set; }

        public string? Problem { get; init; }

        public NetworkStatus? Outcome => ++_asked >= SeesAt || SeesWhen()
            ? new WifiStatus { State = WifiState.Connected, IPAddress = "10.0.0.7" }
            : null;

        public void Expect(NetworkCredential credential) => Expectations++;

        public ValueTask DisposeAsync()
        {
            Disposals++;
            return default;
        }
    }
}
