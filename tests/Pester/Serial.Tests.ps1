# A board on a serial port: find it, provision it, and what goes wrong. It needs pseudo-terminals, which Windows has not.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingConvertToSecureStringWithPlainText', '')]
param()

Describe 'A device on a serial console' -Skip:$IsWindows {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
        $board = Start-EspVirtualDevice -Name PESTER_BOARD -Transport Serial -Noise
        $pop = ConvertTo-SecureString abcd1234 -AsPlainText -Force
    }

    AfterAll {
        Get-EspProvSession | Where-Object Name -Like 'PESTER_BOARD*' | Disconnect-EspProvSession
        Get-EspVirtualDevice | Where-Object Name -Like 'PESTER_BOARD*' | Stop-EspVirtualDevice
    }

    It 'has a path for an address' {
        $board.Address | Should -Match '^/dev/'
        Test-Path $board.Address | Should -BeTrue
    }

    It 'is found when it is probed' {
        (Find-EspProvDevice PESTER_BOARD -Transport Serial -Probe).Address | Should -Be $board.Address
    }

    It 'is not found by a scan that does not name the transport' {
        Find-EspProvDevice PESTER_BOARD | Should -BeNullOrEmpty
    }

    It 'is provisioned through its log messages' {
        $session = Connect-EspProvSession -Transport Serial -Port $board.Address -Name PESTER_BOARD -ProofOfPossession $pop
        @(Get-EspWifiScan $session).Count | Should -Be 5
        ($session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase (ConvertTo-SecureString mypassword -AsPlainText -Force)).Outcome | Should -Be 'Connected'
    }

    It 'says that security 2 does not fit before it is sent' {
        $second = Start-EspVirtualDevice -Name PESTER_BOARD2 -Transport Serial -SecurityVersion 2
        $credential = [pscredential]::new('wifiprov', $pop)
        { $second | Connect-EspProvSession -Credential $credential -ErrorAction Stop } | Should -Throw -ErrorId 'RequestTooLarge*'
    }

    It 'says that a port is not there' {
        { Connect-EspProvSession -Transport Serial -Port /dev/ttyNobody0 -ErrorAction Stop } | Should -Throw -ErrorId 'DeviceUnreachable*'
    }

    It 'says when it is unplugged' {
        $third = Start-EspVirtualDevice -Name PESTER_BOARD3 -Transport Serial
        $session = $third | Connect-EspProvSession -ProofOfPossession $pop
        $third | Stop-EspVirtualDevice
        { $session | Get-EspWifiStatus -ErrorAction Stop } | Should -Throw -ErrorId 'SessionLost*'
    }
}
