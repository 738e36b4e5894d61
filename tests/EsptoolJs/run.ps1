# Runs EsptoolJs.Tests.ps1 with the Pester that tests/Pester has laid out, and ends with a line of totals.
param([Parameter(Mandatory)] [string] $Client)
$ErrorActionPreference = 'Stop'
$root = (Resolve-Path "$PSScriptRoot/../..").Path
$pester = Get-ChildItem "$root/tests/Pester/bin" -Recurse -Filter Pester.psd1 | Select-Object -First 1
Import-Module $pester.FullName

$configuration = New-PesterConfiguration
$configuration.Run.Container = New-PesterContainer -Path "$PSScriptRoot/EsptoolJs.Tests.ps1" -Data @{ Client = $Client }
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Detailed'
$result = Invoke-Pester -Configuration $configuration
$failed = $result.FailedCount + $result.FailedBlocksCount + $result.FailedContainersCount
"$($result.PassedCount) passed, $failed failed, $($result.SkippedCount) skipped"
exit [int]($failed -gt 0 -or $result.PassedCount -eq 0)
