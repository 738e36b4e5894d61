using System.IO.Pipelines;
using System.Text;
using EspProv.Board.Log;
using EspProv.Networks;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Tests.Support;

namespace EspProv.Tests.Board.Log;

/// <summary>What a board's log shows of the join of one device, and what it does not show.</summary>
public class BoardJoinWitnessTests
{
    private const string Received = "I (9000) app: Received Wi-Fi credentials\n\tSSID     : net\n\tPassword : canary-passphrase-51c2\n";
    private const string Address = "I (9900) esp_netif_handlers: sta ip: 10.0.0.7, mask: 255.0.0.0, gw: 10.0.0.1\n";
    private const string AuthError = "E (9900) app: Provisioning failed!\n\tReason : Wi-Fi station authentication failed\n\tPlease reset to factory and retry provisioning\n";
    private const string Reset = "rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\n";
    private const string Panic = "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\n";
    private const string Disconnected = "E (9500) wifi_prov_mgr: Disconnect reason : 8\n";
    private const string Session = "I (8000) app: Secured session established!\n";
    private const string Attached = "I (9900) network_prov_mgr: Thread attached\n";

    [Theory]
    [InlineData("", Received + Address, "Connected to 'net' with the address 10.0.0.7")]
    [InlineData("", Received + Disconnected + Address, "Connected to 'net' with the address 10.0.0.7")]
    [InlineData("", Received + AuthError, "ConnectionFailed (AuthError)")]
    [InlineData("", Received + "E (1) app: Provisioning failed!\n\tReason : Wi-Fi AP password incorrect\n", "ConnectionFailed (AuthError)")]
    [InlineData("", Received + "E (1) app: Provisioning failed!\n\tReason : Wi-Fi access-point not found\n", "ConnectionFailed (NetworkNotFound)")]
    [InlineData("", Received + "E (1) app: Provisioning failed!\n\tReason : something new\nI (2) app: more\n", "ConnectionFailed ()")]
    [InlineData("", Received + "E (1) app: Provisioning failed!\nI (2) app: more\n", "ConnectionFailed ()")]
    [InlineData("", Received + AuthError + Disconnected, "ConnectionFailed (AuthError)")]
    [InlineData("", Received + AuthError + Address, "Connected to 'net' with the address 10.0.0.7")]
    [InlineData("", Received + Reset + Address, "Connected to 'net' with the address 10.0.0.7")]
    [InlineData("", Received + Address + Panic + Reset + Address, "Connected to 'net' with the address 10.0.0.7")]
    [InlineData(Received + Address, Received + Address, "Connected to 'net' with the address 10.0.0.7")] // the same address as before
    [InlineData("", "", null)]
    [InlineData("", Received, null)]
    [InlineData("", Address, null)] // of a board that received no credentials
    [InlineData("", AuthError, null)]
    [InlineData("", Received + Address + Disconnected, null)]
    [InlineData("", Received + Address + Reset, null)]
    [InlineData("", Received + Address + Panic, null)]
    [InlineData("", Received + AuthError + Reset, null)]
    [InlineData(Received + Address, "", null)] // from before the join
    [InlineData(Received, Address, null)]
    [InlineData("", "I (1) app: Received Wi-Fi credentials\n\tSSID     : net2\n" + Address, null)] // another network
    [InlineData("", "I (1) app: Received Wi-Fi credentials\n\tSSID     : ne\n" + AuthError, null)]
    [InlineData("", Received + "I (1) app: Received Wi-Fi credentials\n\tSSID     : other\n" + Address, null)]
    [InlineData("", Received + Address + "I (1) app: Received Wi-Fi credentials\n\tSSID     : other\n", null)]
    [InlineData("", Session + Attached, null)]
    [InlineData("", "I (1) wifi_prov_mgr: Provisioning started with service name : PROV_OTHER \n" + Received + Address, null)] // another board
    [InlineData("", Received + Address + "I (1) wifi_prov_mgr: Provisioning started with service name : PROV_OTHER \n", null)]
    [InlineData("", "I (1) wifi_prov_mgr: Provisioning started with service name : PROV_1 \n" + Received + Address, "Connected to 'net' with the address 10.0.0.7")]
    public void The_outcome_for_Wifi_is_what_the_log_says_of_this_network_since_it_was_expected(string before, string since, string? outcome)
    {
        using var credential = new WifiCredential("net"u8.ToArray(), new Secret("passphrase"u8));
        Assert.Equal(outcome, OutcomeOf(credential, before, since)?.Summary);
    }

    [Theory]
    [InlineData(Session, Attached, "Attached to 'OpenThreadDemo'")]
    [InlineData("", Session + Attached, "Attached to 'OpenThreadDemo'")]
    [InlineData(Session, "E (1) app: Provisioning failed!\n\tReason : Thread network not found\n", "AttachingFailed (NetworkNotFound)")]
    [InlineData(Session, "E (1) app: Provisioning failed!\n\tReason : Invalid Thread dataset\n", "AttachingFailed (DatasetInvalid)")]
    [InlineData("", Attached, null)] // of a board that no client has a session with
    [InlineData(Session + Reset, Attached, null)]
    [InlineData(Session, Attached + Reset, null)]
    [InlineData(Session + Attached, "", null)]
    [InlineData(Session, Received + Address, null)]
    public void The_outcome_for_Thread_is_what_the_log_says_of_a_board_with_a_session(string before, string since, string? outcome)
    {
        using var dataset = ThreadDataset.Create(new ThreadDatasetValues
        {
            NetworkName = "OpenThreadDemo",
            PanId = 0x1234,
            ExtendedPanId = Convert.FromHexString("1111111122222222"),
            Channel = 15,
            NetworkKey = new Secret(new byte[16]),
        });
        Assert.Equal(outcome, OutcomeOf(dataset, before, since)?.Summary);
    }

