# A board on a serial port: find it, provision it, and what goes wrong. It needs pseudo-terminals, which Windows has not: there the boards are
# those that tests/Windows/Boards starts on Linux, behind COM ports of Wine.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingConvertToSecureStringWithPlainText', '')]
param()

Describe 'A device on a serial console' -Skip:($IsWindows -and -not $env:ESPPROV_BOARDS) {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
        if ($IsWindows) {
            function Send-Request([string] $Text) {
                $client = [Net.Sockets.TcpClient]::new('127.0.0.1', [int] $env:ESPPROV_BOARDS)
                try {
                    $client.GetStream().Write([Text.Encoding]::ASCII.GetBytes("$Text`n"))
                    [IO.StreamReader]::new($client.GetStream()).ReadLine()
                }
                finally {
                    $client.Dispose()
                }
            }

            function Start-Board([string] $Name, [int] $SecurityVersion = 1, [switch] $Noise) {
                $port = Send-Request "start $Name $SecurityVersion $($Noise ? 'noise' : '')"
                Set-ItemProperty HKLM:\HARDWARE\DEVICEMAP\SERIALCOMM -Name "\Device\$Name" -Value $port
                [pscustomobject]@{ Name = $port; Transport = 'Serial'; Address = $port; Board = $Name }
            }

            function Stop-Board($Board) {
                Remove-ItemProperty HKLM:\HARDWARE\DEVICEMAP\SERIALCOMM -Name "\Device\$($Board.Board)"
                Send-Request "stop $($Board.Board)" | Should -Be 'ok'
            }
        }
        else {
            function Start-Board([string] $Name, [int] $SecurityVersion = 1, [switch] $Noise) {
                Start-EspVirtualDevice -Name $Name -Transport Serial -SecurityVersion $SecurityVersion -Noise:$Noise
            }

            function Stop-Board($Board) { $Board | Stop-EspVirtualDevice }
        }

        $board = Start-Board PESTER_BOARD -Noise
        $pop = ConvertTo-SecureString abcd1234 -AsPlainText -Force
    }

    AfterAll {
        Get-EspProvSession | Where-Object Transport -EQ Serial | Disconnect-EspProvSession
        $board, $second | Where-Object { $_ } | ForEach-Object { Stop-Board $_ }
    }

    It 'has a port for an address' {
        if ($IsWindows) {
            $board.Address | Should -Match '^COM\d+$'
        }
        else {
            $board.Address | Should -Match '^/dev/'
            Test-Path $board.Address | Should -BeTrue
        }
    }

    It 'is found when it is probed' {
        (Find-EspProvDevice $board.Name -Transport Serial -Probe).Address | Should -Be $board.Address
    }

    It 'is not found by a scan that does not name the transport' {
        Find-EspProvDevice $board.Name | Should -BeNullOrEmpty
    }

    It 'is provisioned through its log messages' {
        $session = Connect-EspProvSession -Transport Serial -Port $board.Address -Name PESTER_BOARD -ProofOfPossession $pop
        @(Get-EspWifiScan $session).Count | Should -Be 5
        ($session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase (ConvertTo-SecureString mypassword -AsPlainText -Force)).Status | Should -Be 'Connected'
    }

    It 'says that security 2 does not fit before it is sent' {
        $script:second = Start-Board PESTER_BOARD2 -SecurityVersion 2
        $credential = [pscredential]::new('wifiprov', $pop)
        { $second | Connect-EspProvSession -Credential $credential -ErrorAction Stop } | Should -Throw -ErrorId 'RequestTooLarge*'
    }

    It 'says that a port is not there' {
        $port = $IsWindows ? 'COM250' : '/dev/ttyNobody0'
        { Connect-EspProvSession -Transport Serial -Port $port -ErrorAction Stop } | Should -Throw -ErrorId 'DeviceUnreachable*'
    }

    It 'says when it is unplugged' {
        $third = Start-Board PESTER_BOARD3
        $session = $third | Connect-EspProvSession -ProofOfPossession $pop
        Stop-Board $third
        { $session | Get-EspWifiStatus -ErrorAction Stop } | Should -Throw -ErrorId 'SessionLost*'
    }
}

