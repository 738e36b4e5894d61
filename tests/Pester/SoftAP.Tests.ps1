# Joining a device's access point, with a double of NetworkManager on a bus of its own; what must hold is that the former network comes back.
# The double is a program that `dotnet build tests/NetworkManagerDouble` makes.
BeforeDiscovery {
    $double = Get-Item "$PSScriptRoot/../NetworkManagerDouble/bin/*/net*/EspProv.NetworkManagerDouble.dll" -ErrorAction Ignore
    $hasDouble = $IsLinux -and $double -and (Get-Command dotnet, dbus-daemon -ErrorAction Ignore).Count -eq 2
}

Describe 'A device on its own access point' -Skip:(-not $hasDouble) {
    BeforeAll {
        $manifest = (Resolve-Path "$PSScriptRoot/../../EspProv.psd1").Path
        Import-Module $manifest -Force
        $joined, $returned = 'AddAndActivateConnection2 PROV_261FCC', 'ActivateConnection 6f0d2c0e-5c1b-4a53-9a0c-3b8f6a1d7e42'
        $log = Join-Path $TestDrive log
        $double = Get-Item "$PSScriptRoot/../NetworkManagerDouble/bin/*/net*/EspProv.NetworkManagerDouble.dll" | Sort-Object LastWriteTime | Select-Object -Last 1
        $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
        $double.FullName, "$TestDrive" | ForEach-Object { $start.ArgumentList.Add($_) }
        $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
        $manager = [Diagnostics.Process]::Start($start)
        $bus = $env:DBUS_SYSTEM_BUS_ADDRESS
        $env:DBUS_SYSTEM_BUS_ADDRESS = $manager.StandardOutput.ReadLine()
        $virtual = Start-EspVirtualDevice -Name PESTER_BEHIND
    }

    BeforeEach { Set-Content $log '' }

    AfterAll {
        $virtual | Stop-EspVirtualDevice
        $env:DBUS_SYSTEM_BUS_ADDRESS = $bus
        $manager.StandardInput.Close()
        $manager.WaitForExit()
    }

    It 'is found by the name of its access point' {
        $found = Find-EspProvDevice PROV_261FCC -Transport SoftAP
        $found.AccessPoint | Should -Be 'PROV_261FCC'
        $found.Rssi | Should -Be -60
    }

    It 'is not joined with -WhatIf' {
        Connect-EspProvSession -Address $virtual.Address -AccessPoint PROV_261FCC -WhatIf
        Get-Content $log -Raw | Should -Not -Match 'Connection'
    }

    It 'is joined for the session, and the former network comes back' {
        $session = Connect-EspProvSession -Address $virtual.Address -AccessPoint PROV_261FCC -SoftApKey softap-key -ProofOfPossession abcd1234 -Confirm:$false
        @(Get-EspWifiScan $session).Count | Should -Be 5
        Get-Content $log -Raw | Should -Match $joined
        Get-Content $log -Raw | Should -Not -Match $returned
        $session | Disconnect-EspProvSession
        Get-Content $log -Raw | Should -Match $returned
    }

    It 'gives the former network back when the process ends with the session open' {
        $pwsh = (Get-Process -Id $PID).Path
        $script = "Import-Module '$manifest'; (Connect-EspProvSession -Address $($virtual.Address) -AccessPoint PROV_261FCC -SoftApKey softap-key -ProofOfPossession abcd1234 -Confirm:`$false).State; exit 0"
        & $pwsh -NoProfile -Command $script | Should -Be 'Opened'
        Get-Content $log -Raw | Should -Match $returned
    }

    It 'is not joined where the question cannot be asked' {
        $pwsh = (Get-Process -Id $PID).Path
        $script = "Import-Module '$manifest'; Connect-EspProvSession -Address $($virtual.Address) -AccessPoint PROV_261FCC -ErrorVariable problem -ErrorAction SilentlyContinue; `$problem[0].FullyQualifiedErrorId"
        & $pwsh -NoProfile -NonInteractive -Command $script | Out-String | Should -Match 'AccessPointNotConfirmed,'
        Get-Content $log -Raw | Should -Not -Match $joined
    }
}
