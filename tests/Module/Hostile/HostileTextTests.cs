using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Hostile;

/// <summary>
/// What devices, the air, codes and files say never reaches the terminal as it came: every stream and every view is looked at.
/// </summary>
public class HostileTextTests : ModuleTest
{
    private const string Wifi = "-SecurityVersion Security0 -Passphrase 'mypassword'";

    private readonly HostileDevice _device = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-").FullName;

    public HostileTextTests() => RunClean("", ("address", _device.Address), ("name", HostileDevice.Text), ("folder", _folder));

    public override void Dispose()
    {
        base.Dispose();
        _device.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("Find-EspProvDevice -Address $address")]
    [InlineData("Find-EspProvDevice -Address $name")]
    [InlineData("Find-EspProvDevice $name -Transport SoftAP -Timeout 0.2")]
    [InlineData("Get-EspProvCapability -Address $address -Name $name")]
    [InlineData("Get-EspProvCapability -Address $name")]
    [InlineData("Connect-EspProvSession -Address $address -Name $name -SecurityVersion Security0")]
    [InlineData("Connect-EspProvSession -Address $address -Name $name")]
    [InlineData("Connect-EspProvSession -Address $address -Name $name -WhatIf")]
    [InlineData("Connect-EspProvSession -Address $name -SecurityVersion Security0 -WhatIf")]
    [InlineData("Get-EspProvSession -Name $name")]
    [InlineData("Get-EspWifiScan -Address $address -Name $name -SecurityVersion Security0")]
    [InlineData("Get-EspWifiScan -Address $address -Name $name -SecurityVersion Security0 -Unique")]
    [InlineData("Get-EspWifiStatus -Address $address -Name $name -SecurityVersion Security0")]
    [InlineData("Reset-EspWifiProvisioning -Address $address -Name $name -SecurityVersion Security0 -WhatIf")]
    [InlineData("Reset-EspWifiProvisioning -Address $address -Name $name -SecurityVersion Security0")]
    [InlineData("Send-EspCustomData -Address $address -Name $name -SecurityVersion Security0 -Text hello")]
    [InlineData("Send-EspCustomData -Address $address -Name $name -SecurityVersion Security0 -Text hello -Endpoint $name -WhatIf")]
    [InlineData("Send-EspCustomData -Address $address -Name $name -SecurityVersion Security0 -Text hello -Endpoint $name")]
    [InlineData("Send-EspCustomData -Address $address -Name $name -SecurityVersion Security0 -Path $name")]
    [InlineData("Set-EspWifiCredential -Address $address -Name $name -Ssid $name " + Wifi)]
    [InlineData("Set-EspWifiCredential -Address $address -Name $name -Ssid $name -WhatIf " + Wifi)]
    [InlineData("Set-EspWifiCredential -Address $address -Name $name -Ssid $name -Auth 5 " + Wifi)]
    [InlineData("Set-EspWifiCredential -Address $address -Name $name -Ssid $name -Auth WPA2_PSK -SecurityVersion Security0")]
    [InlineData("Set-EspWifiCredential -Address $address -Name $name -Ssid $name -NoWait " + Wifi)]
    [InlineData("Connect-EspProvSession -Address $address -Name $name -SecurityVersion Security0 | Get-EspThreadScan | Set-EspThreadDataset -NetworkKey 00112233445566778899aabbccddeeff")]
    [InlineData("Get-EspThreadStatus -Address $address -Name $name -SecurityVersion Security0")]
    [InlineData("Get-EspThreadScan -Address $address -Name $name -SecurityVersion Security0")]
    [InlineData("[pscustomobject]@{ Name = $name; Address = $address; SecurityVersion = 0; Ssid = $name; Passphrase = 'mypassword' } | Invoke-EspProvisioning -MaxAttempts 1")]
    [InlineData("[pscustomobject]@{ Name = $name; Address = $address; SecurityVersion = 0; Ssid = $name; Passphrase = 'mypassword' } | Invoke-EspProvisioning -WhatIf")]
    [InlineData("[pscustomobject]@{ Name = $name; Address = $address; SecurityVersion = 0; Ssid = $name; Passphrase = 'mypassword' } | Invoke-EspProvisioning -Validate")]
    [InlineData("[pscustomobject]@{ Name = $name; Address = $name; SecurityVersion = $name; Transport = $name; Ssid = $name; Bssid = $name; Channel = $name } | Invoke-EspProvisioning")]
    [InlineData("[pscustomobject]@{ Name = 'a'; Address = $address; Ssid = 'b'; $name = 'x' } | Invoke-EspProvisioning -Validate")]
    [InlineData("[pscustomobject]@{ Name = $name; Transport = 'Serial'; Address = $name; Ssid = $name } | Invoke-EspProvisioning -MaxAttempts 1")]
    [InlineData("$rows = [pscustomobject]@{ Name = $name; Address = $address; SecurityVersion = 0; Ssid = $name; Passphrase = 'mypassword' }; $null = $rows | Invoke-EspProvisioning -MaxAttempts 1 -JournalPath $folder/j; Import-EspProvJournal $folder/j; $rows | Invoke-EspProvisioning -JournalPath $folder/j -Resume")]
    [InlineData("Import-EspProvJournal -LiteralPath $name")]
    [InlineData("[pscustomobject]@{ Row = 1; Name = $name; Status = 'Failed'; Timestamp = Get-Date; Ssid = $name; Reason = $name; Error = $name } | New-EspProvReport -Path $folder/r.html")]
    [InlineData("@{ ver = 'v1'; name = $name.Replace('INJECTED', 'I'); transport = 'softap'; pop = 'x'; username = $name; $name = $name } | ConvertTo-Json | ConvertFrom-EspQrCode")]
    [InlineData("$name | ConvertFrom-EspQrCode")]
    [InlineData("ConvertFrom-EspQrCode -Path $name")]
    [InlineData("New-EspQrCode -Name $name.Replace('INJECTED', 'I') -Transport SoftAP -ProofOfPossession x -Path $folder/x.svg -WhatIf")]
    [InlineData("New-EspQrCode -Name ($name * 2) -Transport Ble -ProofOfPossession x")]
    [InlineData("New-EspSec2Credential -Username u -Password longpassword -Name $name")]
    [InlineData("New-EspSec2Credential -Username u -Password longpassword -Name $name | Export-EspSec2Credential -As Label")]
    [InlineData("New-EspSec2Credential -Username u -Name $name -GeneratePassword | Export-EspSec2Credential -As Label")]
    [InlineData("New-EspSec2Credential -Username u -Name $name -GeneratePassword | Export-EspSec2Credential -As Header")]
    [InlineData("New-EspSec2Credential -Username u -Name $name -GeneratePassword | Export-EspSec2Credential -As Json")]
    [InlineData("New-EspSec2Credential -Username $name -GeneratePassword | Export-EspSec2Credential -As NvsCsv")]
    [InlineData("Start-EspVirtualDevice $name -WhatIf")]
    [InlineData("Start-EspVirtualDevice $name; Get-EspVirtualDevice; Find-EspProvDevice * -Transport SoftAP -Timeout 0.2")]
    [InlineData("Start-EspVirtualDevice $name | Restart-EspVirtualDevice -Loader")]
    [InlineData("Start-EspVirtualDevice x -BareVersion $name")]
    [InlineData("Start-EspVirtualDevice x -AccessPoint @{ Ssid = $name; Bssid = $name }")]
    [InlineData("Start-EspVirtualDevice x -AccessPoint @{ Ssid = 'a'; $name = 1 }")]
    [InlineData("Get-EspVirtualDevice $name; Stop-EspVirtualDevice $name; Clear-EspVirtualDevice $name; Restart-EspVirtualDevice $name; Get-EspVirtualDeviceLog $name")]
    public void Nothing_that_a_terminal_would_act_on_is_on_any_stream_or_in_any_view(string command)
    {
        Host.Answers.Enqueue("mypassword");
        AssertHarmless(Run("$VerbosePreference = 'Continue'; " + command));
    }

