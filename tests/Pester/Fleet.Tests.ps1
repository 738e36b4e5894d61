# What fleets promise from a prompt of pwsh: CSV files as they come, long ones, parallel runspaces, kill -9, and the examples.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingConvertToSecureStringWithPlainText', '')]
param()

BeforeAll {
    Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
    . "$PSScriptRoot/Pwsh.ps1"

    function New-Fleet([int] $Count, [hashtable] $Start = @{ ConnectDelay = 0.02 }) {
        Start-EspVirtualDevice -Count $Count @Start
    }

    function Get-Row($Devices) {
        $Devices | ForEach-Object {
            [pscustomobject]@{ Name = $_.Name; Address = $_.Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' }
        }
    }
}

AfterAll {
    Get-EspVirtualDevice | Stop-EspVirtualDevice
}

Describe 'A CSV file' {
    BeforeEach {
        $devices = @(New-Fleet 3)
        $csv = Join-Path $TestDrive 'fleet.csv'
    }

    AfterEach {
        $devices | Stop-EspVirtualDevice
    }

    It 'may have a byte order mark, semicolons, quotes and names of columns in any case' {
        $lines = @('"name";ADDRESS;pop;"ssid";passphrase') + ($devices | ForEach-Object { "`"$($_.Name)`";$($_.Address);abcd1234;`"MyHomeWiFiAP`";`"mypassword`"" })
        [IO.File]::WriteAllLines($csv, $lines, [Text.UTF8Encoding]::new($true))
        $results = @(Import-Csv $csv -Delimiter ';' | Invoke-EspProvisioning)
        $results.Count | Should -Be 3
        $results.Status | Should -Be @('Connected', 'Connected', 'Connected')
    }

    It 'may have empty, duplicate and unknown things in it' {
        $first, $second = $devices
        @(
            'Name,Address,Pop,Ssid,Passphrase,Shelf,Remark'
            "a,$($first.Address),abcd1234,MyHomeWiFiAP,mypassword,B4,`"says `"`"hello`"`", and more`""
            ',,,,,,'
            ''
            "b,$($first.Address),abcd1234,MyHomeWiFiAP,mypassword,B5,"
            "c,$($second[0].Address),abcd1234,MyHomeWiFiAP,mypassword,B6,"
        ) | Set-Content $csv
        $results = @(Import-Csv $csv | Invoke-EspProvisioning -WarningVariable warnings -WarningAction SilentlyContinue | Sort-Object Row)
        $warnings.Count | Should -Be 2
        ($results | ForEach-Object { "$($_.Status) $($_.Reason)".Trim() }) | Should -Be @('Connected', 'Skipped EmptyRow', 'Invalid DuplicateDevice', 'Connected')
    }

    It 'may name secrets of a vault, and have data for endpoints of the application' {
        $devices | Stop-EspVirtualDevice
        $devices = @(New-Fleet 2 @{ ConnectDelay = 0.02; CustomEndpoint = 'ip-config', 'token' })
        function Get-Secret([string] $Name) { @{ pop = 'abcd1234'; wifi = 'mypassword' }[$Name] }
        [IO.File]::WriteAllBytes((Join-Path $TestDrive 'token.bin'), [byte[]](1..100))
        $devices | ForEach-Object { $i = 8 } {
            [pscustomobject]@{
                Address = $_.Address; PopSecret = 'pop'; Ssid = 'MyHomeWiFiAP'
                'Endpoint:ip-config' = "{`"ip`":`"10.0.0.$((++$i))`",`"netmask`":`"255.255.255.0`",`"gw`":`"10.0.0.1`"}"
                'EndpointPath:token' = 'token.bin'
            }
        } | Export-Csv $csv
        Push-Location $TestDrive
        try {
            $results = @(Import-Csv $csv | Invoke-EspProvisioning -PassphraseSecret wifi | Sort-Object Row)
        }
        finally {
            Pop-Location
        }
        ($results | ForEach-Object { "$($_.Status) $($_.IPAddress)" }) | Should -Be @('Connected 10.0.0.9', 'Connected 10.0.0.10')
        ($devices | Get-EspVirtualDeviceLog | Where-Object Line -Match '100 bytes on token').Count | Should -Be 2
    }

    It 'may name networks beyond ASCII' {
        $ssid = 'Caf' + [char]0xE9 + ' ' + [char]0x65E5 + [char]0x672C
        $device = Start-EspVirtualDevice -ConnectDelay 0 -AccessPoint @{ Ssid = $ssid; Passphrase = 'mypassword' }
        "Address,Pop,Ssid,Passphrase`n$($device.Address),abcd1234,$ssid,mypassword" | Set-Content $csv -Encoding utf8
        (Import-Csv $csv | Invoke-EspProvisioning).Status | Should -Be 'Connected'
        $device.Ssid | Should -Be $ssid
        $device | Stop-EspVirtualDevice
    }

    It 'in another encoding is found out, and says how it is read' {
        $ssid = 'Caf' + [char]0xE9
        $device = Start-EspVirtualDevice -ConnectDelay 0 -AccessPoint @{ Ssid = $ssid; Passphrase = 'mypassword' }
        "Address,Pop,Ssid,Passphrase`n$($device.Address),abcd1234,$ssid,mypassword" | Set-Content $csv -Encoding latin1
        $result = Import-Csv $csv | Invoke-EspProvisioning
        $result.Status | Should -Be 'Invalid'
        $result.Error | Should -BeLike '*-Encoding latin1*'
        $device.RequestCount | Should -Be 0
        (Import-Csv $csv -Encoding latin1 | Invoke-EspProvisioning).Status | Should -Be 'Connected'
        $device | Stop-EspVirtualDevice
    }

    It 'with semicolons that were read as commas says so once, and nothing is sent' {
        @('Name;Address;Pop;Ssid;Passphrase') + ($devices | ForEach-Object { "$($_.Name);$($_.Address);abcd1234;MyHomeWiFiAP;mypassword" }) | Set-Content $csv
        $results = @(Import-Csv $csv | Invoke-EspProvisioning -WarningVariable warnings -WarningAction SilentlyContinue)
        $results.Status | Should -Be @('Invalid', 'Invalid', 'Invalid')
        @($warnings) -like "*-Delimiter ';'*" | Should -HaveCount 1
        ($devices.RequestCount | Measure-Object -Sum).Sum | Should -Be 0
    }

    It 'with the key in a column Password is told of Passphrase' {
        @('Name,Address,Pop,Ssid,Password') + ($devices | ForEach-Object { "$($_.Name),$($_.Address),abcd1234,MyHomeWiFiAP,mypassword" }) | Set-Content $csv
        $results = @(Import-Csv $csv | Invoke-EspProvisioning -Validate)
        $results.Status | Should -Be @('Invalid', 'Invalid', 'Invalid')
        $results[0].Error | Should -BeLike '*parameter, Passphrase.'
    }

    It 'says the same on machines of other cultures' {
        $before = [cultureinfo]::CurrentCulture
        $report = Join-Path $TestDrive 'culture.csv'
        try {
            [cultureinfo]::CurrentCulture = 'ar-SA'
            $results = @(Get-Row $devices | Invoke-EspProvisioning)
            $results | Export-Csv $report
            [cultureinfo]::CurrentCulture = 'sv-SE'
            (Start-EspVirtualDevice PROV_COLD -AccessPoint @{ Ssid = 'lab'; Rssi = -40 }).Name | Should -Be 'PROV_COLD'
            [cultureinfo]::CurrentCulture = 'en-US'
            $html = Import-Csv $report | New-EspProvReport (Join-Path $TestDrive 'culture.html')
            Get-Content $html -Raw | Should -Match ([regex]::Escape($results[0].Timestamp.Substring(0, 19).Replace('T', ' ')))
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
            Stop-EspVirtualDevice PROV_COLD
        }
    }

    It 'may have Thread devices beside Wi-Fi devices' {
        $thread = Start-EspVirtualDevice -Network Thread
        @(
            'Address,Pop,Ssid,Passphrase,DatasetTlvs'
            "$($devices[0].Address),abcd1234,MyHomeWiFiAP,mypassword,"
            "$($thread.Address),abcd1234,,,000300000f02081111111122222222051000112233445566778899aabbccddeeff030e4f70656e54687265616444656d6f01021234"
        ) | Set-Content $csv
        $results = @(Import-Csv $csv | Invoke-EspProvisioning | Sort-Object Row)
        $results.Status | Should -Be @('Connected', 'Connected')
        $results.Network | Should -Be @('Wifi', 'Thread')
        $results[1].Ssid | Should -Be 'OpenThreadDemo'
        $thread | Stop-EspVirtualDevice
    }

    It 'comes out as a report that can be read again' {
        Get-Row $devices | Export-Csv $csv
        $report = Join-Path $TestDrive 'report.csv'
        Import-Csv $csv | Invoke-EspProvisioning | Export-Csv $report
        (Import-Csv $report).Count | Should -Be 3
        $html = Import-Csv $report | New-EspProvReport (Join-Path $TestDrive 'report.html')
        Get-Content $html -Raw | Should -Match 'of 3 rows connected, 100 %'
    }

    It 'may have 100,000 rows, of which no result is kept' {
        $writer = [IO.StreamWriter]::new($csv)
        $writer.WriteLine('Address,Pop,Ssid,Passphrase')
        for ($i = 0; $i -lt 100000; $i++) { $writer.WriteLine("10.$([math]::Floor($i / 65536)).$([math]::Floor($i / 256) % 256).$($i % 256),abcd1234,MyHomeWiFiAP,mypassword") }
        $writer.Close()
        $seen = @{ Count = 0; Half = 0 }
        Import-Csv $csv | Invoke-EspProvisioning -Validate | ForEach-Object {
            $seen.Count++
            if ($seen.Count -eq 50000) { $seen.Half = [GC]::GetTotalMemory($true) }
        }
        $seen.Count | Should -Be 100000

        # The set of devices that duplicates are found by is all that grows: well under a hundred bytes a row.
        [GC]::GetTotalMemory($true) - $seen.Half | Should -BeLessThan 20MB
    }
}

Describe 'A run' {
    It 'ends when a later command has enough' {
        $devices = @(New-Fleet 2)
        $rows = @(Get-Row $devices) + [pscustomobject]@{ Address = '127.0.0.9:9'; Pop = 'x'; Ssid = 'x' }
        @($rows | Invoke-EspProvisioning -RetryDelay 3600 | Select-Object -First 1).Count | Should -Be 1
        $devices | Stop-EspVirtualDevice
    }

    It 'works inside ForEach-Object -Parallel' {
        $devices = @(New-Fleet 6)
        $module = "$PSScriptRoot/../../EspProv.psd1"
        $rows = Get-Row $devices
        $results = 1..3 | ForEach-Object -Parallel {
            Import-Module $using:module
            $using:rows | Invoke-EspProvisioning -Shard "$_/3"
        }
        @($results | Where-Object Status -EQ Connected).Row | Sort-Object | Should -Be (1..6)
        $devices | Stop-EspVirtualDevice
    }

    It 'goes on after kill -9' {
        function Measure-Connected($Path) {
            if (Test-Path $Path) { @(Get-Content $Path | Where-Object { $_ -match '"status":"Connected"' }).Count } else { 0 }
        }

        $devices = @(New-Fleet 40 @{ ConnectDelay = 0.3; KeepServiceUp = $true })
        $csv = Join-Path $TestDrive 'killed.csv'
        $journal = Join-Path $TestDrive 'killed.jsonl'
        Get-Row $devices | Export-Csv $csv
        $command = "Import-Module '$PSScriptRoot/../../EspProv.psd1'; Import-Csv '$csv' | Invoke-EspProvisioning -JournalPath '$journal' -Resume -ThrottleLimit 4"
        foreach ($round in 1..3) {
            $process = Start-Process $pwsh -ArgumentList ($pwshArguments + '-NoProfile', '-Command', "`"$command`"") -NoNewWindow -PassThru `
                -RedirectStandardOutput (Join-Path $TestDrive "out$round")
            $before = Measure-Connected $journal
            for ($wait = 0; $wait -lt 300 -and (Measure-Connected $journal) -lt $before + 3; $wait++) { Start-Sleep -Milliseconds 50 }
            $process.Kill()
            $process.WaitForExit()
        }
        $results = @(Import-Csv $csv | Invoke-EspProvisioning -JournalPath $journal -Resume -WarningAction SilentlyContinue)
        $results.Count | Should -Be 40
        @($results | Where-Object Reason -EQ ConnectedByEarlierRun).Count | Should -BeGreaterThan 0
        @(Import-EspProvJournal $journal | Where-Object Status -EQ Connected).Count | Should -Be 40
        Get-Content $journal -Raw | Should -Not -Match 'mypassword|abcd1234'
        $devices | Stop-EspVirtualDevice
    }
}

Describe 'The examples' {
    It 'run a fleet' {
        $output = & "$PSScriptRoot/../../examples/fleet.ps1" -Count 8 -Folder (Join-Path $TestDrive 'example')
        $output | Should -Contain '  6 Connected'
        $output | Should -Contain '  6 Skipped, ConnectedByEarlierRun'
        Join-Path $TestDrive 'example/report.html' | Should -Exist
    }

    It 'share a plan of virtual devices between stations without any parameter' {
        $before = @(Get-EspVirtualDevice).Count
        & "$PSScriptRoot/../../examples/stations.ps1" -OutputFolder (Join-Path $TestDrive 'own') | Out-Null
        Get-Content (Join-Path $TestDrive 'own/report.html') -Raw | Should -Match '<strong>12</strong><span>of 12 rows connected, 100 %'
        @(Get-EspVirtualDevice).Count | Should -Be $before
    }

    It 'share a plan between stations' {
        $devices = @(New-Fleet 6)
        $csv = Join-Path $TestDrive 'stations.csv'
        Get-Row $devices | Export-Csv $csv
        & "$PSScriptRoot/../../examples/stations.ps1" -PlanPath $csv -Station 2 -OutputFolder (Join-Path $TestDrive 'stations') | Out-Null
        Get-Content (Join-Path $TestDrive 'stations/report.html') -Raw | Should -Match 'of 6 rows connected, 100 %'
        $devices | Stop-EspVirtualDevice
    }
}
