# The vendor's loader for browsers, on a virtual board.
param([Parameter(Mandatory)] [string] $Client)

Describe "The vendor's JavaScript loader on a virtual board that is provisioned" {
    BeforeAll {
        Import-Module (Join-Path $PSScriptRoot '..' '..' 'EspProv.psd1')
        $board = Start-EspVirtualDevice PROV_261FCC -Transport Serial -ConnectDelay 0
        $before = ($board | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -ProofOfPossession abcd1234).Status
        $board | Restart-EspVirtualDevice -Loader
        $output = node $Client $board.Address
        $exitCode = $LASTEXITCODE
        $found = $output | Select-Object -Last 1 | ConvertFrom-Json
    }

    AfterAll { Get-EspVirtualDevice | Stop-EspVirtualDevice }

    It 'ends without an error' { $exitCode | Should -Be 0 }
    It 'knows the chip and its revision' { $found.chip | Should -Be 'ESP32-C3 (QFN32) (revision v0.4)' }
    It "reads the MAC address that the board's name ends with" { $found.mac | Should -Be '7c:df:a1:26:1f:cc' }
    It 'knows the size of the flash' { $found.flashSize | Should -Be '4MB' }
    It 'writes and verifies' { $found.plain | Should -BeTrue }
    It 'writes and verifies compressed' { $found.compressed | Should -BeTrue }
    It 'finds credentials in NVS, and erases them' { $found.nvsWasErased, $found.nvsIsErased | Should -Be $false, $true }

    It 'leaves a board that provisions again' {
        $before | Should -Be 'Connected'
        for ($i = 0; $i -lt 300 -and $board.State -ne 'Provisioning'; $i++) { Start-Sleep -Milliseconds 100 }
        $board | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -ProofOfPossession abcd1234 | ForEach-Object Status | Should -Be 'Connected'
    }
}
