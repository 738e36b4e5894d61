# What the module promises whatever the device: a manifest that tells the truth, help, completion, views, and quiet secrets.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingConvertToSecureStringWithPlainText', '')]
param()

BeforeDiscovery {
    Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
    $commands = Get-Command -Module EspProv | ForEach-Object { @{ Command = $_.Name } }
}

BeforeAll {
    Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
    . "$PSScriptRoot/Pwsh.ps1"
}

Describe 'The module' {
    It 'has a valid manifest' {
        Test-ModuleManifest "$PSScriptRoot/../../EspProv.psd1" -ErrorAction Stop | Should -Not -BeNullOrEmpty
    }

    It 'exports what the manifest lists, and nothing else' {
        $manifest = Import-PowerShellDataFile "$PSScriptRoot/../../EspProv.psd1"
        (Get-Command -Module EspProv).Name | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'keeps its dependencies out of the default load context' {
        Start-EspVirtualDevice | Stop-EspVirtualDevice # It needs them, so they are loaded now.
        $ours = [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -in 'EspProv.Core', 'EspProv.Fleet', 'EspProv.VirtualDevice' }
        $ours | Should -Not -BeNullOrEmpty
        foreach ($assembly in $ours) {
            [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly) | Should -Not -Be ([Runtime.Loader.AssemblyLoadContext]::Default)
        }
    }

    It 'works after it was removed and imported again, in another runspace, in a parallel loop and in a job' {
        $script = {
            $module = $env:ESPPROV_MODULE
            function Provision {
                $device = Start-EspVirtualDevice -ConnectDelay 0
                ($device | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -ProofOfPossession abcd1234).Status.ToString()
                $device | Stop-EspVirtualDevice
            }
            $body = "Import-Module '$module'; function Provision { ${function:Provision} }; Provision"
            Import-Module $module; Provision
            Remove-Module EspProv; Import-Module $module; Provision
            Import-Module $module -Force; Import-Module $module -Force; Provision
            1..3 | ForEach-Object -Parallel ([scriptblock]::Create($body))
            Start-ThreadJob ([scriptblock]::Create($body)) | Receive-Job -Wait
            Start-Job ([scriptblock]::Create($body)) | Receive-Job -Wait
            Provision
        }
        $env:ESPPROV_MODULE = (Resolve-Path "$PSScriptRoot/../../EspProv.psd1").Path
        try { $outcomes = & $pwsh @pwshArguments -NoProfile -NonInteractive -Command $script }
        finally { $env:ESPPROV_MODULE = $null }
        $outcomes | Should -Be (@('Connected') * 9)
    }

    It 'has an about topic' {
        Get-Help about_EspProv | Out-String | Should -Match 'EspProv'
    }
}

Describe '<Command>' -ForEach $commands {
    BeforeAll { $help = Get-Help $Command -Full }

    It 'uses an approved verb' {
        (Get-Command $Command).Verb | Should -BeIn (Get-Verb).Verb
    }

    It 'says what it does' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match "^\s*$Command"
        ($help.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'has two worked examples' {
        @($help.Examples.Example).Count | Should -BeGreaterOrEqual 2
    }

    It 'describes every parameter' {
        $common = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($name in (Get-Command $Command).Parameters.Values | Where-Object { $_.Name -notin $common -and -not $_.Attributes.DontShow } | ForEach-Object Name) {
            $described = $help.Parameters.Parameter | Where-Object Name -EQ $name
            ($described.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty -Because "-$name is a parameter of $Command"
        }
    }
}

Describe 'The pipeline' {
    BeforeAll {
        $devices = 1..5 | ForEach-Object { Start-EspVirtualDevice -Name "PESTER_$_" }
        $pop = ConvertTo-SecureString abcd1234 -AsPlainText -Force
        $key = ConvertTo-SecureString mypassword -AsPlainText -Force
    }

    AfterAll {
        Get-EspProvSession | Where-Object Name -Like 'PESTER_*' | Disconnect-EspProvSession
        $devices | Stop-EspVirtualDevice
    }

    It 'provisions many devices in one line' {
        $results = Find-EspProvDevice -NamePrefix PESTER_ | Connect-EspProvSession -ProofOfPossession $pop |
            Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase $key
        $results.Count | Should -Be 5
        $results | ForEach-Object { $_.Status | Should -Be 'Connected' }
    }

    It 'exports flat rows' {
        $row = Get-EspProvSession | Where-Object Name -Like 'PESTER_*' | Select-Object -First 1 | ConvertTo-Csv | ConvertFrom-Csv
        $row.Name | Should -BeLike 'PESTER_*'
        $row.SecurityVersion | Should -Be 'Security1'
    }

    It 'completes names and sessions' {
        $text = 'Get-EspVirtualDevice -Name PESTER_'
        $names = ([Management.Automation.CommandCompletion]::CompleteInput($text, $text.Length, $null)).CompletionMatches.CompletionText
        $names | Should -Contain 'PESTER_3'
        $text = 'Get-EspWifiScan -Session '
        $sessions = ([Management.Automation.CommandCompletion]::CompleteInput($text, $text.Length, $null)).CompletionMatches.CompletionText
        $sessions | Should -Contain "$((Get-EspProvSession | Where-Object Name -EQ PESTER_1).Id)"
    }

    It 'goes on with the others when one device fails' {
        $fresh = 1..2 | ForEach-Object { Start-EspVirtualDevice }
        try {
            $found = @($fresh[0].Address, '127.0.0.1:1', $fresh[1].Address) | ForEach-Object { [pscustomobject]@{ Address = $_ } } |
                Get-EspProvCapability -ErrorAction SilentlyContinue -ErrorVariable problem
            $found | ForEach-Object Address | Should -Be @($fresh[0].Address, $fresh[1].Address)
            $problem.Count | Should -Be 1
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'DeviceUnreachable,*'
            $problem[0].TargetObject.Address | Should -Be '127.0.0.1:1'
        }
        finally {
            $fresh | Stop-EspVirtualDevice
        }
    }
}

Describe 'A name' {
    BeforeAll {
        $device = Start-EspVirtualDevice -Name PESTER_NAME
        $pop = ConvertTo-SecureString abcd1234 -AsPlainText -Force
    }

    AfterAll { $device | Stop-EspVirtualDevice }

    It 'connects by name, alone and with completion' {
        $session = Connect-EspProvSession PESTER_NAME -ProofOfPossession $pop
        $session.Address | Should -Be $device.Address
        $session | Disconnect-EspProvSession
        $text = 'Connect-EspProvSession PESTER_'
        ([Management.Automation.CommandCompletion]::CompleteInput($text, $text.Length, $null)).CompletionMatches.CompletionText | Should -Contain 'PESTER_NAME'
    }

    It 'takes an object from the pipeline as that object, also where two have one name' {
        $first, $second = 1..2 | ForEach-Object { Start-EspVirtualDevice -Name PESTER_TWICE -WarningAction SilentlyContinue }
        { Connect-EspProvSession PESTER_TWICE -ProofOfPossession $pop -ErrorAction Stop } | Should -Throw -ErrorId 'DeviceNameAmbiguous*'
        $second | Stop-EspVirtualDevice
        (Get-EspVirtualDevice -Name PESTER_TWICE).Address | Should -Be $first.Address
        $first | Stop-EspVirtualDevice
    }

    It 'connects what went through <Through>' -ForEach @(
        @{ Through = 'a CSV file'; Trip = { Export-Csv $TestDrive/devices.csv; Import-Csv $TestDrive/devices.csv } }
        @{ Through = 'CLIXML'; Trip = { Export-Clixml $TestDrive/devices.xml; Import-Clixml $TestDrive/devices.xml } }
        @{ Through = 'JSON'; Trip = { ConvertTo-Json | Set-Content $TestDrive/devices.json; Get-Content $TestDrive/devices.json -Raw | ConvertFrom-Json } }
        @{ Through = 'a job'; Trip = { Start-Job { $input } | Receive-Job -Wait } }
    ) {
        $trip = [scriptblock]::Create("Find-EspProvDevice PESTER_NAME | $Trip")
        $session = . $trip | Connect-EspProvSession -ProofOfPossession $pop
        $session.Name | Should -Be 'PESTER_NAME'
        $session | Disconnect-EspProvSession
    }

    It 'says of a session out of a job that it lives in another process' {
        $session = Connect-EspProvSession PESTER_NAME -ProofOfPossession $pop
        $copy = $session | Start-Job { $input } | Receive-Job -Wait
        { $copy | Get-EspWifiScan -ErrorAction Stop } | Should -Throw '*another process*'
        $session | Disconnect-EspProvSession
    }

    It 'takes 12 seconds of -Timeout as a TimeSpan' {
        { Find-EspProvDevice PESTER_NAME -Timeout ([timespan]'00:00:12') -ErrorAction Stop } | Should -Not -Throw
        (Get-EspProvCapability PESTER_NAME -ConnectTimeout '00:00:12').Name | Should -Be 'PESTER_NAME'
    }
}

Describe 'Secrets' {
    It 'never come out of any stream, object or log' {
        $canary = 'canary-Pop-53cr3t', 'canary-Key-53cr3t'
        $virtual = Start-EspVirtualDevice -Name PESTER_SECRET -ProofOfPossession $canary[0] -AccessPoint @{ Ssid = 'a'; Passphrase = $canary[1] }
        try {
            $pop = ConvertTo-SecureString $canary[0] -AsPlainText -Force
            $key = ConvertTo-SecureString $canary[1] -AsPlainText -Force
            $everything = & {
                $ErrorActionPreference = $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
                $session = Connect-EspProvSession -Address $virtual.Address -ProofOfPossession $pop -Verbose -Debug
                $session
                $session | Set-EspWifiCredential -Ssid b -Passphrase $key -Verbose -Debug
                $session | Reset-EspWifiProvisioning -Verbose -Debug
                $session | Set-EspWifiCredential -Ssid a -Passphrase $key -Verbose -Debug
                $session | Disconnect-EspProvSession -Verbose -Debug
                Get-EspVirtualDeviceLog -Name PESTER_SECRET
                $virtual
            } *>&1
            $text = $everything | ForEach-Object { $_ | Format-List * -Force | Out-String -Width 4096; "$_" } | Out-String
            $text += $Error | ForEach-Object { $_ | Format-List * -Force | Out-String -Width 4096; "$($_.Exception)" } | Out-String
            $text | Should -Match 'PESTER_SECRET'
            foreach ($secret in $canary) { $text | Should -Not -Match ([regex]::Escape($secret)) }
        }
        finally {
            $virtual | Stop-EspVirtualDevice
        }
    }
}
