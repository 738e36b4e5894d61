<#
.SYNOPSIS
    Runs the Pester suite and exits with 1 when a test fails; without arguments against virtual devices.
.EXAMPLE
    ./run.ps1
.EXAMPLE
    ./run.ps1 -Device @{ Address = '192.168.4.1'; ProofOfPossession = 'abcd1234'; Ssid = 'myssid'; Passphrase = 'mypassword' }
#>
[CmdletBinding()]
param(
    # A real device in provisioning mode, as described in README.md beside this script.
    [hashtable] $Device,
    # Write "<passed> <skipped>" to this file, for scripts.
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.5.0

$files = Get-ChildItem -Path $PSScriptRoot -Filter *.Tests.ps1
$containers = foreach ($file in $files) {
    if ($Device -and $file.Name -eq 'Device.Tests.ps1') {
        New-PesterContainer -Path $file.FullName -Data @{ Device = $Device }
    }
    else {
        New-PesterContainer -Path $file.FullName
    }
}

$configuration = New-PesterConfiguration
$configuration.Run.Container = @($containers)
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$result = Invoke-Pester -Configuration $configuration

if ($ResultPath) {
    Set-Content -Path $ResultPath -Value "$($result.PassedCount) $($result.SkippedCount)"
}
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
if ($failed -gt 0 -or $result.PassedCount -eq 0) { exit 1 }
exit 0
