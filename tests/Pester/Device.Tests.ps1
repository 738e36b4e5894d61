# What a device in provisioning mode must let a user do. Runs against virtual devices of every scheme, or against the one
# device that is given as container data (see README.md).
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingConvertToSecureStringWithPlainText', '')]
param([hashtable] $Device)

BeforeDiscovery {
    $targets = if ($Device) {
        @{ Case = "$($Device.Address)"; Settings = $Device }
    }
    else {
        $network = @{ Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' }
        $custom = @{ CustomEndpoint = 'custom-data'; CustomText = 'hello'; CustomAnswer = 'SUCCESS' }
        @{ Case = 'a virtual device with security 0'; Settings = $network + $custom + @{ Start = @{ SecurityVersion = 0 } } }
        @{ Case = 'a virtual device with security 1'; Settings = $network + $custom + @{ Start = @{ SecurityVersion = 1; ProofOfPossession = 'abcd1234' }; ProofOfPossession = 'abcd1234' } }
        @{ Case = 'a virtual device with security 1 and no proof of possession'; Settings = $network + $custom + @{ Start = @{ SecurityVersion = 1; ProofOfPossession = '' } } }
        @{ Case = 'a virtual device with security 2'; Settings = $network + $custom + @{ Start = @{ SecurityVersion = 2 }; Username = 'wifiprov'; Password = 'abcd1234' } }
        @{ Case = 'a virtual device with security 2, patch 0'; Settings = $network + $custom + @{ Start = @{ SecurityVersion = 2; Security2Patch = 'Patch0Nonce16' }; Username = 'wifiprov'; Password = 'abcd1234' } }
        @{ Case = 'a virtual device with network_provisioning'; Settings = $network + $custom + @{ Start = @{ SecurityVersion = 1; Component = 'NetworkProvisioning' }; ProofOfPossession = 'abcd1234' } }
    }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force

    function ConvertTo-Secret([string] $Text) {
        if ($Text) { ConvertTo-SecureString $Text -AsPlainText -Force } else { [securestring]::new() }
    }

    # What Connect-EspProvSession needs to prove itself to the device; -Wrong spoils it.
    function Get-Proof([hashtable] $Settings, [switch] $Wrong) {
        $tail = if ($Wrong) { 'x' } else { '' }
        if ($Settings.Username) {
            @{ Credential = [pscredential]::new($Settings.Username, (ConvertTo-Secret ($Settings.Password + $tail))) }
        }
        elseif ($Settings.ProofOfPossession) {
            @{ ProofOfPossession = ConvertTo-Secret ($Settings.ProofOfPossession + $tail) }
        }
        else {
            @{ AllowUnencrypted = $true }
        }
    }
}

Describe 'Provisioning <Case>' -ForEach $targets {
    BeforeAll {
        $virtual = $null
        $address = $Settings.Address
        if (-not $address) {
            $start = $Settings.Start
            $virtual = Start-EspVirtualDevice @start
            $address = $virtual.Address
        }
        $proof = Get-Proof $Settings
    }

    AfterAll {
        Get-EspProvSession | Where-Object Address -EQ $address | Disconnect-EspProvSession
        if ($virtual) { $virtual | Stop-EspVirtualDevice }
    }

    It 'says what it is without a session' {
        $capability = Get-EspProvCapability -Address $address
        $capability.Version | Should -Not -BeNullOrEmpty
        $capability.Address | Should -Be $address
    }

    It 'is found at its address' {
        (Find-EspProvDevice -Address $address).Address | Should -Be $address
    }

    if ($Settings.Username -or $Settings.ProofOfPossession) {
        It 'refuses a wrong proof, and says what to do' {
            $wrong = Get-Proof $Settings -Wrong
            $session = Connect-EspProvSession -Address $address @wrong -ErrorAction SilentlyContinue -ErrorVariable problem
            $session | Should -BeNullOrEmpty
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'WrongCredentials,*'
            $problem[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            Get-EspProvSession | Where-Object Address -EQ $address | Should -BeNullOrEmpty
        }
    }

    It 'sends nothing with -WhatIf' -Skip:([bool] $Settings.Address) {
        $before = (Get-EspVirtualDevice -Name $virtual.Name).RequestCount
        Connect-EspProvSession -Address $address @proof -WhatIf
        Set-EspWifiCredential -Address $address @proof -Ssid $Settings.Ssid -Passphrase (ConvertTo-Secret $Settings.Passphrase) -WhatIf
        (Get-EspVirtualDevice -Name $virtual.Name).RequestCount | Should -Be $before
    }

    It 'opens a session' {
        $session = Connect-EspProvSession -Address $address @proof
        $session.State | Should -Be 'Opened'
        (Get-EspProvSession -Id $session.Id).Address | Should -Be $address
    }

    It 'scans, best first' {
        $networks = @(Get-EspProvSession | Where-Object Address -EQ $address | Get-EspWifiScan)
        $networks.Count | Should -BeGreaterThan 0
        $strengths = @($networks.Rssi)
        for ($i = 1; $i -lt $strengths.Count; $i++) { $strengths[$i] | Should -BeLessOrEqual $strengths[$i - 1] }
        $networks[0].Bssid | Should -Match '^([0-9a-f]{2}:){5}[0-9a-f]{2}$'
    }

    It 'answers custom data' -Skip:(-not $Settings.CustomEndpoint) {
        $answer = Get-EspProvSession | Where-Object Address -EQ $address |
            Send-EspCustomData -Endpoint $Settings.CustomEndpoint -Text $Settings.CustomText
        $answer.Text | Should -Be $Settings.CustomAnswer
    }

    It 'keeps a wrong <Name> from being sent' -ForEach @(
        @{ Name = 'SSID (empty)'; Bad = @{ Ssid = '' }; Id = 'InvalidSsid' }
        @{ Name = 'SSID (33 bytes)'; Bad = @{ Ssid = 'ü' * 16 + 'x' }; Id = 'InvalidSsid' }
        @{ Name = 'passphrase (7 bytes)'; Bad = @{ Ssid = 'a'; Passphrase = '1234567' }; Id = 'InvalidPassphrase' }
        @{ Name = 'passphrase (64 bytes)'; Bad = @{ Ssid = 'a'; Passphrase = 'z' * 64 }; Id = 'InvalidPassphrase' }
        @{ Name = 'passphrase (a raw PSK)'; Bad = @{ Ssid = 'a'; Passphrase = '0123456789abcdef' * 4 }; Id = 'RawPskNotSupported' }
        @{ Name = 'BSSID'; Bad = @{ Ssid = 'a'; Bssid = '01:02:03' }; Id = 'InvalidBssid' }
    ) {
        $sent = @{} + $Bad
        if ($sent.Passphrase) { $sent.Passphrase = ConvertTo-Secret $sent.Passphrase }
        $session = Get-EspProvSession | Where-Object Address -EQ $address
        { $session | Set-EspWifiCredential @sent -ErrorAction Stop } | Should -Throw -ErrorId "*$Id*"
        $session.CredentialsApplied | Should -BeFalse
    }

    It 'says when the passphrase is wrong, and takes another one after a reset' -Skip:(-not $Settings.Passphrase) {
        $session = Get-EspProvSession | Where-Object Address -EQ $address
        $result = $session | Set-EspWifiCredential -Ssid $Settings.Ssid -Passphrase (ConvertTo-Secret 'not the passphrase') -ErrorAction SilentlyContinue -ErrorVariable problem
        $result.Status | Should -Be 'Failed'
        $result.Reason | Should -BeLike '*AuthError*'
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'WifiAuthError,*'
        $session | Reset-EspWifiProvisioning
    }

    It 'is provisioned' -Skip:(-not $Settings.Ssid) {
        $result = Get-EspProvSession | Where-Object Address -EQ $address |
            Set-EspWifiCredential -Ssid $Settings.Ssid -Passphrase (ConvertTo-Secret $Settings.Passphrase)
        $result.Status | Should -Be 'Connected'
        $result.IPAddress | Should -Match '^\d+\.\d+\.\d+\.\d+$'
    }

    It 'closes its session' {
        Get-EspProvSession | Where-Object Address -EQ $address | Disconnect-EspProvSession
        Get-EspProvSession | Where-Object Address -EQ $address | Should -BeNullOrEmpty
    }
}