Describe 'A device over its access point whose board is on a serial port too' -Skip:$IsWindows {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
        $passphrase = ConvertTo-SecureString mypassword -AsPlainText -Force
        $pop = ConvertTo-SecureString abcd1234 -AsPlainText -Force
    }

    AfterEach {
        Get-EspProvSession | Disconnect-EspProvSession
        Get-EspVirtualDevice PESTER_CABLE* | Stop-EspVirtualDevice
    }

    It 'is Connected by the word of its log when the link is lost after the credentials' {
        $device = Start-EspVirtualDevice PESTER_CABLE -MonitorPort -LoseLinkAfterApply -ConnectDelay 0
        $result = $device | Connect-EspProvSession -ProofOfPossession $pop | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase $passphrase
        $result.Status | Should -Be Connected
        $result.Witness | Should -Be BoardLog
        $result.IPAddress | Should -Be $device.IPAddress
    }

    It 'is Unknown when it is the log of another board' {
        $device = Start-EspVirtualDevice PESTER_CABLE1 -LoseLinkAfterApply -ConnectDelay 0
        $other = Start-EspVirtualDevice PESTER_CABLE2 -MonitorPort -ConnectDelay 0
        $null = $other | Set-EspWifiCredential -ProofOfPossession $pop -Ssid MyHomeWiFiAP -Passphrase $passphrase
        $result = Set-EspWifiCredential -Address $device.Address -ProofOfPossession $pop -Ssid MyHomeWiFiAP -Passphrase $passphrase `
            -MonitorPort $other.MonitorPort -Timeout 2 -ErrorAction Ignore
        $result.Status | Should -Be Unknown
        $result.Witness | Should -BeNullOrEmpty
    }
}

Describe 'The log of a board on a serial port' -Skip:$IsWindows {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
        $state = Join-Path $TestDrive state.json
        function Start-Board { Start-EspVirtualDevice PESTER_LOG -Transport Serial -ConnectDelay 0 -ShowQr -StatePath $state }
    }

    AfterAll { Get-EspVirtualDevice PESTER_LOG -ErrorAction Ignore | Stop-EspVirtualDevice }

    It 'tells why provisioning starts or does not start' {
        $board = Start-Board
        $events = $board | Watch-EspBoardLog -Event -Until Provisioning, AlreadyProvisioned -Timeout 30
        ($events | Where-Object Kind -EQ PartitionTable).Partitions.Where{ $_.IsNvs }.Offset | Should -Be 0x9000
        $code = $events | Where-Object Kind -EQ QrCode
        $code.Name | Should -Be PESTER_LOG

        $passphrase = ConvertTo-SecureString mypassword -AsPlainText -Force
        ($board | Set-EspWifiCredential -ProofOfPossession $code.ProofOfPossession -Ssid MyHomeWiFiAP -Passphrase $passphrase).Status | Should -Be Connected
        $log = (Get-EspVirtualDeviceLog PESTER_LOG).Line | Get-EspBoardLog -Event
        ($log | Where-Object Kind -EQ CredentialsReceived).Ssid | Should -Be MyHomeWiFiAP
        ($log | Where-Object Kind -EQ AddressAssigned).IPAddress | Should -Not -BeNullOrEmpty
        $board | Stop-EspVirtualDevice

        $again = Start-Board
        ($again | Watch-EspBoardLog -Event -Until Provisioning, AlreadyProvisioned -Timeout 30)[-1].Kind | Should -Be AlreadyProvisioned
    }

    It 'lets a board that is provisioned be provisioned again, over its cable alone' {
        $board = Start-EspVirtualDevice PROV_0A4C26 -Transport Serial -ConnectDelay 0 -ShowQr
        try {
            $passphrase = ConvertTo-SecureString mypassword -AsPlainText -Force
            ($board | Set-EspWifiCredential -ProofOfPossession abcd1234 -Ssid MyHomeWiFiAP -Passphrase $passphrase).Status | Should -Be Connected
            $board | Restart-EspVirtualDevice
            ($board | Watch-EspBoardLog -Event -Until Provisioning, AlreadyProvisioned -Timeout 30)[-1].Kind | Should -Be AlreadyProvisioned

            $board | Restart-EspVirtualDevice -Loader
            $found = $board | Get-EspBoard -InLoader
            "$($found.Chip) $($found.MacAddress) $($found.ServiceName)" | Should -Be 'ESP32-C3 7C:DF:A1:0A:4C:26 PROV_0A4C26'
            $found.Partitions.Where{ $_.IsNvs }.Size | Should -Be 0x6000

            $board | Restart-EspVirtualDevice -Loader
            $board | Clear-EspBoardNvs -InLoader -WhatIf
            $board | Restart-EspVirtualDevice -Loader
            $cleared = $board | Clear-EspBoardNvs -InLoader -Confirm:$false
            "$($cleared.Status) $($cleared.State) $($cleared.ServiceName)" | Should -Be 'Erased Provisioning PROV_0A4C26'

            # As -Reset does on a real board: what it printed since is gone.
            $board | Restart-EspVirtualDevice
            $events = $board | Watch-EspBoardLog -Event -Until Provisioning, AlreadyProvisioned -Timeout 30
            $code = $events | Where-Object Kind -EQ QrCode | Select-Object -Last 1
            $code.Name | Should -Be PROV_0A4C26
            $again = $board | Set-EspWifiCredential -ProofOfPossession $code.ProofOfPossession -Ssid MyHomeWiFiAP -Passphrase $passphrase
            $again.Status | Should -Be Connected
            $again.IPAddress | Should -Not -BeNullOrEmpty
        }
        finally {
            $board | Stop-EspVirtualDevice
        }
    }
}
