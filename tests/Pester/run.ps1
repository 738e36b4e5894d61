<#
.SYNOPSIS
    Runs the Pester suite and exits with 1 when a test fails; without arguments against virtual devices.
.EXAMPLE
    ./run.ps1
.EXAMPLE
    ./run.ps1 Fleet.Tests.ps1
.EXAMPLE
    ./run.ps1 -Device @{ Address = '192.168.4.1'; ProofOfPossession = 'abcd1234'; Ssid = 'myssid'; Passphrase = 'mypassword' }
#>
[CmdletBinding()]
param(
    # The files to run, by their names; all of them when it is left out.
    [string[]] $Name = '*.Tests.ps1',
    # A real device in provisioning mode, as described in README.md beside this script.
    [hashtable] $Device,
    # Write what became of each test to this file, as JSON, for programs.
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
Import-Module Pester -MinimumVersion 5.5.0

$containers = foreach ($file in Get-ChildItem -Path $PSScriptRoot -Include $Name -Recurse -Depth 0) {
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
    @($result.Tests | Where-Object Result -NE NotRun | ForEach-Object {
            [ordered]@{ File = Split-Path $_.ScriptBlock.File -Leaf; Name = $_.ExpandedPath; Result = "$($_.Result)"; Message = ($_.ErrorRecord | ForEach-Object { "$_" }) -join "`n" }
        }) | ConvertTo-Json -AsArray | Set-Content -Path $ResultPath
}
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
if ($failed -gt 0 -or $result.PassedCount -eq 0) { exit 1 }
exit 0
