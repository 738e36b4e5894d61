# What the laid-out pwsh does first: imports the module that was built beside it and, at a prompt, says what to type.

# For what is started from here; `dotnet run` sets them for this process.
$env:POWERSHELL_TELEMETRY_OPTOUT = '1'
$env:POWERSHELL_UPDATECHECK = 'Off'

Import-Module (Join-Path $PSScriptRoot '..' '..' 'EspProv.psd1')

# Only a prompt has no words on its command line. Scripts, commands and pipes get none of this.
if (-not [Console]::IsInputRedirected -and ([Environment]::GetCommandLineArgs() | Select-Object -Skip 1) -join ' ' -in '', '-NoLogo') {
    Write-Host @"
EspProv $((Get-Module EspProv).Version) in PowerShell $($PSVersionTable.PSVersion). To try it without a board, type:

    Start-EspVirtualDevice
    Find-EspProvDevice | Get-EspWifiScan -ProofOfPossession abcd1234
    Invoke-EspProvisioning          (asks for device, network and passphrase)

Get-Command -Module EspProv lists the commands, Get-Help about_EspProv explains.

"@
}
