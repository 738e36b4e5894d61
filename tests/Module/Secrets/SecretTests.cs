using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Secrets;

/// <summary>Whole flows with secrets that occur nowhere else, and then a search of everything that anybody could have seen.</summary>
public class SecretTests : ModuleTest
{
    private const string Pop = "canary-pop-7c1e";
    private const string WrongPop = "canary-wrong-pop-93b2";
    private const string Password = "canary-password-40aa";
    private const string WrongPassword = "canary-wrong-password-d5f0";
    private const string Passphrase = "canary-passphrase-1f8d";
    private const string WrongPassphrase = "canary-wrong-passphrase-66e9";
    private const string ShortPassphrase = "canary7";
    private const string LongPassphrase = "canary-long-passphrase-of-more-than-sixty-three-bytes-which-no-device-takes";

    // Secrets come in variables, as a careful user has them; the script itself is shown in error records.
    private const string Flows = """
        $VerbosePreference = 'Continue'
        $DebugPreference = 'Continue'
        $InformationPreference = 'Continue'
        function Secure($text) { $s = [System.Security.SecureString]::new(); foreach ($c in $text.ToCharArray()) { $s.AppendChar($c) }; $s }
        function Shown { process { $script:objects += , $_; $_ | Out-Default } }
        $objects = @()

        Start-EspVirtualDevice PROV_ONE -ProofOfPossession $pop -AccessPoint @{ Ssid = 'net'; Passphrase = $passphrase } -ConnectDelay 0 -ScanDelay 0 | Shown
        Start-EspVirtualDevice PROV_TWO -SecurityVersion 2 -Username user -Password $password -AccessPoint @{ Ssid = 'net'; Passphrase = $passphrase } -ConnectDelay 0 -ScanDelay 0 | Shown
        Start-EspVirtualDevice PROV_NONE -ProofOfPossession '' -ConnectDelay 0 | Shown
        Start-EspVirtualDevice PROV_CLEAR -SecurityVersion 0 -ConnectDelay 0 | Shown
        Start-EspVirtualDevice PROV_BAD -ProofOfPossession $pop -AccessPoint @{ Ssid = 'net'; Passphrase = $passphrase; Colour = $passphrase } | Shown
        Start-EspVirtualDevice PROV_BAD -ProofOfPossession @{ secret = $pop } | Shown

        foreach ($proof in @{ Pop = $wrongPop }, @{ Pop = (Secure $wrongPop) }, @{ Pop = $pop }) {
            Find-EspProvDevice PROV_ONE | Connect-EspProvSession @proof -Verbose -Debug | Shown
        }
        foreach ($proof in @{ Password = $wrongPassword }, @{ Password = $password }) {
            Find-EspProvDevice PROV_TWO | Connect-EspProvSession -Username user @proof -Verbose -Debug | Shown
        }
        Find-EspProvDevice PROV_TWO | Connect-EspProvSession -Pop $pop -SecurityVersion 1 | Shown
        Find-EspProvDevice PROV_NONE | Connect-EspProvSession -Pop $pop | Shown
        Find-EspProvDevice PROV_CLEAR | Connect-EspProvSession -Pop $pop | Shown
        Connect-EspProvSession -Address 127.0.0.1:1 -Pop $pop | Shown
        Connect-EspProvSession -Address 'http://x/y' -Username user -Password $password | Shown
        [pscustomobject]@{ Address = (Get-EspVirtualDevice PROV_ONE).Address; ProofOfPossession = $wrongPop } | Get-EspWifiStatus | Shown

        Get-EspProvSession | Where-Object Name -in PROV_ONE, PROV_TWO | ForEach-Object {
            $session = $_
            Get-EspWifiScan $session | Shown
            foreach ($key in $shortPassphrase, $longPassphrase, (Secure $shortPassphrase)) {
                Set-EspWifiCredential $session net $key -Verbose -Debug | Shown
            }
            Set-EspWifiCredential $session net $passphrase -Bssid 01 | Shown
            Set-EspWifiCredential $session net $passphrase -WhatIf | Shown
            Set-EspWifiCredential $session net $wrongPassphrase -Verbose -Debug | Shown
            Set-EspWifiCredential $session net $passphrase | Shown
            Reset-EspWifiProvisioning $session | Shown
            Set-EspWifiCredential $session -NetworkCredential ([pscredential]::new('net', (Secure $passphrase))) | Shown
            Set-EspWifiCredential $session net @{ secret = $passphrase } | Shown
        }
        Get-EspVirtualDevice | Shown
        Get-EspVirtualDevice | Get-EspVirtualDeviceLog | Shown
        Get-EspProvSession | Shown
        Get-EspProvSession | Disconnect-EspProvSession -Verbose
        $objects
        $Error
        """;

