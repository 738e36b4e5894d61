# Thread devices: find a network, give its dataset, correct a mistake.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingConvertToSecureStringWithPlainText', '')]
param()

Describe 'A device that is built for Thread' {
    BeforeAll {
        Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
        $virtual = Start-EspVirtualDevice -Name PESTER_THREAD -Network Thread -ConnectDelay 0.05 -AttachTimeout 1
        $session = $virtual | Connect-EspProvSession -ProofOfPossession (ConvertTo-SecureString abcd1234 -AsPlainText -Force)
        $key = ConvertTo-SecureString 00112233445566778899aabbccddeeff -AsPlainText -Force
        $wrong = ConvertTo-SecureString ffffffffffffffffffffffffffffffff -AsPlainText -Force
    }

    AfterAll {
        $session | Disconnect-EspProvSession
        $virtual | Stop-EspVirtualDevice
    }

    It 'says so in its capabilities' {
        $session.Capabilities | Should -Contain 'thread_prov'
    }

    It 'finds networks, best first' {
        $networks = @(Get-EspThreadScan $session)
        $networks[0].NetworkName | Should -Be 'OpenThreadDemo'
        $networks[0].PanId | Should -Be '0x1234'
        $networks[0].Rssi | Should -BeGreaterThan $networks[1].Rssi
    }

    It 'keeps a wrong <Name> from being sent' -ForEach @(
        @{ Name = 'dataset (not hex)'; Bad = @{ DatasetTlvs = 'nonsense' } }
        @{ Name = 'dataset (no key)'; Bad = @{ DatasetTlvs = '000300000f' } }
        @{ Name = 'dataset (255 bytes)'; Bad = @{ DatasetTlvs = '051000112233445566778899aabbccddeefff0eb' + '00' * 235 } }
        @{ Name = 'channel'; Bad = @{ PanId = 1; ExtendedPanId = '1111111122222222'; Channel = 10; NetworkKey = '00' * 16 } }
        @{ Name = 'network key'; Bad = @{ PanId = 1; ExtendedPanId = '1111111122222222'; Channel = 15; NetworkKey = '00' } }
    ) {
        $before = (Get-EspVirtualDevice PESTER_THREAD).RequestCount
        { $session | Set-EspThreadDataset @Bad -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidThreadDataset*'
        (Get-EspVirtualDevice PESTER_THREAD).RequestCount | Should -Be $before
    }

    It 'says that no router answers a wrong key, and takes the right one after a reset' {
        $network = Get-EspThreadScan $session -NetworkName OpenThreadDemo
        $result = $network | Set-EspThreadDataset -NetworkKey $wrong -ErrorAction SilentlyContinue -ErrorVariable problem
        $result.Status | Should -Be 'Failed'
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ThreadNetworkNotFound,*'
        Reset-EspThreadProvisioning $session
        ($network | Set-EspThreadDataset -NetworkKey $key).Status | Should -Be 'Connected'
        (Get-EspThreadStatus $session).NetworkName | Should -Be 'OpenThreadDemo'
    }
}