    [Theory]
    [InlineData("canary-passphrase-51c2")]
    [InlineData("")]
    public void A_name_of_32_bytes_is_recognized_although_firmware_prints_the_passphrase_behind_it(string passphrase)
    {
        const string Name = "0123456789abcdef0123456789abcde\u00e9";
        string log = $"I (9000) app: Received Wi-Fi credentials\n\tSSID     : {Name[..31]}{passphrase}\n\tPassword : {passphrase}\n";
        byte[] ssid = Encoding.UTF8.GetBytes(Name[..31] + "!");
        using var other = new WifiCredential(ssid, null);
        Assert.Null(OutcomeOf(other, "", log + Address));

        ssid = Encoding.UTF8.GetBytes(Name[1..]);
        log = $"I (9000) app: Received Wi-Fi credentials\n\tSSID     : {Name[1..]}{passphrase}\n\tPassword : {passphrase}\n";
        using var credential = new WifiCredential(ssid, null);
        Assert.Equal("Connected", OutcomeOf(credential, "", log + Address)?.PhaseName);
        Assert.DoesNotContain("canary", LogReader.Shown(LogReader.Read(log)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\u00e9\u0007\u202e\u001b[0m name")]
    [InlineData("caf\u00e9 \u4e2d\u6587")]
    [InlineData(" ends with a space ")]
    public void Names_are_compared_as_they_are_shown(string name)
    {
        using var credential = new WifiCredential(Encoding.UTF8.GetBytes(name), null);
        NetworkStatus? outcome = OutcomeOf(credential, "", $"I (9000) app: Received Wi-Fi credentials\n\tSSID     : {name}\n\tPassword : \n" + Address);

        // Control characters are removed from a log, so such a name is not recognized.
        Assert.Equal(!name.Any(char.IsControl), outcome is not null);
    }

    [Fact]
    public async Task A_port_is_watched_until_it_is_lost_and_then_shows_nothing_any_more()
    {
        var pipe = new Pipe();
        await using BoardJoinWitness witness = await OpenAsync(pipe);
        using var credential = new WifiCredential("net"u8.ToArray(), null);
        witness.Expect(credential);
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(Received + Address));
        await Condition.EventuallyAsync(() => witness.Outcome is not null);
        Assert.Null(witness.Problem);

        await pipe.Writer.CompleteAsync();
        await Condition.EventuallyAsync(() => witness.Problem is not null);
        Assert.Null(witness.Outcome);
        Assert.Contains("went away", witness.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_another_board_is_a_problem_that_names_both()
    {
        var pipe = new Pipe();
        await using BoardJoinWitness witness = await OpenAsync(pipe);
        await pipe.Writer.WriteAsync("\nI (1) wifi_prov_mgr: Provisioning started with service name : PROV_OTHER \n"u8.ToArray());
        await Condition.EventuallyAsync(() => witness.Problem is not null);
        Assert.Equal("The board at pipe is PROV_OTHER, and not PROV_1: its log does not count.", witness.Problem);
    }

    [Fact]
    public async Task Closing_ends_the_watch_without_a_problem_and_can_be_repeated()
    {
        var pipe = new Pipe();
        BoardJoinWitness witness = await OpenAsync(pipe);
        await witness.DisposeAsync();
        await witness.DisposeAsync();
        Assert.Null(witness.Problem);
        Assert.True((await pipe.Writer.FlushAsync()).IsCompleted);
    }

    [Theory]
    [InlineData("", ProvisioningErrorReason.InvalidAddress)]
    [InlineData("/dev/espprov-no-such-port", ProvisioningErrorReason.DeviceUnreachable)]
    public async Task A_port_that_cannot_be_opened_is_an_error(string port, ProvisioningErrorReason reason)
    {
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => BoardJoinWitness.OpenAsync(port, 115200, null));
        Assert.Equal(reason, error.Reason);
    }

    private static NetworkStatus? OutcomeOf(NetworkCredential credential, string before, string since)
    {
        var evidence = new JoinEvidence("PROV_1");
        var parser = new BoardLogParser();
        Add(before);
        evidence.Expect(credential);
        Add(since);
        return evidence.Outcome;

        void Add(string log)
        {
            foreach (BoardEvent happened in parser.Add(Encoding.UTF8.GetBytes(log)).OfType<BoardEvent>())
                evidence.Add(happened);
        }
    }

    private static async Task<BoardJoinWitness> OpenAsync(Pipe pipe)
    {
        var watch = new BoardLogWatch("pipe", includeSecrets: false, () => pipe.Reader.AsStream(), TimeProvider.System);
        var witness = new BoardJoinWitness("pipe", watch, "PROV_1");
        await witness.OpenAsync();
        return witness;
    }
}
