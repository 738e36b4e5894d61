# The transport in which a person carries the data, asked through the host of a pwsh of its own.
Describe 'The console transport' {
    BeforeAll {
        $manifest = (Resolve-Path "$PSScriptRoot/../../EspProv.psd1").Path
        . "$PSScriptRoot/Pwsh.ps1"
        $connect = "Import-Module '$manifest'; Connect-EspProvSession -Transport Console -Address PROV_261FCC -ErrorVariable problem -ErrorAction SilentlyContinue; `$problem[0].FullyQualifiedErrorId"
    }

    It 'asks for the link first, and takes no for an answer' {
        $shown = 'n' | & $pwsh @pwshArguments -NoProfile -Command $connect | Out-String
        $shown | Should -Match 'Please connect to BLE device `PROV_261FCC` manually'
        $shown | Should -Match 'DeviceUnreachable,'
    }

    It 'asks for every known service' {
        $shown = 'y', 'n', 'n', 'maybe', 'n' | & $pwsh @pwshArguments -NoProfile -Command $connect | Out-String
        $shown | Should -Match '021a9004-0382-4aea-bff4-6b3f1c5adfb4'
        $shown | Should -Match '0000ffff-0000-1000-8000-00805f9b34fb'
        $shown | Should -Match 'Please answer y or n'
        $shown | Should -Match 'NotAProvisioningDevice,'
    }

    It 'says so where nobody can be asked' {
        & $pwsh @pwshArguments -NoProfile -NonInteractive -Command $connect | Out-String | Should -Match 'TransportUnavailable,'
    }
}
