using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Console;
using EspProv.Transports.Gatt;
using EspProv.Virtual;

namespace EspProv.Tests.Transports.Console;

/// <summary>The conversation of the vendor's tool in console mode, with a scripted person who carries the hex to a virtual device and back.</summary>
public class ConsoleTransportTests
{
    private static readonly Guid Firmware40 = new("0000ffff-0000-1000-8000-00805f9b34fb");
    private static readonly VirtualDeviceOptions Quick = new() { Name = "PROV_261FCC", ConnectDelay = TimeSpan.Zero, ScanDelay = TimeSpan.Zero };

    [Fact]
    public async Task A_whole_run_of_security_1_reads_like_the_vendors()
    {
        await using CarryingPerson peer = await CarryingPerson.StartAsync(Quick);
        await using ProvisioningSession session = await ConnectAsync(peer, Firmware40);
        using var credential = new WifiCredential("MyHomeWiFiAP"u8.ToArray(), Secret.FromUtf8("mypassword"));
        await session.SetWifiCredentialAsync(credential, default);
        await session.ApplyWifiCredentialAsync(default);
        WifiStatus status = await session.GetWifiStatusAsync(default);
        while (status.State is WifiState.Connecting)
            status = await session.GetWifiStatusAsync(default);

        Assert.Equal(WifiState.Connected, status.State);
        string[] lines = peer.Transcript;
        Assert.Equal(
            [
                "BLE client is running in console mode",
                "    Another tool, such as a phone app for GATT, has the link to the device; you carry the data",
                "BLECLI >> Please connect to BLE device `PROV_261FCC` manually using your tool of choice",
                "BLECLI >> Was the device connected successfully? [y/n] y",
                "BLECLI >> List available attributes of the connected device",
                "BLECLI >> Is the service UUID '0000ffff-0000-1000-8000-00805f9b34fb' listed among available attributes? [y/n] y",
                "BLECLI >> Is the characteristic UUID '0000ff53-0000-1000-8000-00805f9b34fb' listed among available attributes? [y/n] y",
                "BLECLI >> Is the characteristic UUID '0000ff51-0000-1000-8000-00805f9b34fb' listed among available attributes? [y/n] y",
                "BLECLI >> Is the characteristic UUID '0000ff52-0000-1000-8000-00805f9b34fb' listed among available attributes? [y/n] y",
                "BLECLI >> Write following data to characteristic with UUID '0000ff53-0000-1000-8000-00805f9b34fb' :",
            ],
            lines[..10]);

        // From there on it is four lines for each exchange: version, two of the handshake, set, apply, and status.
        string[][] exchanges = [.. lines[9..].Chunk(4)];
        Assert.True(exchanges.Length >= 6);
        Assert.All(exchanges, exchange =>
        {
            Assert.Matches("^BLECLI >> Write following data to characteristic with UUID '0000ff5[1-3]-0000-1000-8000-00805f9b34fb' :$", exchange[0]);
            Assert.Matches("^    >> ([0-9a-f]{2})+$", exchange[1]);
            Assert.Equal("BLECLI >> Enter data read from characteristic (in hex) :", exchange[2]);
            Assert.Matches("^    << ([0-9a-f]{2})+$", exchange[3]);
        });
        Assert.Equal(
            ["ff53", "ff51", "ff51", "ff52", "ff52", "ff52"], exchanges.Take(6).Select(exchange => exchange[0].Split('\'')[1][4..8]));
        Assert.StartsWith("    >> 10015a25a201220a20", exchanges[1][1], StringComparison.Ordinal); // Cmd0 of the vendor's sample, up to its key.
        Assert.StartsWith("    >> 10015a270802b20122", exchanges[2][1], StringComparison.Ordinal); // Cmd1.
        Assert.DoesNotContain(lines, line => line.Contains("6d7970617373", StringComparison.Ordinal)); // "mypass" in hex: it is encrypted.
    }

    [Theory]
    [InlineData("")]
    [InlineData("10 0")]
    [InlineData("no idea")]
    [InlineData("0x123")]
    public async Task Bad_hex_is_asked_for_again_and_nothing_is_lost(string bad)
    {
        await using CarryingPerson peer = await CarryingPerson.StartAsync(Quick);
        peer.Mistakes.Enqueue(bad);
        peer.Mistakes.Enqueue("zz");
        await using ProvisioningSession session = await ConnectAsync(peer, Firmware40);
        Assert.True(session.IsOpen);
        Assert.Equal(2, peer.Transcript.Count(line => line.Contains("not an even number", StringComparison.Ordinal)));
        Assert.Equal(1, session.HandshakeCount);
    }

