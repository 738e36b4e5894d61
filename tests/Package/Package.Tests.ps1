# The packed module as its users get it: published to a repository, installed from there, imported by its name, used.
param([Parameter(Mandatory)] [string] $Package)

BeforeAll {
    $root = (Resolve-Path "$PSScriptRoot/../..").Path
    . "$root/tests/Pester/Pwsh.ps1"

    # Another user, in whose settings repositories are registered.
    $user = Join-Path $TestDrive user
    $data = Join-Path $user data
    $settings = Join-Path $user config # Where there is none, NuGet writes its settings to the current folder.
    $repository = Join-Path $TestDrive repository
    $modules = Join-Path $TestDrive modules
    foreach ($folder in $data, $settings, $repository, $modules) { $null = New-Item -ItemType Directory $folder }

    function Invoke-AsUser([string] $Script, [string] $ModulePath = '') {
        $environment = @{
            HOME = $user; XDG_DATA_HOME = $data; LOCALAPPDATA = $data; XDG_CONFIG_HOME = $settings; APPDATA = $settings; PSModulePath = $ModulePath
        }
        $before = @{}
        foreach ($name in $environment.Keys) {
            $before[$name] = [Environment]::GetEnvironmentVariable($name)
            [Environment]::SetEnvironmentVariable($name, $environment[$name])
        }
        try { & $pwsh @pwshArguments -NoProfile -NonInteractive -Command "`$ErrorActionPreference = 'Stop'; $Script" 2>&1 | ForEach-Object { "$_" } }
        finally { foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) } }
    }
}

Describe 'The packed module' {
    It 'has a manifest with the version, the release notes and the addresses that its publisher gave' {
        $manifest = Test-ModuleManifest (Join-Path $Package EspProv.psd1) -ErrorAction Stop
        "$($manifest.Version)" | Should -Be (Import-PowerShellDataFile "$root/EspProv.psd1").ModuleVersion
        $top = ((Get-Content "$root/CHANGELOG.md" -Raw) -replace "`r" -split '(?m)^## .*\n')[1].Trim()
        $manifest.ReleaseNotes -replace "`r" | Should -BeExactly $top
        "$($manifest.ProjectUri)" | Should -Be 'https://example.org/espprov'
        "$($manifest.LicenseUri)" | Should -Be 'https://example.org/espprov/blob/main/LICENSE'
        "$($manifest.IconUri)" | Should -Be 'https://example.org/espprov/raw/main/docs/images/icon.png'
        $manifest.Description | Should -Match 'Bluetooth'
    }

    It 'has online help at the address that its publisher gave' {
        $help = [xml](Get-Content -Raw (Join-Path $Package en-US/EspProv.PowerShell.dll-Help.xml))
        foreach ($command in $help.DocumentElement.ChildNodes) {
            $name = $command.details.name
            $command.relatedLinks.navigationLink[0].uri | Should -Be "https://example.org/espprov/blob/main/docs/help/$name.md"
            "$root/docs/help/$name.md" | Should -Exist
        }
    }

    It 'has <_>' -ForEach 'LICENSE', 'THIRD-PARTY-NOTICES.txt', 'icon.png', 'EspProv.Format.ps1xml', 'bin/EspProv.Loader.dll', 'bin/EspProv.PowerShell.dll',
    'bin/Dependencies/EspProv.Core.dll', 'en-US/EspProv.PowerShell.dll-Help.xml', 'en-US/about_EspProv.help.txt' {
        Join-Path $Package $_ | Should -Exist
    }

    It 'has nothing that is of use to developers alone' {
        @(Get-ChildItem $Package -Recurse -File -Include *.pdb, *.md, *.json, .gitignore -Force).Name | Should -BeNullOrEmpty
    }

    It 'names no folder of the machine that packed it' {
        $naming = Get-ChildItem $Package -Recurse -File |
            Where-Object { [Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($_)).Contains($root) }
        @($naming.Name) | Should -BeNullOrEmpty
    }

    It 'is not packed from a debug build' {
        $said = dotnet build "$root/src/EspProv.PowerShell" -c Debug -t:PackModule --no-restore -v quiet 2>&1 | Out-String
        $LASTEXITCODE | Should -Not -Be 0
        $said | Should -Match '-c Release'
        Join-Path $Package EspProv.psd1 | Should -Exist
    }

    It 'is of the version that its assemblies have' {
        $assembly = [Reflection.AssemblyName]::GetAssemblyName((Join-Path $Package bin/EspProv.PowerShell.dll))
        $assembly.Version.ToString(3) | Should -Be (Import-PowerShellDataFile "$root/EspProv.psd1").ModuleVersion
    }
}

