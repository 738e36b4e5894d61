<#
.SYNOPSIS
    Lets several stations share one plan: runspaces of this machine, or computers over PowerShell remoting.
.DESCRIPTION
    Every station gets the same file and its own -Shard, and keeps a journal. The journals make one report. Given again after an
    interruption, each station goes on with its journal.

    A computer needs the module, and a folder that is shared or a copy of the plan in the same place.
.EXAMPLE
    ./stations.ps1 -PlanPath fleet.csv -Station 4
    Four runspaces of this machine.
.EXAMPLE
    ./stations.ps1 -PlanPath /srv/plan/fleet.csv -ComputerName bench1, bench2, bench3 -OutputFolder /srv/plan
    Three computers, over PowerShell remoting.
#>
[CmdletBinding(DefaultParameterSetName = 'Runspaces')]
param(
    [Parameter(Mandatory)]
    [string] $PlanPath,
    [Parameter(ParameterSetName = 'Runspaces')]
    [ValidateRange(1, 64)]
    [int] $Station = 2,
    [Parameter(Mandatory, ParameterSetName = 'Computers')]
    [string[]] $ComputerName,
    # Where the journals and the report go.
    [string] $OutputFolder = '.',
    # More parameters for Invoke-EspProvisioning, such as @{ Ssid = 'office'; ThrottleLimit = 32 }.
    [hashtable] $With = @{}
)

$ErrorActionPreference = 'Stop'
$module = "$PSScriptRoot/../EspProv.psd1"
Import-Module $module
$null = [IO.Directory]::CreateDirectory($OutputFolder)
$folder = (Resolve-Path $OutputFolder).Path
$plan = (Resolve-Path $PlanPath).Path

# What a station does: its part of the plan, into its own journal.
$work = {
    param($plan, $folder, $part, $count, $with)
    Import-Csv $plan | Invoke-EspProvisioning @with -Shard "$part/$count" -JournalPath "$folder/station$part.jsonl" -Resume
}

if ($PSCmdlet.ParameterSetName -eq 'Computers') {
    $count = $ComputerName.Count
    $jobs = for ($part = 1; $part -le $count; $part++) {
        Invoke-Command -ComputerName $ComputerName[$part - 1] -AsJob -ScriptBlock {
            Import-Module EspProv
            & ([scriptblock]::Create($using:work)) $using:plan $using:folder $using:part $using:count $using:With
        }
    }
    $jobs | Receive-Job -Wait -AutoRemoveJob | Format-Table PSComputerName, Row, Device, Status, Reason
    # Only where the folder is shared are the journals here.
}
else {
    $count = $Station
    $text = $work.ToString()
    1..$count | ForEach-Object -ThrottleLimit $count -Parallel {
        Import-Module $using:module
        & ([scriptblock]::Create($using:text)) $using:plan $using:folder $_ $using:count $using:With
    } | Format-Table Row, Device, Status, Reason
}

$journals = Join-Path $folder 'station*.jsonl'
New-EspProvReport (Join-Path $folder 'report.html') -JournalPath $journals -Title "$count stations" -Force
