<#
.SYNOPSIS
    Imports the module, and writes to a file what imported it.
#>
[CmdletBinding()]
param([Parameter(Mandatory)] [string] $ResultPath)

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../../EspProv.psd1"
$system = [Environment]::OSVersion.VersionString
$framework = [Runtime.InteropServices.RuntimeInformation]::FrameworkDescription
$count = @(Get-Command -Module EspProv).Count
"pwsh $($PSVersionTable.PSVersion) on $system, $framework, $count cmdlets" | Set-Content $ResultPath