    [Theory]
    [InlineData("{0:X}")]
    [InlineData("spaces")]
    [InlineData("0x")]
    public async Task Hex_is_taken_as_other_tools_show_it(string form)
    {
        await using CarryingPerson peer = await CarryingPerson.StartAsync(Quick);
        peer.Form = hex => form switch
        {
            "spaces" => string.Join(' ', hex.Chunk(2).Select(pair => new string(pair))),
            "0x" => "0x" + hex,
            _ => string.Join('-', hex.ToUpperInvariant().Chunk(2).Select(pair => new string(pair))),
        };
        await using ProvisioningSession session = await ConnectAsync(peer, Firmware40);
        Assert.Equal(5, (await session.ScanWifiAsync(new WifiScanOptions(), default)).Count);
        Assert.Contains(peer.Transcript, line => line.Contains("'0000ff50-", StringComparison.Ordinal) && line.EndsWith("[y/n] y", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Services_are_asked_for_until_one_is_there()
    {
        await using CarryingPerson peer = await CarryingPerson.StartAsync(Quick);
        peer.Service = ProvisioningService.ManagerDefault;
        await using ProvisioningSession session = await ConnectAsync(peer, service: null);
        Assert.Equal(
            ["y", "n", "y", "y", "y", "y"],
            peer.Transcript.Where(line => line.Contains("[y/n]", StringComparison.Ordinal)).Select(line => line[^1..]));
        Assert.Contains(peer.Transcript, line => line.Contains("'1775ff53-6b43-439b-877c-060f2d9bed07'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("connected", ProvisioningErrorReason.DeviceUnreachable)]
    [InlineData("service", ProvisioningErrorReason.NotAProvisioningDevice)]
    [InlineData("ff51", ProvisioningErrorReason.NotAProvisioningDevice)]
    public async Task A_no_ends_it_with_the_reason(string no, ProvisioningErrorReason reason)
    {
        await using CarryingPerson peer = await CarryingPerson.StartAsync(Quick);
        peer.SaysNoTo = no;
        Assert.Equal(reason, (await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(peer, null))).Reason);
    }

    [Fact]
    public async Task An_answer_that_is_neither_yes_nor_no_is_asked_for_again()
    {
        await using CarryingPerson peer = await CarryingPerson.StartAsync(Quick);
        peer.Mumbles = 2;
        await using ProvisioningSession session = await ConnectAsync(peer, Firmware40);
        Assert.Equal(2, peer.Transcript.Count(line => line == "BLECLI >> Please answer y or n"));
    }

    [Fact]
    public async Task A_refused_proof_is_said_with_an_x_and_means_wrong_credentials()
    {
        await using CarryingPerson peer = await CarryingPerson.StartAsync(Quick);
        Assert.Equal(
            ProvisioningErrorReason.WrongCredentials,
            (await Assert.ThrowsAsync<ProvisioningException>(() => ConnectAsync(peer, Firmware40, "wrong"))).Reason);
    }

    [Fact]
    public async Task An_endpoint_is_asked_for_before_its_first_use()
    {
        await using CarryingPerson peer = await CarryingPerson.StartAsync(Quick with { CustomEndpoints = ["token"] });
        await using ProvisioningSession session = await ConnectAsync(peer, Firmware40);
        Assert.Equal("SUCCESS\0"u8.ToArray(), await session.SendCustomDataAsync("custom-data", "x"u8.ToArray(), default));
        Assert.Equal("x"u8.ToArray(), await session.SendCustomDataAsync("ff55", "x"u8.ToArray(), default));
        Assert.Equal(
            ProvisioningErrorReason.EndpointNotFound,
            (await Assert.ThrowsAsync<ProvisioningException>(() => session.SendCustomDataAsync("token", "x"u8.ToArray(), default))).Reason);
    }

    private static Task<ProvisioningSession> ConnectAsync(CarryingPerson person, Guid? service, string pop = "abcd1234") => ProvisioningSession.ConnectAsync(
        new ProvisioningDevice { Name = "PROV_261FCC", Transport = ProvisioningTransport.Console, Address = "PROV_261FCC" },
        new ConsoleTransport("PROV_261FCC", person, service),
        new SessionOptions { Credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8(pop) } },
        default);

    /// <summary>Reads the questions, has a tool with a link to the device, and types what comes.</summary>
    private sealed class CarryingPerson : IConsoleInteraction, IAsyncDisposable
    {
        private readonly MemoryTransport _link = new();
        private readonly List<string> _lines = [];
        private VirtualDevice? _device;
        private Guid _characteristic;
        private string? _answer;

        public string[] Transcript => [.. _lines];

        public Guid Service { get; set; } = Firmware40;

        public Queue<string> Mistakes { get; } = new();

        public Func<string, string> Form { get; set; } = hex => hex;

        public string? SaysNoTo { get; set; }

        public int Mumbles { get; set; }

        public static async Task<CarryingPerson> StartAsync(VirtualDeviceOptions options)
        {
            var person = new CarryingPerson();
            person._device = await VirtualDevice.StartAsync(options, person._link, default);
            return person;
        }

        public async Task SayAsync(string line, CancellationToken cancellationToken)
        {
            _lines.Add(line);
            if (line.Contains("Write following data", StringComparison.Ordinal))
                _characteristic = new Guid(line.Split('\'')[1]);
            else if (line.StartsWith("    >> ", StringComparison.Ordinal))
                _answer = await CarryAsync(line[7..]);
        }

        public Task<string> AskAsync(string question, CancellationToken cancellationToken)
        {
            string answer = question.EndsWith("[y/n] ", StringComparison.Ordinal)
                ? Mumbles-- > 0 ? "maybe" : IsTrue(question) ? "y" : "n"
                : Mistakes.TryDequeue(out string? mistake) ? mistake : _answer!;
            _lines.Add(question + answer);
            return Task.FromResult(answer);
        }

        public ValueTask DisposeAsync() => _device!.DisposeAsync();

        private bool IsTrue(string question)
        {
            if (SaysNoTo is { } no && question.Contains(no, StringComparison.Ordinal))
                return false;
            if (question.Contains("connected successfully", StringComparison.Ordinal))
                return true;
            var asked = new Guid(question.Split('\'')[1]);
            return asked == Service || _link.Protocomm!.Endpoints
                .Select((_, index) => ProvisioningService.Characteristic(Service, (ushort)(ProvisioningService.FirstNumber + index))).Contains(asked);
        }

        private async Task<string> CarryAsync(string hex)
        {
            int index = ProvisioningService.NumberOf(_characteristic) - ProvisioningService.FirstNumber;
            byte[]? reply = await _link.Protocomm!.HandleAsync(
                _link.Protocomm.Endpoints[index], MemoryTransport.Session, Convert.FromHexString(hex), default);
            return reply is null ? "x" : Form(Convert.ToHexStringLower(reply));
        }
    }
}