    [Fact]
    public void A_scan_that_is_piped_on_sends_the_bytes_that_the_air_had_and_asks_with_escapes()
    {
        RunClean("$session = Connect-EspProvSession -Address $address -Name $name -SecurityVersion Security0; $found = Get-EspWifiScan $session");
        Assert.Equal(2L, RunClean<long>("[long]$found.Count"));
        foreach (int at in new[] { 0, 1 })
        {
            byte[] ssid = RunClean<byte[]>($"Write-Output -NoEnumerate $found[{at}].SsidBytes");
            Host.Answers.Enqueue("mypassword");
            AssertHarmless(Run($"$found[{at}] | Set-EspWifiCredential -Passphrase mypassword"));
            Assert.Empty(Errors);
            Assert.Equal(ssid, _device.Joined);
            AssertHarmless(RunClean("Get-EspWifiStatus $session"));
        }

        AssertHarmless(RunClean("$session; Get-EspProvSession; $session | Get-EspProvCapability; $session | Get-EspProvCapability | ForEach-Object { $_.Raw; $_.Application }"));
        AssertHarmless(Run("$session | Disconnect-EspProvSession -WhatIf"));
    }

    [Fact]
    public void An_address_of_a_network_that_is_none_is_a_malformed_response()
    {
        _device.Ip = "192.168.1.7\u001b[2J";
        ErrorRecord error = RunToError("Get-EspWifiStatus -Address $address -Name $name -SecurityVersion Security0");
        Assert.Equal("MalformedResponse", IdOf(error));
        AssertStreamsHarmless();
    }

