using System.Diagnostics;
using System.Management.Automation;

namespace EspProv.ModuleTests.Fleet;

public class PlanTests : FleetTest
{
    [Fact]
    public void Rows_become_one_flat_result_each()
    {
        StartFleet(6);
        RunClean("$rows[1].Pop = 'not-the-proof'; $rows[2].Passphrase = 'not-the-passphrase'; $rows[3].Ssid = 'no-such-network'");
        Assert.Equal(
            ["Connected", "Failed WrongCredentials", "Failed AuthError", "Failed NetworkNotFound", "Connected", "Connected"],
            Outcomes("$results = @($rows | Invoke-EspProvisioning); $results"));
        Assert.Empty(Errors);
        string[] columns =
        [
            "Row", "Name", "Address", "Transport", "SecurityVersion", "Network", "Ssid", "Status", "Stage", "Reason", "Witness", "IPAddress", "Bssid", "Channel",
            "Attempts", "Duration", "ErrorId", "Error", "Warning", "Timestamp",
        ];
        Assert.Equal(columns, RunClean("$results[0].psobject.Properties.Name").Select(name => name.ToString()));
        Assert.Equal("1", RunClean("($results | Where-Object Row -EQ 2).Attempts")[0].ToString());
    }

    [Fact]
    public void Rows_with_a_warning_are_counted_at_the_end_and_keep_it_through_files_and_reports()
    {
        StartFleet(2, "-ConnectDelay 0 -SecurityVersion 2 -Security2Patch Patch0Nonce16");
        RunClean("$rows | ForEach-Object { $_.Pop = $null }");
        string login = "-Username wifiprov -Password abcd1234";
        RunClean($"$results = @($rows | Invoke-EspProvisioning -JournalPath '{Folder}/run.jsonl' {login})");
        Assert.Contains("2 results have a Warning", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);

        // As a CSV file brings them back.
        RunClean("""
            $texts = @($results | ForEach-Object {
                $cells = @{}
                foreach ($property in $_.psobject.Properties) { $cells[$property.Name] = "$($property.Value)" }
                [pscustomobject]$cells
            })
            """);
        foreach (string source in new[] { "$results", "$texts", $"Import-EspProvJournal '{Folder}/run.jsonl'" })
        {
            string[] warnings = [.. RunClean($"{source} | ForEach-Object Warning").Select(warning => warning.ToString())];
            Assert.Equal(2, warnings.Count(warning => warning.Contains("5.4.1", StringComparison.Ordinal)));
            RunClean($"{source} | New-EspProvReport '{Folder}/report.html' -Force");
            Assert.Contains("2 rows have a warning", File.ReadAllText(Path.Combine(Folder, "report.html")), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_impostor_is_a_row_that_failed()
    {
        StartFleet(3);
        RunClean("$fake = Start-EspVirtualDevice PROV_FAKE -ProofOfPossession ''; $rows[1].Address = $fake.Address");
        foreach (string named in new[] { "", "-SecurityVersion 1" })
        {
            PSObject result = Assert.Single(RunClean($"$rows[1] | Invoke-EspProvisioning {named}"));
            Assert.Equal(("Failed", "SecurityDowngrade"), (Property(result, "Status"), Property(result, "ErrorId")));
        }

        Assert.Equal(["Connected", "Failed SecurityDowngrade", "Connected"], Outcomes("$rows | Invoke-EspProvisioning"));
        Assert.Equal("3", RunClean<string>("$fake.RequestCount"));
        Assert.Null(RunClean("$fake.Ssid")[0]);
    }

    [Fact]
    public void Common_values_come_from_parameters_and_a_rows_own_value_counts_more()
    {
        StartFleet(2);
        RunClean("$rows = @([pscustomobject]@{ Address = $devices[0].Address }, @{ Address = $devices[1].Address; Ssid = 'InsecureWiFiAP'; Passphrase = '' })");
        RunClean("$rows | Invoke-EspProvisioning -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword");
        Assert.Equal(["MyHomeWiFiAP", "InsecureWiFiAP"], RunClean("$devices.Ssid").Select(ssid => ssid.ToString()));
    }

    [Theory]
    [InlineData("$devices")]
    [InlineData("Find-EspProvDevice")]
    [InlineData("$devices | ForEach-Object Address")]
    [InlineData("Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234")]
    [InlineData("$devices | New-EspQrCode -As Json")]
    [InlineData("$devices | New-EspQrCode -As Url | ConvertFrom-EspQrCode")]
    [InlineData("$devices | ForEach-Object { @{ QrCode = $_ | New-EspQrCode -As Json } }")]
    [InlineData("$devices | ForEach-Object { @{ Name = $_.Name } }")]
    public void Devices_addresses_sessions_and_codes_bind_too(string input)
    {
        StartFleet(2);
        Assert.Equal(["Connected", "Connected"], Outcomes($"{input} | Invoke-EspProvisioning -Pop abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword"));
    }

    [Fact]
    public void A_session_that_was_given_stays_open()
    {
        StartFleet(1, "-ConnectDelay 0 -KeepServiceUp");
        RunClean("$session = Find-EspProvDevice | Connect-EspProvSession -Pop abcd1234");
        Assert.Equal(["Connected"], Outcomes("$session | Invoke-EspProvisioning -Ssid MyHomeWiFiAP -Passphrase mypassword"));
        Assert.Equal("Opened", RunClean<string>("$session.State"));
    }

    [Fact]
    public void A_device_that_is_connected_already_counts_as_done()
    {
        StartFleet(1, "-ConnectDelay 0 -KeepServiceUp");
        Assert.Equal(["Connected"], Outcomes("$rows | Invoke-EspProvisioning"));
        Assert.Equal(["Connected AlreadyConnected"], Outcomes("$rows | Invoke-EspProvisioning"));
        Assert.Equal(["Failed InvalidDeviceState"], Outcomes("$rows[0].Ssid = 'MobileHotspot'; $rows[0].Passphrase = 'mobile1234'; $rows | Invoke-EspProvisioning"));
        Assert.Equal(["Connected"], Outcomes("$rows | Invoke-EspProvisioning -Reprovision"));
    }

    [Fact]
    public void A_failed_device_takes_corrected_credentials()
    {
        StartFleet(1);
        Assert.Equal(["Failed AuthError"], Outcomes("$rows[0].Passphrase = 'not-right'; $rows | Invoke-EspProvisioning"));
        Assert.Equal(["Connected"], Outcomes("$rows[0].Passphrase = 'mypassword'; $rows | Invoke-EspProvisioning"));
    }

    [Fact]
    public void Custom_data_goes_first_to_the_endpoint_that_the_row_names()
    {
        StartFleet(1, "-ConnectDelay 0 -ShowPassphrase -CustomEndpoint serial-number");
        RunClean("$rows[0].psobject.Properties.Add([psnoteproperty]::new('CustomData', 'unit 17')); $rows[0].psobject.Properties.Add([psnoteproperty]::new('Endpoint', 'serial-number'))");
        Assert.Equal(["Connected"], Outcomes("$rows | Invoke-EspProvisioning"));
    }

    [Fact]
    public void Validate_checks_every_limit_and_sends_nothing()
    {
        StartFleet(3);
        RunClean("""
            $rows[1].Passphrase = 'short'
            $rows += [pscustomobject]@{ Address = $devices[0].Address; Ssid = 'x' }
            $rows += [pscustomobject]@{ Address = '10.0.0.1'; Ssid = 'a' * 33 }
            $rows += [pscustomobject]@{ Address = '10.0.0.2:99999'; Ssid = 'x' }
            $rows += [pscustomobject]@{ Address = '10.0.0.3'; Ssid = '' }
            $rows += [pscustomobject]@{ Address = ''; Ssid = 'x' }
            $rows += [pscustomobject]@{ Address = '10.0.0.4'; Ssid = 'x'; Bssid = '11:22' }
            $rows += [pscustomobject]@{ Address = '10.0.0.5'; Ssid = 'x'; Channel = 'six' }
            $rows += [pscustomobject]@{ Address = '10.0.0.6'; Ssid = 'x'; SecurityVersion = '3' }
            $rows += [pscustomobject]@{ Address = '10.0.0.7'; Ssid = 'x'; Transport = 'pigeon' }
            $rows += [pscustomobject]@{ Address = '10.0.0.8'; Ssid = 'x'; QrCode = '{"ver":"v1","name":' }
            $rows += [pscustomobject]@{ Address = ''; Ssid = '' }
            $rows += [pscustomobject]@{ Address = '10.0.0.9'; Ssid = 'x'; Passphrase = '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' }
            $rows += [pscustomobject]@{ Address = '10.0.0.10'; Ssid = 'x'; CustomData = 'x'; Endpoint = 'prov-config' }
            """);
        Assert.Equal(
            [
                "Valid", "Invalid InvalidPassphrase", "Valid", "Invalid DuplicateDevice", "Invalid InvalidSsid", "Invalid InvalidAddress", "Invalid ValueRequired",
                "Invalid ValueRequired", "Invalid InvalidBssid", "Invalid InvalidValue", "Invalid InvalidValue", "Invalid InvalidValue", "Invalid InvalidQrPayload", "Skipped EmptyRow",
                "Invalid RawPskNotSupported", "Invalid InvalidValue",
            ],
            Outcomes("$rows | Invoke-EspProvisioning -Validate"));
        Assert.Equal(0, Requests());
    }

    [Fact]
    public void An_array_that_is_given_as_an_argument_is_a_plan_too()
    {
        StartFleet(3);
        Assert.Equal(["Connected", "Connected", "Connected"], Outcomes("Invoke-EspProvisioning $rows"));
    }

    [Theory]
    [InlineData("1", "Invalid InvalidValue")]
    [InlineData("@{ Port = '10.0.0.1'; Address = '10.0.0.2' }", "Invalid InvalidValue")]
    [InlineData("@{ Port = '10.0.0.1'; Address = '10.0.0.1' }", "Valid")]
    [InlineData("@{ Name = 'A'; Transport = 'Console' }", "Valid")]
    [InlineData("@{ Address = '10.0.0.1'; Channel = @(1, 2) }", "Invalid InvalidValue")]
    [InlineData("@{ Address = '10.0.0.1'; Network = 'Zigbee' }", "Invalid InvalidValue")]
    public void Odd_rows_are_told_from_good_ones(string row, string outcome) =>
        Assert.Equal([outcome], Outcomes($"{row} | Invoke-EspProvisioning -Ssid x -Validate"));

    [Fact]
    public void A_row_that_cannot_be_read_keeps_what_can()
    {
        Assert.Equal("N1 Serial /dev/ttyX", RunClean<string>("$result = @{ Name = 'N1'; Transport = 'Serial'; Port = '/dev/ttyX'; Ssid = 'x'; BaudRate = 'abc' } | Invoke-EspProvisioning -Validate; \"$($result.Name) $($result.Transport) $($result.Address)\""));
        Assert.Equal("N1 10.0.0.1", RunClean<string>("$result = @{ Name = 'N1'; Address = '10.0.0.1'; Ssid = 'x'; QrCode = '{bad' } | Invoke-EspProvisioning -Validate; \"$($result.Name) $($result.Address)\""));
    }

    [Fact]
    public void A_duplicate_is_found_however_the_address_is_written_and_names_the_other_row()
    {
        RunClean("$results = @('10.0.0.1', 'http://10.0.0.1', '10.0.0.1:80', '10.0.0.1:81' | Invoke-EspProvisioning -Ssid x -Validate)");
        Assert.Equal("Valid Invalid Invalid Valid", RunClean<string>("$results.Status -join ' '"));
        Assert.Equal("DuplicateDevice", RunClean<string>("$results[2].ErrorId"));
        Assert.Contains("Row 1 of the plan", RunClean<string>("$results[2].Error"), StringComparison.Ordinal);
        Assert.Equal("Valid Valid Invalid", RunClean<string>("('A', 'B', 'A' | ForEach-Object { @{ AccessPoint = $_; Address = '192.168.4.1:80' } } | Invoke-EspProvisioning -Ssid x -Validate).Status -join ' '"));
    }

    [Theory]
    [InlineData("@{ Name = 'A'; Address = '10.0.0.1' }, @{ Name = 'B'; Address = 'http://10.0.0.1/' }", "at 10.0.0.1.")]
    [InlineData("@{ Name = 'A'; Address = '192.168.4.1' }, @{ Name = 'A'; Address = '192.168.4.1' }", "device, A.")]
    [InlineData("@{ Name = 'A'; AccessPoint = 'PROV_1' }, @{ Name = 'B'; AccessPoint = 'PROV_1' }", "on access point PROV_1.")]
    public void A_row_that_repeats_another_says_which_device_both_are_for(string rows, string place)
    {
        RunClean($"$results = @({rows} | Invoke-EspProvisioning -Ssid x -Validate)");
        Assert.Equal("DuplicateDevice", RunClean<string>("$results[1].ErrorId"));
        Assert.EndsWith(place, RunClean<string>("$results[1].Error"), StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_shows_the_plan_and_sends_and_records_nothing()
    {
        StartFleet(2);
        string journal = Path.Combine(Folder, "run.jsonl");
        Assert.Empty(RunClean($"$rows | Invoke-EspProvisioning -WhatIf -JournalPath '{journal}'"));
        Assert.Equal(0, Requests());
        Assert.False(File.Exists(journal));
        Assert.Contains("row 2:", Host.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_column_is_warned_about_once()
    {
        StartFleet(3);
        RunClean("$rows | ForEach-Object { $_.psobject.Properties.Add([psnoteproperty]::new('Shelf', 'B4')) }; $null = $rows | Invoke-EspProvisioning");
        Assert.Contains("Shelf", Assert.Single(Streams.Warning).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_are_on_no_stream_and_in_no_journal()
    {
        StartFleet(3);
        string journal = Path.Combine(Folder, "run.jsonl");
        string shown = string.Join('\n', RunClean($"$rows[1].Passphrase = 'not-the-passphrase'; $rows[2].Pop = 'not-the-proof'; $rows | Invoke-EspProvisioning -JournalPath '{journal}' -Verbose -Debug").SelectMany(result => result.Properties.Select(property => $"{property.Name} {property.Value}")));
        string all = shown + Host.Shown + File.ReadAllText(journal) + string.Join('\n', Streams.Verbose) + string.Join('\n', Streams.Progress.Select(record => record.ToString()));
        foreach (string secret in new[] { "mypassword", "abcd1234", "not-the-passphrase", "not-the-proof" })
            Assert.DoesNotContain(secret, all, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_completes_and_names_the_devices_below_the_run()
    {
        StartFleet(8, "-ConnectDelay 0.6");
        RunClean("$null = $rows | Invoke-EspProvisioning");
        ProgressRecord[] parents = [.. Streams.Progress.Where(record => record.ParentActivityId < 0)];
        Assert.Equal(ProgressRecordType.Completed, parents[^1].RecordType);
        var open = new HashSet<int>();
        foreach (ProgressRecord record in Streams.Progress)
        {
            if (record.RecordType is ProgressRecordType.Completed)
                open.Remove(record.ActivityId);
            else
                open.Add(record.ActivityId);
        }

        Assert.Empty(open);
        Assert.Contains(Streams.Progress, record => record.ParentActivityId == parents[0].ActivityId && record.Activity.StartsWith("PROV_", StringComparison.Ordinal));
    }

    [Fact]
    public void The_deadline_leaves_rows_for_another_run()
    {
        StartFleet(4);
        Assert.All(Outcomes("$rows | Invoke-EspProvisioning -Deadline 0"), outcome => Assert.Equal("Skipped DeadlineReached", outcome));
        Assert.Equal(0, Requests());
        StartFleet(1, "-ConnectDelay 3600");
        Assert.Equal(["Unknown Unknown"], Outcomes("$rows | Invoke-EspProvisioning -Deadline 1.5"));
    }

    [Fact]
    public void A_device_has_no_more_time_than_it_was_given()
    {
        StartFleet(1, "-ConnectDelay 3600");
        Assert.Equal(["Unknown Unknown"], Outcomes("$rows | Invoke-EspProvisioning -Timeout 1"));
        Assert.Equal(["Failed ExchangeTimeout"], Outcomes("$l = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0); $l.Start(); try { \"127.0.0.1:$($l.LocalEndpoint.Port)\" | Invoke-EspProvisioning -Ssid x -Pop y -ExchangeTimeout 0.2 -MaxAttempts 2 -RetryDelay 0 } finally { $l.Stop() }"));
    }

    [Fact]
    public void Ctrl_C_returns_within_a_second_closes_every_session_and_leaves_a_journal_to_resume()
    {
        StartFleet(12, "-ConnectDelay 0.1");
        RunClean("$slow = Start-EspVirtualDevice -Count 6 -ConnectDelay 1.5 -KeepServiceUp; $rows += $slow | ForEach-Object { [pscustomobject]@{ Name = $_.Name; Address = $_.Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' } }");
        string journal = Path.Combine(Folder, "run.jsonl");
        using (PowerShell shell = Prepare($"$rows | Invoke-EspProvisioning -JournalPath '{journal}'"))
        {
            IAsyncResult run = shell.BeginInvoke();
            SpinWait.SpinUntil(() => File.Exists(journal) && ReadAlong(journal).Contains("\"Connected\"", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
            var watch = Stopwatch.StartNew();
            shell.Stop();
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5); // Not a measure of speed: without the stop it would take as long as the devices do.
            Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(run));
        }

        Assert.Empty(RunClean("Get-EspProvSession"));
        string[] outcomes = Outcomes($"$rows | Invoke-EspProvisioning -JournalPath '{journal}' -Resume");
        Assert.Equal(18, outcomes.Length);
        Assert.All(outcomes, outcome => Assert.Contains(outcome, new[] { "Connected", "Connected AlreadyConnected", "Skipped ConnectedByEarlierRun", "Unknown Unknown" }));
        Assert.Contains("Skipped ConnectedByEarlierRun", outcomes);
    }

    private static string ReadAlong(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
