<#
.SYNOPSIS
    A fleet in a minute: virtual devices, a plan for them as a CSV file, a run, a resumed run, and a report.
.DESCRIPTION
    Needs no hardware.
.EXAMPLE
    ./fleet.ps1
.EXAMPLE
    ./fleet.ps1 -Count 200 -Folder ~/fleet
#>
[CmdletBinding()]
param(
    [ValidateRange(4, 10000)]
    [int] $Count = 24,
    # The folder for the plan, the journal and the report; by default a new temporary folder.
    [string] $Folder = (Join-Path ([IO.Path]::GetTempPath()) "espprov-fleet-$([guid]::NewGuid().ToString('N').Substring(0, 8))")
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Command Invoke-EspProvisioning -ErrorAction SilentlyContinue)) {
    Import-Module "$PSScriptRoot/../EspProv.psd1"
}
$null = [IO.Directory]::CreateDirectory($Folder)
$plan = Join-Path $Folder 'fleet.csv'
$journal = Join-Path $Folder 'run.jsonl'
$report = Join-Path $Folder 'report.html'
if (Test-Path $journal) {
    Remove-Item $journal # Its devices no longer exist.
}

# Half with security 1, half with security 2, all in range of the same networks.
$half = [math]::Floor($Count / 2)
$devices = @(Start-EspVirtualDevice -Count ($Count - $half) -SecurityVersion 1) + @(Start-EspVirtualDevice -Count $half -SecurityVersion 2)

try {
    # One row per device. Two rows are wrong on purpose.
    $rows = foreach ($device in $devices) {
        $login = [int]$device.SecurityVersion -eq 2
        [pscustomobject]@{
            Name       = $device.Name
            Address    = $device.Address
            Pop        = if ($login) { '' } else { 'abcd1234' }
            Username   = if ($login) { 'wifiprov' } else { '' }
            Password   = if ($login) { 'abcd1234' } else { '' }
            Ssid       = 'MyHomeWiFiAP'
            Passphrase = 'mypassword'
        }
    }
    $rows[1].Pop = 'not-the-proof'
    $rows[2].Passphrase = 'not-the-passphrase'
    $rows | Export-Csv $plan

    'Check the plan; nothing is sent:'
    Import-Csv $plan | Invoke-EspProvisioning -Validate | Group-Object Status, Reason | ForEach-Object { "  $($_.Count) $($_.Name)" }

    'Run it:'
    Import-Csv $plan | Invoke-EspProvisioning -JournalPath $journal |
        Group-Object Status, Reason | ForEach-Object { "  $($_.Count) $($_.Name)" }

    'Correct the two rows, and go on where the journal ends:'
    $rows[1].Pop = 'abcd1234'
    $rows[2].Passphrase = 'mypassword'
    $rows | Export-Csv $plan
    Import-Csv $plan | Invoke-EspProvisioning -JournalPath $journal -Resume |
        Group-Object Status, Reason | ForEach-Object { "  $($_.Count) $($_.Name)" }

    $file = New-EspProvReport $report -JournalPath $journal -Title "A fleet of $($devices.Count)" -Force
    "Report: $($file.FullName)"
}
finally {
    $devices | Stop-EspVirtualDevice
}
