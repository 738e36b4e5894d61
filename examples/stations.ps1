<#
.SYNOPSIS
    Lets several stations share one plan: runspaces of this machine, or computers over PowerShell remoting.
.DESCRIPTION
    Every station gets the same file and its own -Shard, and writes a journal. The results from all journals make one report.
    If the script is run again after an interruption, each station continues with its journal.
    Without -PlanPath it makes a plan of its own, for virtual devices: that needs no hardware.

    A computer needs the module on its PSModulePath, and the plan and the output folder at the same paths as here: use a copy of the plan,
    or a shared folder.
.EXAMPLE
    ./stations.ps1
    Two runspaces of this machine share a plan of 12 virtual devices; plan, journals and report are in a new temporary folder.
.EXAMPLE
    ./stations.ps1 -PlanPath fleet.csv -Station 4
    Four runspaces of this machine.
.EXAMPLE
    ./stations.ps1 -PlanPath /srv/plan/fleet.csv -HostName bench1, admin@bench2, bench3:2222 -OutputFolder /srv/plan
    Three computers, over SSH: Linux, macOS or Windows.
.EXAMPLE
    ./stations.ps1 -PlanPath C:\plan\fleet.csv -ComputerName bench1, bench2, bench3 -OutputFolder C:\plan
    Three computers, over WinRM.
#>
[CmdletBinding(DefaultParameterSetName = 'Runspaces')]
param(
    # Without it, a plan for virtual devices of this process.
    [Parameter(ParameterSetName = 'Runspaces')]
    [Parameter(Mandatory, ParameterSetName = 'Ssh')]
    [Parameter(Mandatory, ParameterSetName = 'WinRM')]
    [string] $PlanPath,
    [Parameter(ParameterSetName = 'Runspaces')]
    [ValidateRange(1, 64)]
    [int] $Station = 2,
    [Parameter(Mandatory, ParameterSetName = 'Ssh')]
    [string[]] $HostName,
    [Parameter(Mandatory, ParameterSetName = 'WinRM')]
    [string[]] $ComputerName,
    # The folder for the journals and the report; without a plan, a new temporary folder.
    [string] $OutputFolder = $PlanPath ? '.' :
        (Join-Path ([IO.Path]::GetTempPath()) "espprov-stations-$([guid]::NewGuid().ToString('N').Substring(0, 8))"),
    # More parameters for Invoke-EspProvisioning, such as @{ Ssid = 'office'; ThrottleLimit = 32 }.
    [hashtable] $With = @{}
)

$ErrorActionPreference = 'Stop'
$module = "$PSScriptRoot/../EspProv.psd1"
Import-Module $module
$null = [IO.Directory]::CreateDirectory($OutputFolder)
$folder = (Resolve-Path $OutputFolder).Path
$devices = @()
if (-not $PlanPath) {
    $PlanPath = Join-Path $folder 'virtual-devices.csv'
    $devices = @(Start-EspVirtualDevice -Count 12)
    $devices | ForEach-Object {
        [pscustomobject]@{ Name = $_.Name; Address = $_.Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' }
    } | Export-Csv $PlanPath -NoClobber
}
$plan = (Resolve-Path $PlanPath).Path
$computers = @($HostName) + @($ComputerName) -ne $null
$count = $PSCmdlet.ParameterSetName -eq 'Runspaces' ? $Station : $computers.Count

# Runs a station's part of the plan with its own journal, which also has the results of earlier runs.
$work = {
    param($module, $plan, $folder, $part, $count, $with)
    Import-Module $module
    $null = [IO.Directory]::CreateDirectory($folder)
    $journal = Join-Path $folder "station$part.jsonl"
    $null = Import-Csv $plan | Invoke-EspProvisioning @with -Shard "$part/$count" -JournalPath $journal -Resume

    # Hides the warning that the journals of the other stations are missing.
    Import-EspProvJournal $journal -WarningAction SilentlyContinue
}.ToString()

try {
    $results = if ($PSCmdlet.ParameterSetName -eq 'Runspaces') {
        1..$count | ForEach-Object -ThrottleLimit $count -Parallel {
            & ([scriptblock]::Create($using:work)) $using:module $using:plan $using:folder $_ $using:count $using:With
        }
    }
    else {
        $jobs = for ($part = 1; $part -le $count; $part++) {
            $where = $PSCmdlet.ParameterSetName -eq 'Ssh' ?
                @{ HostName = $HostName[$part - 1] } : @{ ComputerName = $ComputerName[$part - 1] }
            Invoke-Command @where -AsJob -ScriptBlock {
                & ([scriptblock]::Create($using:work)) EspProv $using:plan $using:folder $using:part $using:count $using:With
            }
        }
        $jobs | Receive-Job -Wait -AutoRemoveJob
    }
}
finally {
    $devices | Stop-EspVirtualDevice
}

$results | Sort-Object Row | Format-Table Row, Name, Status, Reason
$results | Sort-Object Row | New-EspProvReport (Join-Path $folder 'report.html') -Title "$count stations" -Force
