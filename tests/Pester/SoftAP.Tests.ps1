# Joining a device's access point, with a double of what joins it; what must hold is that the former network comes back. On Linux that is
# NetworkManager on a bus of its own (tests/NetworkManagerDouble), on Windows a wlanapi.dll that tests/Windows/run puts there.
BeforeDiscovery {
    $double = Get-Item "$PSScriptRoot/../NetworkManagerDouble/bin/*/net*/EspProv.NetworkManagerDouble.dll" -ErrorAction Ignore
    $hasDouble = $env:ESPPROV_WLAN_LOG -or
        ($IsLinux -and $double -and (Get-Command dotnet, dbus-daemon -ErrorAction Ignore).Count -eq 2)
    $hasNetwork = $IsLinux -and (Get-Command unshare, ip -ErrorAction Ignore).Count -eq 2 -and
        $(unshare -rn ip link set lo up 2> $null; $LASTEXITCODE -eq 0)
}

Describe 'A device on its own access point' -Skip:(-not $hasDouble) {
    BeforeAll {
        $manifest = (Resolve-Path "$PSScriptRoot/../../EspProv.psd1").Path
        Import-Module $manifest -Force
        . "$PSScriptRoot/Pwsh.ps1"
        if ($IsWindows) {
            $accessPoint = 'PROV_PESTER'
            $log = $env:ESPPROV_WLAN_LOG
            $joined, $returned = '(?m)^joined PROV_PESTER', '(?m)^back to office'
        }
        else {
            $accessPoint = 'PROV_261FCC'
            $log = Join-Path $TestDrive log
            $joined, $returned = 'AddAndActivateConnection2 PROV_261FCC', 'ActivateConnection 6f0d2c0e-5c1b-4a53-9a0c-3b8f6a1d7e42'
            $double = Get-Item "$PSScriptRoot/../NetworkManagerDouble/bin/*/net*/EspProv.NetworkManagerDouble.dll" |
                Sort-Object LastWriteTime | Select-Object -Last 1
            $start = [Diagnostics.ProcessStartInfo]::new('dotnet')
            $double.FullName, "$TestDrive" | ForEach-Object { $start.ArgumentList.Add($_) }
            $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
            $manager = [Diagnostics.Process]::Start($start)
            $bus = $env:DBUS_SYSTEM_BUS_ADDRESS
            $env:DBUS_SYSTEM_BUS_ADDRESS = $manager.StandardOutput.ReadLine()
        }

        $virtual = Start-EspVirtualDevice -Name PESTER_BEHIND
    }

    BeforeEach { Set-Content $log '' }

    AfterAll {
        $virtual | Stop-EspVirtualDevice
        if ($IsLinux) {
            $env:DBUS_SYSTEM_BUS_ADDRESS = $bus
            $manager.StandardInput.Close()
            $manager.WaitForExit()
        }
    }

    It 'is found by the name of its access point' {
        $found = Find-EspProvDevice $accessPoint -Transport SoftAP
        $found.AccessPoint | Should -Be $accessPoint
        $found.Rssi | Should -Be -60
    }

    It 'is not joined with -WhatIf' {
        Connect-EspProvSession -Address $virtual.Address -AccessPoint $accessPoint -WhatIf
        Get-Content $log -Raw | Should -Not -Match "Connection|$joined"
    }

    It 'is joined for the session, and the former network comes back' {
        $session = Connect-EspProvSession -Address $virtual.Address -AccessPoint $accessPoint -SoftApKey softap-key -ProofOfPossession abcd1234 -Confirm:$false
        @(Get-EspWifiScan $session).Count | Should -Be 5
        Get-Content $log -Raw | Should -Match $joined
        Get-Content $log -Raw | Should -Not -Match $returned
        $session | Disconnect-EspProvSession
        Get-Content $log -Raw | Should -Match $returned
    }

    It 'gives the former network back when the process ends with the session open' {
        $script = "Import-Module '$manifest'; (Connect-EspProvSession -Address $($virtual.Address) -AccessPoint $accessPoint -SoftApKey softap-key -ProofOfPossession abcd1234 -Confirm:`$false).State; exit 0"
        & $pwsh @pwshArguments -NoProfile -Command $script | Should -Be 'Opened'
        Get-Content $log -Raw | Should -Match $returned
    }

    It 'gives the former network back when SIG<Signal> ends the process' -Skip:$IsWindows -ForEach @{ Signal = 'TERM'; ExitCode = 143 }, @{ Signal = 'HUP'; ExitCode = 129 } {
        $process = Start-Pwsh "Import-Module '$manifest'; Connect-EspProvSession -Address $($virtual.Address) -AccessPoint $accessPoint -SoftApKey softap-key -ProofOfPossession abcd1234 -Confirm:`$false | Out-Null; [Console]::WriteLine('ready'); Start-Sleep 600"
        Get-Content $log -Raw | Should -Match $joined
        Get-Content $log -Raw | Should -Not -Match $returned
        Stop-Pwsh $process $Signal | Should -Be $ExitCode
        Get-Content $log -Raw | Should -Match $returned
    }

    It 'gives the former network back, and the signals, when the module is removed' -Skip:(-not $IsLinux) {
        $process = Start-Pwsh @"
            Import-Module '$manifest'
            Connect-EspProvSession -Address $($virtual.Address) -AccessPoint $accessPoint -SoftApKey softap-key -ProofOfPossession abcd1234 -Confirm:`$false | Out-Null
            `$seen = @($testHangup)
            Remove-Module EspProv
            for (`$wait = 0; `$wait -lt 600 -and ($testHangup); `$wait++) { Start-Sleep -Milliseconds 50 }
            `$seen += $testHangup
            `$seen -join ' ' | Set-Content '$TestDrive/seen'
            [Console]::WriteLine('ready')
"@
        $process.WaitForExit()
        Get-Content $TestDrive/seen | Should -Be 'True False'
        Get-Content $log -Raw | Should -Match $returned
    }

    It 'is not joined where the question cannot be asked' {
        $script = "Import-Module '$manifest'; Connect-EspProvSession -Address $($virtual.Address) -AccessPoint $accessPoint -ErrorVariable problem -ErrorAction SilentlyContinue; `$problem[0].FullyQualifiedErrorId"
        & $pwsh @pwshArguments -NoProfile -NonInteractive -Command $script | Out-String | Should -Match 'AccessPointNotConfirmed,'
        Get-Content $log -Raw | Should -Not -Match $joined
    }

    # The double of NetworkManager takes any key; tests/WiFi has an access point that does not.
    if ($IsWindows) {
        It 'says that its key is wrong, and the former network comes back' {
            { Connect-EspProvSession -Address $virtual.Address -AccessPoint $accessPoint -SoftApKey another-key -Confirm:$false -ErrorAction Stop } |
                Should -Throw -ErrorId 'WrongSoftApKey*'
            Get-Content $log -Raw | Should -Match $returned
            Get-Content $log -Raw | Should -Not -Match 'another-key'
        }
    }
}

Describe 'A device whose access point this machine was joined to by hand' -Skip:(-not $hasNetwork) {
    BeforeAll {
        $manifest = (Resolve-Path "$PSScriptRoot/../../EspProv.psd1").Path
        . "$PSScriptRoot/Pwsh.ps1"

        # In a network of its own, where that address is this machine's.
        function Invoke-Joined([string] $Script) {
            $Script = "Import-Module '$manifest'; $Script"
            unshare -rn sh -c 'ip link set lo up && ip address add 192.168.4.1/24 dev lo && exec "$@"' sh $pwsh @pwshArguments -NoProfile -NonInteractive -Command $Script
        }
    }

    It 'is found at its address' {
        Invoke-Joined 'if (Start-EspVirtualDevice -ListenAddress 192.168.4.1 -Port 80) { (Find-EspProvDevice PROV_NOBODY -Transport SoftAP -ErrorAction Ignore).Address }' |
            Should -Be '192.168.4.1'
    }

    It 'costs no more than a short time where nothing answers' {
        Invoke-Joined '@(Find-EspProvDevice PROV_NOBODY -Transport SoftAP -ErrorAction Ignore).Count' | Should -Be 0
    }
}
