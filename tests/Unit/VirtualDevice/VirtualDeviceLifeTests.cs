using System.Net;
using System.Net.Sockets;
using EspProv.Security;
using EspProv.Srp;
using EspProv.Tests.Support;
using EspProv.Virtual;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Virtual;

/// <summary>From power on to power off: the state file, the monitor log, many at once, bad options.</summary>
public sealed class VirtualDeviceLifeTests : IDisposable
{
    private const string Ssid = "MyHomeWiFiAP";
    private const string Passphrase = "mypassword";

    private readonly string _folder = Directory.CreateTempSubdirectory("espprov").FullName;
    private readonly ManualTimeProvider _time = new();

    private string StatePath => Path.Combine(_folder, "nvs.json");

    private VirtualDeviceOptions Options => new() { Name = "PROV_261FCC", StatePath = StatePath, TimeProvider = _time };

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(Passphrase, true)]
    [InlineData("wrong passphrase", false)]
    public async Task With_credentials_right_or_wrong_a_device_does_not_provision_again_until_it_is_erased(string passphrase, bool joins)
    {
        await using (VirtualDevice first = await VirtualDevice.StartAsync(Options, default))
        {
            using TestClient client = await TestClient.OpenAsync(first);
            await client.ProvisionAsync(Ssid, passphrase);
        }

        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        Assert.Equal(VirtualDeviceState.AlreadyProvisioned, device.State);
        Assert.Equal(["I (0) app: Already provisioned, starting Wi-Fi STA"], device.MonitorLog);
        Assert.Equal(Ssid, device.Ssid);
        string address = device.Address;
        await Assert.ThrowsAsync<SocketException>(() => RawHttpConnection.OpenAsync(address));
        _time.Advance(device.Options.ConnectDelay);
        Assert.Equal(joins, device.IPAddress is not null);

        await device.EraseAsync(default);

        Assert.Equal(VirtualDeviceState.Provisioning, device.State);
        Assert.Equal(address, device.Address);
        Assert.Null(device.Ssid);
        Assert.False(File.Exists(StatePath));
        using TestClient again = await TestClient.OpenAsync(device);
        await again.ProvisionAsync(Ssid, Passphrase);
    }

    [Fact]
    public async Task Erasing_in_the_middle_of_a_session_powers_on_at_the_same_address()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        string address = device.Address;
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync(Ssid, Passphrase);

        await device.EraseAsync(default);
        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((VirtualDeviceState.Provisioning, address), (device.State, device.Address));
        await client.ReconnectAsync();
        Assert.Null(await client.SendAsync("prov-config", [0x52, 0x00]));
        Assert.Equal(2, device.MonitorLog.Count(line => line == "I (0) app: Starting provisioning"));
    }

    [Fact]
    public async Task The_state_file_is_its_owners_and_holds_no_passphrase()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);

        await client.ProvisionAsync(Ssid, Passphrase);

        string content = await File.ReadAllTextAsync(StatePath);
        Assert.DoesNotContain(Passphrase, content, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(Passphrase)), content, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([StatePath], Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(StatePath));
    }

    [Fact]
    public async Task A_reset_erases_what_was_stored()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync(Ssid, "wrong passphrase");
        _time.Advance(device.Options.ConnectDelay);
        Assert.True(File.Exists(StatePath));

        Assert.Equal(Status.Success, await client.ControlAsync(CtrlMessage.CtrlWifiResetCmd));

        Assert.False(File.Exists(StatePath));
    }

    [Fact]
    public async Task Reprovisioning_leaves_what_was_stored_until_something_else_is_applied()
    {
        await using (VirtualDevice device = await VirtualDevice.StartAsync(Options with { KeepServiceUp = true }, default))
        {
            using TestClient client = await TestClient.OpenAsync(device);
            await client.ProvisionAsync(Ssid, Passphrase);
            _time.Advance(device.Options.ConnectDelay);

            Assert.Equal(Status.Success, await client.ControlAsync(CtrlMessage.CtrlWifiReprovCmd));
            Assert.Equal(VirtualDeviceState.Provisioning, device.State);
        }

        await using VirtualDevice again = await VirtualDevice.StartAsync(Options, default);
        Assert.Equal(VirtualDeviceState.AlreadyProvisioned, again.State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("a letter to grandmother")]
    [InlineData("""{"format":"espprov-virtual-device-1","ssid":"61","salt":"00","digest":"00"}""")]
    [InlineData("""{"format":"espprov-virtual-device-1","ssid":"616161616161616161616161616161616161616161616161616161616161616161","salt":"000102030405060708090a0b0c0d0e0f","digest":"000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f"}""")]
    public async Task Another_file_is_not_taken_for_a_state_file_and_not_touched(string content)
    {
        await File.WriteAllTextAsync(StatePath, content);

        await Assert.ThrowsAsync<InvalidDataException>(() => VirtualDevice.StartAsync(Options, default));

        Assert.Equal(content, await File.ReadAllTextAsync(StatePath));
    }

    [Fact]
    public async Task A_state_file_needs_a_folder() => await Assert.ThrowsAsync<DirectoryNotFoundException>(
        () => VirtualDevice.StartAsync(Options with { StatePath = Path.Combine(_folder, "no", "nvs.json") }, default));

    [SkippableFact]
    public async Task A_state_file_is_not_written_through_a_link()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need a privilege there.");
        File.CreateSymbolicLink(StatePath, Path.Combine(_folder, "other"));

        Assert.Contains("is a link", (await Assert.ThrowsAsync<IOException>(() => VirtualDevice.StartAsync(Options, default))).Message, StringComparison.Ordinal);

        Assert.Equal([StatePath], Directory.GetFiles(_folder));
    }

    [Fact]
    public async Task Credentials_that_cannot_be_stored_are_not_applied()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, default);
        using TestClient client = await TestClient.OpenAsync(device);
        Directory.CreateDirectory(StatePath);

        await client.SetAsync(Ssid, Passphrase);

        Assert.Equal(Status.InternalError, await client.ApplyAsync());
        Assert.Equal(VirtualDeviceState.Provisioning, device.State);
    }

    [Theory]
    [InlineData(false, "    Password : ********")]
    [InlineData(true, "    Password : mypassword")]
    public async Task The_monitor_log_reads_like_a_boards(bool show, string password)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { StatePath = null, ShowPassphrase = show }, default);
        var written = new List<string>();
        device.LogWritten += written.Add;
        using TestClient client = await TestClient.OpenAsync(device);
        _time.Advance(TimeSpan.FromMilliseconds(445));
        await client.ProvisionAsync(Ssid, Passphrase);
        _time.Advance(device.Options.ConnectDelay);

        string address = device.IPAddress!;
        string gateway = address[..(address.LastIndexOf('.') + 1)] + "1";
        string[] boot =
        [
            "I (0) app: Starting provisioning",
            "I (0) app: Provisioning started",
            "I (0) wifi_prov_mgr: Provisioning started with service name : PROV_261FCC",
        ];
        string[] then =
        [
            "I (0) app: Secured session established!",
            "I (445) app: Received Wi-Fi credentials",
            "    SSID     : MyHomeWiFiAP",
            password,
            $"I (645) esp_netif_handlers: sta ip: {address}, mask: 255.255.255.0, gw: {gateway}",
            "I (645) app: Provisioning successful",
            $"I (645) app: Connected with IP Address:{address}",
        ];
        Assert.Equal([.. boot, .. then], device.MonitorLog);
        Assert.Equal(then, written);
        Assert.True(IPAddress.TryParse(address, out _));
    }

    [Theory]
    [InlineData(Ssid, "    Reason : Wi-Fi AP password incorrect")]
    [InlineData("nowhere", "    Reason : Wi-Fi access-point not found")]
    public async Task A_failure_is_logged_with_its_reason(string ssid, string reason)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options with { StatePath = null }, default);
        using TestClient client = await TestClient.OpenAsync(device);
        await client.ProvisionAsync(ssid, "wrong passphrase");
        _time.Advance(device.Options.ConnectDelay);

        Assert.Equal(
            ["E (200) app: Provisioning failed!", reason, "    Please reset to factory and retry provisioning"],
            device.MonitorLog.Skip(device.MonitorLog.Count - 3));
    }

    [Fact]
    public async Task Custom_data_is_masked_and_control_characters_break_no_line()
    {
        await using VirtualDevice masked = await VirtualDevice.StartAsync(new VirtualDeviceOptions(), default);
        using TestClient client = await TestClient.OpenAsync(masked);
        await client.SendAsync("custom-data", "token"u8.ToArray());
        Assert.EndsWith("app: Received data: ******** (5 bytes)", masked.MonitorLog[^1], StringComparison.Ordinal);

        await using VirtualDevice shown = await VirtualDevice.StartAsync(new VirtualDeviceOptions { ShowPassphrase = true }, default);
        using TestClient other = await TestClient.OpenAsync(shown);
        await other.SendAsync("custom-data", "a\r\nb"u8.ToArray());
        Assert.EndsWith("app: Received data: a\\u{D}\\u{A}b", shown.MonitorLog[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_devices_answer_in_one_process_and_leave_no_port_open()
    {
        VirtualDevice[] devices = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => VirtualDevice.StartAsync(new VirtualDeviceOptions(), default)));
        string[] addresses = [.. devices.Select(device => device.Address)];
        Assert.Equal(200, addresses.Distinct().Count());
        Assert.All(devices, device => Assert.Matches("^PROV_[0-9A-F]{6}$", device.Name));

        await Task.WhenAll(devices.Select(async device =>
        {
            using TestClient client = await TestClient.OpenAsync(device);
            Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
        }));
        foreach (VirtualDevice device in devices)
            await device.DisposeAsync();

        Assert.All(devices, device => Assert.Equal(VirtualDeviceState.Stopped, device.State));
        foreach (string address in addresses)
        {
            // Bound again by the test itself: nothing else holds the port.
            using var listener = new TcpListener(IPEndPoint.Parse(address));
            listener.Start();
            listener.Stop();
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_an_error()
    {
        await using VirtualDevice first = await VirtualDevice.StartAsync(new VirtualDeviceOptions(), default);

        await Assert.ThrowsAsync<SocketException>(
            () => VirtualDevice.StartAsync(new VirtualDeviceOptions { Port = IPEndPoint.Parse(first.Address).Port }, default));
    }

    [Fact]
    public async Task Disposal_in_the_middle_of_a_request_ends_the_connection()
    {
        VirtualDevice device = await VirtualDevice.StartAsync(
            new VirtualDeviceOptions { Faults = _ => new VirtualFault(VirtualFaultKind.None, TimeSpan.FromHours(1)) }, default);
        using RawHttpConnection connection = await RawHttpConnection.OpenAsync(device.Address);
        Task<RawHttpResponse?> answer = connection.PostAsync("proto-ver", [1]);
        await Condition.EventuallyAsync(() => device.RequestCount == 1);

        await device.DisposeAsync();
        await device.DisposeAsync();

        Assert.Null(await answer);
    }

    [Fact]
    public async Task Options_out_of_their_limits_are_refused()
    {
        VirtualDeviceOptions good = new();
        VirtualDeviceOptions[] bad =
        [
            good with { Port = 70000 },
            good with { ConnectionAttempts = 0 },
            good with { ConnectDelay = TimeSpan.FromSeconds(-1) },
            good with { ScanDelay = TimeSpan.FromSeconds(-1) },
            good with { Name = "" },
            good with { Salt = new byte[16] },
            good with { Salt = new byte[16], Verifier = new byte[384] },
            good with { CustomEndpoints = ["prov-scan"] },
            good with { CustomEndpoints = ["a", "a"] },
            good with { CustomEndpoints = ["a/b"] },
            good with { ApplicationInfo = new Dictionary<string, string> { ["app"] = "{" } },
            good with { AccessPoints = [new() { Ssid = "x", Bssid = "01:02:03" }] },
            good with { AccessPoints = [new() { Ssid = new string('x', 33) }] },
            good with { SecurityVersion = (SecurityVersion)3 },
        ];

        foreach (VirtualDeviceOptions options in bad)
            await Assert.ThrowsAnyAsync<ArgumentException>(() => VirtualDevice.StartAsync(options, default));
    }

    [Fact]
    public void Options_show_no_secret()
    {
        VirtualDeviceOptions options = new() { ProofOfPossession = "canary-1", Password = "canary-2", AccessPoints = [new() { Ssid = "x", Passphrase = "canary-3" }] };

        Assert.DoesNotContain("canary", options.ToString() + options.AccessPoints[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_adds_its_own_objects_to_the_version_in_the_firmwares_layout()
    {
        VirtualDeviceOptions options = new()
        {
            SecurityVersion = SecurityVersion.Security1,
            ProofOfPossession = "",
            ApplicationInfo = new Dictionary<string, string> { ["my app"] = """{"ver":"2.0","cap":["a","b"],"on":true,"n":{"x":-1.5,"é":[]}}""" },
        };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        using TestClient client = await TestClient.ConnectAsync(device);

        Assert.Equal(
            "{\n\t\"prov\":\t{\n\t\t\"ver\":\t\"v1.1\",\n\t\t\"sec_ver\":\t1,\n\t\t\"sec_patch_ver\":\t0,\n\t\t\"cap\":\t[\"no_pop\", \"wifi_scan\"]\n\t},\n"
            + "\t\"my app\":\t{\n\t\t\"ver\":\t\"2.0\",\n\t\t\"cap\":\t[\"a\", \"b\"],\n\t\t\"on\":\ttrue,\n\t\t\"n\":\t{\n\t\t\t\"x\":\t-1.5,\n\t\t\t\"é\":\t[]\n\t\t}\n\t}\n}",
            await client.GetVersionAsync());
    }

    [Fact]
    public async Task Security_2_can_be_given_a_salt_and_a_verifier()
    {
        byte[] salt = Convert.FromHexString("036ee0c7bcb9eda84c9eac97d93decf4");
        byte[] verifier = SrpVerifier.Compute("wifiprov"u8, "abcd1234"u8, salt);
        VirtualDeviceOptions options = new() { SecurityVersion = SecurityVersion.Security2, Salt = salt, Verifier = verifier };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);

        using TestClient client = await TestClient.OpenAsync(device, "abcd1234");

        Assert.Equal(StaState.StaConnecting, (await client.GetStatusAsync()).StaState);
    }

    [Theory]
    [InlineData("1000")] // the scheme's number, written out although it is zero
    [InlineData("10005a00")] // with what another scheme sends
    public async Task A_device_of_security_0_looks_at_the_schemes_number_only(string request)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { SecurityVersion = SecurityVersion.Security0 }, default);
        using TestClient client = await TestClient.ConnectAsync(device);

        byte[]? response = await client.PostAsync("prov-session", Convert.FromHexString(request));

        Assert.Equal("52050801aa0100", Convert.ToHexStringLower(response!));
        Assert.Null(await client.PostAsync("prov-session", Convert.FromHexString("10015a00")));
    }

    [Fact]
    public async Task A_device_of_security_2_closes_on_an_empty_username()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { SecurityVersion = SecurityVersion.Security2 }, default);
        using TestClient client = await TestClient.ConnectAsync(device);
        SessionData Cmd0(string username) => new()
        {
            SecVer = SecScheme._2,
            Sec2 = new Sec2Payload
            {
                Sc0 = new Sec2Cmd0
                {
                    ClientUsername = ByteString.CopyFromUtf8(username),
                    ClientPubkey = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 384)]),
                },
            },
        };

        Assert.Null(await client.PostAsync("prov-session", Cmd0("").ToByteArray()));

        Assert.Contains(device.MonitorLog, line => line.EndsWith("app: Received invalid security parameters for establishing secure session!", StringComparison.Ordinal));
        await client.ReconnectAsync();
        Assert.NotNull(await client.PostAsync("prov-session", Cmd0("u").ToByteArray()));
    }

    [Fact]
    public async Task A_salt_that_the_device_draws_itself_does_not_begin_with_a_zero_byte()
    {
        var random = new ZeroSaltFirst();
        VirtualDeviceOptions options = new() { SecurityVersion = SecurityVersion.Security2, Random = random };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);

        using TestClient client = await TestClient.OpenAsync(device);

        Assert.Equal(2, random.Salts);
    }

    /// <summary>The system's generator, but for the first draw of 16 bytes, which begins with a zero.</summary>
    private sealed class ZeroSaltFirst : IRandomSource
    {
        public int Salts { get; private set; }

        public void Fill(Span<byte> buffer)
        {
            SystemRandomSource.Instance.Fill(buffer);
            if (buffer.Length == 16)
                buffer[0] = (byte)Salts++;
        }
    }
}