    [Theory]
    [InlineData("$session | Set-EspWifiCredential -Ssid net 'canary-secret'")]
    [InlineData("$session | Send-EspCustomData 'canary-secret'")]
    [InlineData("Connect-EspProvSession 'canary-secret'")]
    [InlineData("Get-EspWifiScan 'canary-secret'")]
    public void A_secret_that_ends_up_at_the_wrong_parameter_is_not_in_the_error(string command)
    {
        ConnectDevice();
        string all = RunToError(command).ToString();
        for (Exception? exception = Errors[0].Exception; exception is not null; exception = exception.InnerException)
            all += exception.Message;
        Assert.DoesNotContain("canary", all, StringComparison.Ordinal);
    }

    [Fact]
    public void No_secret_is_to_be_seen_anywhere()
    {
        IReadOnlyList<PSObject> objects = Run(
            Flows,
            ("pop", Pop), ("wrongPop", WrongPop), ("password", Password), ("wrongPassword", WrongPassword),
            ("passphrase", Passphrase), ("wrongPassphrase", WrongPassphrase), ("shortPassphrase", ShortPassphrase), ("longPassphrase", LongPassphrase));

        var seen = new StringBuilder(Host.Shown);
        foreach (PSObject item in objects)
            Describe(item, seen, depth: 0);
        foreach (ErrorRecord error in Errors)
            Describe(error, seen);
        foreach (object record in Streams.Warning.Concat<object>(Streams.Verbose).Concat(Streams.Debug).Concat(Streams.Information).Concat(Streams.Progress))
            seen.AppendLine(record.ToString());

        // The flows went where they were meant to go, and the search looks at what they left.
        string[] ids = [.. Errors.Select(IdOf)];
        Assert.Contains("WrongCredentials", ids);
        Assert.Contains("SecurityDowngrade", ids);
        Assert.Contains("InvalidPassphrase", ids);
        Assert.Contains("WifiAuthError", ids);
        Assert.Contains("ParameterArgumentTransformationError", ids);
        string text = seen.ToString();
        Assert.Contains("PROV_TWO", text, StringComparison.Ordinal);
        Assert.Contains("Connected with IP Address", text, StringComparison.Ordinal);
        Assert.NotEmpty(Streams.Verbose);

        int at = text.IndexOf("canary", StringComparison.OrdinalIgnoreCase);
        Assert.True(at < 0, at < 0 ? "" : $"…{text[Math.Max(0, at - 300)..Math.Min(text.Length, at + 100)]}…");
    }

    [Fact]
    public void The_log_shows_passphrases_only_when_it_was_asked_to()
    {
        RunClean($"$null = Start-EspVirtualDevice PROV_SHOW -ShowPassphrase -ConnectDelay 0 -AccessPoint @{{ Ssid = 'net'; Passphrase = '{Passphrase}' }}");
        RunClean($"$null = Get-EspVirtualDevice | Set-EspWifiCredential -Pop abcd1234 -Ssid net -Passphrase {Passphrase}");
        Assert.Contains(Passphrase, RunClean<string>("(Get-EspVirtualDeviceLog PROV_SHOW) -join ' '"), StringComparison.Ordinal);
    }

    private static void Describe(ErrorRecord error, StringBuilder seen)
    {
        seen.AppendLine(error.ToString()).AppendLine(error.FullyQualifiedErrorId).AppendLine(error.CategoryInfo.ToString())
            .AppendLine(error.ErrorDetails?.ToString()).AppendLine(error.ErrorDetails?.RecommendedAction)
            .AppendLine(error.TargetObject?.ToString()).AppendLine(error.ScriptStackTrace).AppendLine(error.InvocationInfo?.Line);
        for (Exception? exception = error.Exception; exception is not null; exception = exception.InnerException)
        {
            seen.AppendLine(exception.ToString());
            foreach (DictionaryEntry entry in exception.Data)
                seen.AppendLine(CultureInfo.InvariantCulture, $"{entry.Key}={entry.Value}");
        }
        if (error.TargetObject is not null)
            Describe(PSObject.AsPSObject(error.TargetObject), seen, depth: 1);
    }

    private static void Describe(PSObject item, StringBuilder seen, int depth)
    {
        seen.AppendLine(item.ToString());
        if (item.BaseObject is ErrorRecord error)
        {
            Describe(error, seen);
            return;
        }
        if (item.BaseObject is string || depth > 2)
            return;
        foreach (PSPropertyInfo property in item.Properties)
        {
            object? value;
            try
            {
                value = property.Value;
            }
            catch (GetValueException)
            {
                continue;
            }
            if (value is null)
                continue;
            seen.AppendLine(CultureInfo.InvariantCulture, $"{property.Name}={value}");
            if (value is byte[] bytes)
                seen.AppendLine(Encoding.UTF8.GetString(bytes));
            else if (value.GetType().FullName!.StartsWith("EspProv.", StringComparison.Ordinal))
                Describe(PSObject.AsPSObject(value), seen, depth + 1);
        }
    }
}
