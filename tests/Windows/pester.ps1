<#
.SYNOPSIS
    Runs the Pester suite in Windows' pwsh, and writes to a file what a caller without a terminal can read.
#>
[CmdletBinding()]
param(
    # Pester's own folder.
    [Parameter(Mandatory)]
    [string] $PesterPath,
    # Pester's result as NUnit XML.
    [Parameter(Mandatory)]
    [string] $ResultPath,
    [string] $Filter = '*'
)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$env:PSModulePath = (Split-Path $PesterPath), $env:PSModulePath -join [IO.Path]::PathSeparator
Import-Module Pester -MinimumVersion 5.5.0

# Wine makes COM ports of the machine's own serial ports, and finding devices would write to them: only ports of the tests are listed.
Remove-ItemProperty HKLM:\HARDWARE\DEVICEMAP\SERIALCOMM -Name *

$configuration = New-PesterConfiguration
$configuration.Run.Path = @((Get-ChildItem "$PSScriptRoot/../Pester", $PSScriptRoot -Filter "$Filter.Tests.ps1").FullName)
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$configuration.TestResult.Enabled = $true
$configuration.TestResult.OutputFormat = 'NUnit3' # The older form has no reasons for what was skipped.
$configuration.TestResult.OutputPath = $ResultPath
$result = Invoke-Pester -Configuration $configuration
exit [int] ($result.Result -ne 'Passed')