Describe 'The manifest that is packed' {
    BeforeAll {
        $helpBuilder = "$root/tools/EspProv.HelpBuilder/bin/Release/net10.0/EspProv.HelpBuilder.dll"
        $packed = (New-Item -ItemType Directory (Join-Path $TestDrive manifest)).FullName
        function Write-Manifest([string] $Notes, [string] $ProjectUrl = '', [string] $HelpInfoUrl = '') {
            $changelog = Join-Path $packed CHANGELOG.md
            Set-Content $changelog "# Changelog`n`n## Unreleased`n`n$Notes`n`n## 0.0.1`n`n- Older."
            dotnet $helpBuilder manifest "$root/EspProv.psd1" $changelog (Join-Path $packed EspProv.psd1) $ProjectUrl $HelpInfoUrl 2>&1
        }
    }

    It 'names no address that its publisher did not give' {
        Write-Manifest '- Something.' | Should -BeNullOrEmpty
        $data = Import-PowerShellDataFile (Join-Path $packed EspProv.psd1)
        $data.PrivateData.PSData.Keys | Should -Not -Contain 'ProjectUri'
        $data.PrivateData.PSData.Keys | Should -Not -Contain 'LicenseUri'
        $data.PrivateData.PSData.Keys | Should -Not -Contain 'IconUri'
        $data.Keys | Should -Not -Contain 'HelpInfoURI'
    }

    It 'has the address of help that can be updated, where there is one' {
        Write-Manifest '- Something.' -HelpInfoUrl https://example.org/help/ | Should -BeNullOrEmpty
        (Import-PowerShellDataFile (Join-Path $packed EspProv.psd1)).HelpInfoURI | Should -Be 'https://example.org/help/'
    }

    It 'keeps release notes with <Name> as they are' -ForEach @(
        @{ Name = 'straight quotes'; Notes = "- It's 'quoted'." }
        @{ Name = 'curly quotes, which PowerShell takes for straight ones'; Notes = "- The device`u{2019}s `u{2018}name`u{201B} `u{201A}." }
        @{ Name = 'what MSBuild and PowerShell expand'; Notes = '- 50%20; $(Get-Date) `n "$HOME" @(Version)' }
    ) {
        Write-Manifest $Notes | Should -BeNullOrEmpty
        (Import-PowerShellDataFile (Join-Path $packed EspProv.psd1)).PrivateData.PSData.ReleaseNotes | Should -BeExactly $Notes
    }

    It 'is not made with <_> for an address' -ForEach 'example.org', 'https://example.org/a b', 'file:///srv/espprov' {
        Write-Manifest '- Something.' -ProjectUrl $_ | Out-String | Should -Match 'ProjectUrl.*%25'
        $LASTEXITCODE | Should -Be 1
    }
}

Describe 'Publishing, and installing what was published' {
    BeforeAll {
        Invoke-AsUser "Register-PSResourceRepository Local -Uri '$repository' -Trusted" | Should -BeNullOrEmpty
    }

    It 'says what is missing where the repository is not known' {
        Invoke-AsUser "& '$root/tools/publish.ps1' -Repository Nowhere -Path '$Package'" | Out-String | Should -Match "no repository 'Nowhere'"
    }

    It 'publishes nothing with -WhatIf' {
        Invoke-AsUser "& '$root/tools/publish.ps1' -Repository Local -Path '$Package' -WhatIf" | Out-String | Should -Match 'What if.*Publish to Local'
        Get-ChildItem $repository | Should -BeNullOrEmpty
    }

    It 'publishes' {
        Invoke-AsUser "& '$root/tools/publish.ps1' -Repository Local -Path '$Package' -Confirm:`$false" | Should -BeNullOrEmpty
        @(Get-ChildItem $repository -Filter EspProv.*.nupkg).Count | Should -Be 1
    }

    It 'installs into an empty module path' {
        Invoke-AsUser "Save-PSResource EspProv -Repository Local -Path '$modules' -TrustRepository" | Should -BeNullOrEmpty
        Join-Path $modules EspProv | Should -Exist
    }

    It 'provisions a device from there, in a pwsh that never saw it' {
        $script = @'
Import-Module EspProv
$null = Start-EspVirtualDevice PROV_PACKED -ProofOfPossession abcd1234
$result = Find-EspProvDevice PROV_PACKED | Set-EspWifiCredential -ProofOfPossession abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword
'{0} {1} {2}' -f $result.Status, (Get-Module EspProv).ModuleBase, (Get-Help Set-EspWifiCredential).Synopsis
'@
        $said = Invoke-AsUser $script $modules
        $said | Should -BeLike "Connected $modules*Gives a device the credentials*"
    }
}
