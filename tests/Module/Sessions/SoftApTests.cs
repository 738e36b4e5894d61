using System.Diagnostics;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Sessions;

/// <summary>Joining a device's access point through the cmdlets, with a double of NetworkManager on a message bus of its own.</summary>
public sealed class SoftApTests : ModuleTest
{
    private const string BusAddress = "DBUS_SYSTEM_BUS_ADDRESS";
    private const string Former = "6f0d2c0e-5c1b-4a53-9a0c-3b8f6a1d7e42";
    private const string CameBack = $"ActivateConnection {Former}";
    private const string Joined = "AddAndActivateConnection2";

    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-").FullName;
    private readonly string? _bus = Environment.GetEnvironmentVariable(BusAddress);
    private readonly Process _manager;

    public SoftApTests()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "NetworkManager is Linux's.");
        _manager = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "nm-double", "EspProv.NetworkManagerDouble.dll"), _folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        string? address = _manager.StandardOutput.ReadLine();
        Skip.If(address is null, "There is no dbus-daemon on this machine (Debian: package dbus).");
        Environment.SetEnvironmentVariable(BusAddress, address);
        StartDevice("PROV_BEHIND");
        RunClean("$address = (Get-EspVirtualDevice).Address");
    }

    private string Log => File.Exists(Path.Combine(_folder, "log")) ? File.ReadAllText(Path.Combine(_folder, "log")) : "";

    private string Keys => File.Exists(Path.Combine(_folder, "secrets")) ? File.ReadAllText(Path.Combine(_folder, "secrets")) : "";

    public override void Dispose()
    {
        base.Dispose();
        Environment.SetEnvironmentVariable(BusAddress, _bus);
        _manager.StandardInput.Close();
        _manager.WaitForExit();
        _manager.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [SkippableFact]
    public void Access_points_are_found_by_their_names() => Assert.Equal(
        "PROV_261FCC 192.168.4.1 PROV_261FCC -60 needs -SoftApKey",
        RunClean<string>("$found = Find-EspProvDevice PROV_26 -Transport SoftAP; \"$($found.Name) $($found.Address) $($found.AccessPoint) $($found.Rssi) $($found.Description)\""));

    [SkippableTheory]
    [InlineData("", 1)]
    [InlineData("-Timeout 1", 0)]
    public void A_scan_that_takes_longer_than_usual_is_waited_for_unless_a_time_is_given(string time, int found)
    {
        File.WriteAllText(Path.Combine(_folder, "scan-time"), "6");
        Assert.Equal(found, RunClean<int>($"@(Find-EspProvDevice PROV_26 -Transport SoftAP {time}).Count"));
    }

    [SkippableFact]
    public void The_menu_of_devices_gives_each_source_its_own_time()
    {
        File.WriteAllText(Path.Combine(_folder, "scan-time"), "6");
        Host.Answers.Enqueue("1");
        Assert.Equal("PROV_BEHIND", RunClean<string>("(Invoke-EspProvisioning -JoinAccessPoint -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword -Verbose).Name"));
        Assert.Contains("PROV_261FCC  SoftAP  192.168.4.1", Host.Shown, StringComparison.Ordinal);
        Assert.Contains(Streams.Verbose, record => record.Message.StartsWith("Not looking over Ble: ", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_session_joins_provisions_and_brings_the_former_network_back()
    {
        RunClean("$session = Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -SoftApKey softap-key -Pop abcd1234 -Confirm:$false");
        Assert.Contains(Joined, Log, StringComparison.Ordinal);
        Assert.DoesNotContain(CameBack, Log, StringComparison.Ordinal);
        Assert.Equal("Connected", RunClean<string>("(Set-EspWifiCredential $session MyHomeWiFiAP mypassword).Status"));
        RunClean("Disconnect-EspProvSession $session");
        Assert.Contains(CameBack, Log, StringComparison.Ordinal);
        Assert.DoesNotContain("softap-key", Log, StringComparison.Ordinal);
        Assert.Equal("softap-key\n", Keys);
    }

    [SkippableFact]
    public void WhatIf_leaves_the_machine_where_it_is()
    {
        RunClean("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234 -WhatIf");
        Assert.DoesNotContain("Connection", Log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_question_that_nobody_answers_is_an_error_and_nothing_happens()
    {
        Host.Choice = _ => throw new System.Management.Automation.Host.HostException("Nobody.");
        Assert.Equal("AccessPointNotConfirmed", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234")));
        Assert.DoesNotContain(Joined, Log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_does_without_the_question_is_something_that_the_command_has()
    {
        Host.Choice = _ => throw new System.Management.Automation.Host.HostException("Nobody.");
        Assert.Contains("-Confirm:$false", RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234").ToString(), StringComparison.Ordinal);
        Assert.Contains("$ConfirmPreference", RunToError("Get-EspProvCapability -Address $address -AccessPoint PROV_261FCC").ToString(), StringComparison.Ordinal);
        Assert.Equal("v1.1", RunClean<string>("$ConfirmPreference = 'None'; (Get-EspProvCapability -Address $address -AccessPoint PROV_261FCC -SoftApKey softap-key).Version"));
    }

    [SkippableFact]
    public void A_no_is_an_error_and_nothing_happens()
    {
        Host.Choice = choices => choices.Select((choice, index) => (choice, index)).First(entry => entry.choice.Label.Replace("&", "", StringComparison.Ordinal) == "No").index;
        Assert.Equal("AccessPointNotConfirmed", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Pop abcd1234")));
        Assert.DoesNotContain(Joined, Log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Wrong_credentials_bring_the_former_network_back()
    {
        Assert.Equal("WrongCredentials", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -SoftApKey softap-key -Pop wrong -Confirm:$false")));
        Assert.Contains(CameBack, Log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_key_out_of_its_limits_is_refused_before_anything_happens()
    {
        Assert.Equal("InvalidSoftApKey", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -SoftApKey short -Confirm:$false")));
        Assert.DoesNotContain("Connection", Log, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("[pscustomobject]@{ AccessPoint = 'PROV_261FCC'; Address = $address; Pop = 'abcd1234'; SoftApKey = 'softap-key' }", "")]
    [InlineData("[pscustomobject]@{ Name = 'PROV_261FCC'; Address = $address; Pop = 'abcd1234'; SoftApKey = 'softap-key' }", "-JoinAccessPoint")]
    [InlineData("@{ QrCode = '{\"ver\":\"v1\",\"name\":\"PROV_261FCC\",\"pop\":\"abcd1234\",\"transport\":\"softap\",\"password\":\"softap-key\"}'; Address = $address }", "-JoinAccessPoint")]
    [InlineData("[pscustomobject]@{ Address = $address }", "-AccessPoint PROV_261FCC -SoftApKey softap-key -Pop abcd1234")]
    public void A_fleet_joins_the_access_points_of_its_rows_and_comes_back(string row, string arguments)
    {
        Assert.Equal("Connected PROV_261FCC", RunClean<string>($"$result = {row} | Invoke-EspProvisioning -Ssid MyHomeWiFiAP -Passphrase mypassword -Confirm:$false {arguments}; \"$($result.Status) $($result.Name)\""));
        Assert.Contains($"{Joined} PROV_261FCC", Log, StringComparison.Ordinal);
        Assert.Contains(CameBack, Log, StringComparison.Ordinal);
        Assert.Equal("softap-key\n", Keys);
        Assert.DoesNotContain("softap-key", Log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Devices_that_were_heard_bring_their_access_points_into_a_fleet()
    {
        RunClean("$plan = Find-EspProvDevice PROV_26 -Transport SoftAP | Where-Object AccessPoint | Invoke-EspProvisioning -Ssid x -Pop y -WhatIf");
        Assert.Contains("192.168.4.1 on PROV_261FCC", Host.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("Connection", Log, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Rows_with_access_points_are_done_one_after_the_other_and_asked_about_once()
    {
        RunClean("$second = (Start-EspVirtualDevice PROV_SECOND -ConnectDelay 0.3).Address; $third = (Start-EspVirtualDevice PROV_THIRD -ConnectDelay 0.3).Address");
        int asked = 0;
        Host.Choice = choices =>
        {
            asked++;
            return choices.Select((choice, index) => (choice, index)).First(entry => entry.choice.Label.Replace("&", "", StringComparison.Ordinal) == "Yes to All").index;
        };
        Assert.Equal("Connected Connected", RunClean<string>("(@{ Name = 'A'; Address = $second }, @{ Name = 'B'; Address = $third } | Invoke-EspProvisioning -JoinAccessPoint -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword).Status -join ' '"));
        Assert.Equal(1, asked);
        string[] steps = [.. Log.Split('\n').Where(line => line.Contains("Connection", StringComparison.Ordinal))];
        Assert.Equal(4, steps.Length);
        Assert.Equal(CameBack, steps[1]);
        Assert.Equal(CameBack, steps[3]);
    }

    [SkippableFact]
    public void A_fleet_that_nobody_lets_off_its_network_says_so_and_sends_nothing()
    {
        Host.Choice = choices => choices.Select((choice, index) => (choice, index)).First(entry => entry.choice.Label.Replace("&", "", StringComparison.Ordinal) == "No").index;
        Assert.Equal("Skipped Declined", RunClean<string>("$result = @{ Name = 'A'; Address = $address } | Invoke-EspProvisioning -JoinAccessPoint -Pop abcd1234 -Ssid x; \"$($result.Status) $($result.Reason)\""));
        Host.Choice = _ => throw new System.Management.Automation.Host.HostException("Nobody.");
        Assert.Equal("AccessPointNotConfirmed", IdOf(RunToError("@{ Name = 'A'; Address = $address } | Invoke-EspProvisioning -JoinAccessPoint -Pop abcd1234 -Ssid x")));
        Assert.DoesNotContain(Joined, Log, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("@{ AccessPoint = 'PROV_1'; Transport = 'Ble'; Address = '24:0A:C4:26:1F:CC' }", "InvalidValue")]
    [InlineData("@{ AccessPoint = 'PROV_1'; SoftApKey = 'short' }", "InvalidSoftApKey")]
    [InlineData("@{ AccessPoint = 'a-name-that-is-longer-than-32-bytes' }", "InvalidValue")]
    public void A_row_whose_access_point_cannot_be_joined_is_Invalid(string row, string id) => Assert.Equal(
        $"Invalid {id}", RunClean<string>($"$result = {row} | Invoke-EspProvisioning -Pop x -Ssid x -Validate; \"$($result.Status) $($result.ErrorId)\""));

    [SkippableFact]
    public void A_machine_without_NetworkManager_says_so()
    {
        Environment.SetEnvironmentVariable(BusAddress, "unix:path=/nonexistent/bus");
        Assert.Equal("TransportUnavailable", IdOf(RunToError("Connect-EspProvSession -Address $address -AccessPoint PROV_261FCC -Confirm:$false")));
    }
}
