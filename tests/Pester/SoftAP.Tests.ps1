# Joining a device's access point, with a double of what joins it; what must hold is that the former network comes back. On Linux that is an
# nmcli on the PATH, on Windows a wlanapi.dll that tests/Windows/run puts there.
Describe 'A device on its own access point' -Skip:(-not $IsLinux -and -not $env:ESPPROV_WLAN_LOG) {
    BeforeAll {
        $manifest = (Resolve-Path "$PSScriptRoot/../../EspProv.psd1").Path
        Import-Module $manifest -Force
        . "$PSScriptRoot/Pwsh.ps1"
        $path = $env:PATH
        if ($IsWindows) {
            $log = $env:ESPPROV_WLAN_LOG
            $joined, $returned = '(?m)^joined PROV_PESTER', '(?m)^back to office'
        }
        else {
            $former = '6f0d2c0e-5c1b-4a53-9a0c-3b8f6a1d7e42'
            $joined, $returned = 'connection add', "connection up uuid $former"
            $log = Join-Path $TestDrive log
            $nmcli = Join-Path $TestDrive nmcli
            @"
#!/bin/sh
echo "`$*" >> '$log'
case "`$*" in
  *"wifi list"*) echo 'PROV_PESTER:24\:0A\:C4\:26\:1F\:CC:80:WPA2' ;;
  *"device status"*) echo 'lo:wifi:connected' ;;
  *"connection show"*) echo 'office:${former}:802-11-wireless:lo' ;;
  *"device show"*) echo 'IP4.ADDRESS[1]:127.0.0.1/8' ;;
  *--ask*) cat > /dev/null ;;
esac
"@ -replace "`r" | Set-Content $nmcli
            chmod +x $nmcli
            $env:PATH = "$TestDrive$([IO.Path]::PathSeparator)$path"
        }

        $virtual = Start-EspVirtualDevice -Name PESTER_BEHIND
    }

    BeforeEach { Set-Content $log '' }

    AfterAll {
        $env:PATH = $path
        $virtual | Stop-EspVirtualDevice
    }

    It 'is found by the name of its access point' {
        $found = Find-EspProvDevice PROV_PESTER -Transport SoftAP
        $found.AccessPoint | Should -Be 'PROV_PESTER'
        $found.Rssi | Should -Be -60
    }

    It 'is not joined with -WhatIf' {
        Connect-EspProvSession -Address $virtual.Address -AccessPoint PROV_PESTER -WhatIf
        Get-Content $log -Raw | Should -Not -Match "connection|$joined"
    }

    It 'is joined for the session, and the former network comes back' {
        $session = Connect-EspProvSession -Address $virtual.Address -AccessPoint PROV_PESTER -SoftApKey softap-key -ProofOfPossession abcd1234 -Confirm:$false
        @(Get-EspWifiScan $session).Count | Should -Be 5
        Get-Content $log -Raw | Should -Match $joined
        Get-Content $log -Raw | Should -Not -Match $returned
        $session | Disconnect-EspProvSession
        Get-Content $log -Raw | Should -Match $returned
    }

    It 'gives the former network back when the process ends with the session open' {
        $script = "Import-Module '$manifest'; (Connect-EspProvSession -Address $($virtual.Address) -AccessPoint PROV_PESTER -SoftApKey softap-key -ProofOfPossession abcd1234 -Confirm:`$false).State; exit 0"
        & $pwsh @pwshArguments -NoProfile -Command $script | Should -Be 'Opened'
        Get-Content $log -Raw | Should -Match $returned
    }

    It 'is not joined where the question cannot be asked' {
        $script = "Import-Module '$manifest'; Connect-EspProvSession -Address $($virtual.Address) -AccessPoint PROV_PESTER -ErrorVariable problem -ErrorAction SilentlyContinue; `$problem[0].FullyQualifiedErrorId"
        & $pwsh @pwshArguments -NoProfile -NonInteractive -Command $script | Out-String | Should -Match 'AccessPointNotConfirmed,'
        Get-Content $log -Raw | Should -Not -Match $joined
    }

    # The double of nmcli takes any key; tests/WiFi has an access point that does not.
    if ($IsWindows) {
        It 'says that its key is wrong, and the former network comes back' {
            { Connect-EspProvSession -Address $virtual.Address -AccessPoint PROV_PESTER -SoftApKey another-key -Confirm:$false -ErrorAction Stop } |
                Should -Throw -ErrorId 'WrongSoftApKey*'
            Get-Content $log -Raw | Should -Match $returned
            Get-Content $log -Raw | Should -Not -Match 'another-key'
        }
    }
}
