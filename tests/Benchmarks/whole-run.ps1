<#
.SYNOPSIS
    Times what a user waits for: importing the module, and a whole run (connect, set, apply, connected) in a warm engine.
.DESCRIPTION
    In a pwsh without the profile, so that the import is the script's own:

        dotnet run -c Release --project tools/EspProv.Shell -- -NoProfile tests/Benchmarks/whole-run.ps1

    The virtual device joins its network at once, so what is measured is this module's and the device's arithmetic, the
    round trips, and the polling. Beside it stands the vendor's Python client against the same kind of device: 5.3 s, of which
    5.0 s is a fixed sleep and about 0.26 s delayed ACKs.
#>
param([int] $Runs = 30)

$ErrorActionPreference = 'Stop'
$vendor = 5300

function Get-Median([double[]] $Values) {
    $sorted = [double[]] $Values.Clone()
    [array]::Sort($sorted)
    $sorted[[int][math]::Floor($sorted.Count / 2)]
}

$watch = [Diagnostics.Stopwatch]::StartNew()
Import-Module "$PSScriptRoot/../../EspProv.psd1"
'Import-Module, first in this process  {0,8:0.0} ms' -f $watch.Elapsed.TotalMilliseconds

foreach ($case in @(
        @{ Name = 'security 1'; Start = @{ SecurityVersion = 1 }; Proof = @{ ProofOfPossession = 'abcd1234' }; Goal = 60 }
        @{ Name = 'security 2'; Start = @{ SecurityVersion = 2 }; Proof = @{ Username = 'wifiprov'; Password = 'abcd1234' }; Goal = 100 })) {
    $start = $case.Start
    $proof = $case.Proof
    $times = foreach ($run in 1..($Runs + 5)) {
        $device = Start-EspVirtualDevice -ConnectDelay 0 @start
        $watch.Restart()
        $session = $device | Connect-EspProvSession @proof
        $result = $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword
        $elapsed = $watch.Elapsed.TotalMilliseconds
        $session | Disconnect-EspProvSession
        $device | Stop-EspVirtualDevice
        if ($result.Status -ne 'Connected') { throw "A run ended as $($result.Status)." }
        if ($run -gt 5) { $elapsed } # the first five warm the engine
    }
    $median = Get-Median $times
    'a whole run with {0}             {1,8:0.0} ms (median of {2}; best {3:0.0}; goal {4}; {5:0} x the vendor''s client)' -f
        $case.Name, $median, $Runs, ($times | Sort-Object | Select-Object -First 1), $case.Goal, ($vendor / $median)
}