    [Fact]
    public void A_status_line_is_not_repeated()
    {
        _device.StatusLine = "HTTP/1.1 200 \u001b[2J\u0007\u009b";
        AssertHarmless(Run("Get-EspProvCapability -Address $address -Name $name"));
        _device.StatusLine = "\u001b[2J\u0007";
        Assert.Equal("NotAProvisioningDevice", IdOf(RunToError("Get-EspProvCapability -Address $address -Name $name")));
        AssertStreamsHarmless();
    }

    [Fact]
    public void The_list_of_networks_to_choose_from_is_text_to_show()
    {
        foreach (string answer in new[] { "1", "mypassword" })
            Host.Answers.Enqueue(answer);
        AssertHarmless(Run("Invoke-EspProvisioning -Address $address -Name $name -SecurityVersion Security0"));
        Assert.Contains("\\u{1B}", Host.Shown, StringComparison.Ordinal);
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(HostileDevice.Text), _device.Joined);
    }

    [Fact]
    public void A_row_that_is_tried_again_from_its_result_sends_the_bytes_of_its_plan()
    {
        byte[] ssid = System.Text.Encoding.UTF8.GetBytes(HostileDevice.Text);
        RunClean("$plan = [pscustomobject]@{ Name = $name; Address = $address; SecurityVersion = 0; Ssid = $name; Passphrase = 'mypassword' }; $result = $plan | Invoke-EspProvisioning -MaxAttempts 1 -JournalPath $folder/j");
        Assert.Equal(ssid, _device.Joined);
        AssertHarmless(RunClean("$result"));
        RetryAsOther("$result");
        RetryAsOther("Import-EspProvJournal $folder/j");

        void RetryAsOther(string from)
        {
            _device.Forget();
            RunClean($"$again = {from} | Invoke-EspProvisioning -Passphrase mypassword -SecurityVersion Security0 -MaxAttempts 1");
            Assert.Equal("Connected", RunClean<string>("$again.Status"));
            Assert.Equal(ssid, _device.Joined);
        }
    }

    [Fact]
    public void Completion_offers_no_network_whose_name_cannot_be_shown()
    {
        RunClean("$session = Connect-EspProvSession -Address $address -Name $name -SecurityVersion Security0; $null = Get-EspWifiScan $session");
        Assert.Empty(RunClean("(TabExpansion2 'Set-EspWifiCredential -Session $session -Ssid ' 46).CompletionMatches | Where-Object { $_.CompletionText -match 'INJECTED' }"));
        AssertHarmless(RunClean("(TabExpansion2 'Disconnect-EspProvSession ' 26).CompletionMatches | ForEach-Object { $_.ListItemText; $_.ToolTip }"));
    }

    [Fact]
    public void The_monitor_of_a_virtual_device_cannot_be_written_to_by_a_client()
    {
        StartDevice("PROV_LOG", "-ConnectDelay 0 -SecurityVersion Security0 -ShowPassphrase");
        Run("$null = Get-EspVirtualDevice PROV_LOG | Send-EspCustomData -AllowUnencrypted -Text $name; $null = Get-EspVirtualDevice PROV_LOG | Set-EspWifiCredential -AllowUnencrypted -Ssid $name -Passphrase ($name + 'mypassword') -NoWait");
        AssertStreamsHarmless();
        AssertHarmless(RunClean("Get-EspVirtualDevice; Get-EspVirtualDeviceLog PROV_LOG"));
        Assert.Contains("\\u{D}\\u{A}INJECTED", string.Join('\n', RunClean("Get-EspVirtualDeviceLog PROV_LOG | ForEach-Object Line")), StringComparison.Ordinal);
    }

    private void AssertHarmless(IReadOnlyList<PSObject> output)
    {
        AssertStreamsHarmless();
        foreach (string view in new[] { "Format-Table", "Format-List", "Format-Table -Property *", "Format-List -Property *" })
        {
            foreach (int width in new[] { 80, 120 })
            {
                foreach (PSObject line in RunClean($"$output | {view} | Out-String -Width {width}", ("output", output)))
                    AssertHarmless(line.ToString(), view);
            }
        }

        RunClean("$output | Out-Default", ("output", output));
        AssertHarmless(Host.Shown, "Out-Default");
    }

    private void AssertStreamsHarmless()
    {
        foreach (ErrorRecord error in Errors)
        {
            AssertHarmless(error.ToString(), "error");
            AssertHarmless(error.TargetObject?.ToString(), "target");
            AssertHarmless(error.ErrorDetails?.Message, "details");
            AssertHarmless(error.CategoryInfo.ToString(), "category");
            for (Exception? cause = error.Exception; cause is not null; cause = cause.InnerException)
                AssertHarmless(cause.Message, cause.GetType().Name);
        }

        foreach (InformationalRecord record in Streams.Warning.Concat<InformationalRecord>(Streams.Verbose).Concat(Streams.Debug))
            AssertHarmless(record.Message, record.GetType().Name);
        foreach (InformationRecord record in Streams.Information)
            AssertHarmless(record.MessageData?.ToString(), "information");
        foreach (ProgressRecord record in Streams.Progress)
            AssertHarmless($"{record.Activity} {record.StatusDescription} {record.CurrentOperation}", "progress");
        AssertHarmless(Host.Shown, "host");
        Assert.All(Host.Questions, question => AssertHarmless(question, "question"));
    }

    internal static void AssertHarmless(string? text, string where)
    {
        string plain = Regex.Replace(text ?? "", @"\x1b\[[0-9;]*m", "").ReplaceLineEndings("\n");
        char[] harmful = [.. plain.Where((c, at) => c != '\n' && (char.IsLowSurrogate(c) && at > 0 && char.IsHighSurrogate(plain[at - 1])
            ? CharUnicodeInfo.GetUnicodeCategory(plain, at - 1) : char.IsHighSurrogate(c) ? CharUnicodeInfo.GetUnicodeCategory(plain, at) : char.GetUnicodeCategory(c))
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)];
        Assert.True(harmful.Length == 0, $"{where}: {string.Join(' ', harmful.Select(c => $"U+{(int)c:X4}"))} in {plain.Replace("\u001b", "<ESC>", StringComparison.Ordinal)}");
        Assert.DoesNotMatch($"(?m)^{HostileDevice.Injected}", plain);
    }
}
