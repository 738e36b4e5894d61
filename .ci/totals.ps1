# Says which tests were skipped and why, and ends with the line of totals. Exits with 1 when there is none, or one failed.
param(
    # Where `dotnet test` left its results.
    [Parameter(Mandatory)] [string] $Folder,
    # Output of other runs, each of which ends with a line of totals like this script's when it was made.
    [Parameter(ValueFromRemainingArguments)] [string[]] $Others
)
$ErrorActionPreference = 'Stop'

$results = @(Get-ChildItem $Folder -Filter *.trx | ForEach-Object { ([xml](Get-Content $_ -Raw)).TestRun.Results.UnitTestResult })
$skipped = @($results | Where-Object outcome -EQ NotExecuted)
foreach ($reason in $skipped | Group-Object { $_.Output.ErrorInfo.Message ?? $_.Output.StdOut ?? 'no reason given' } | Sort-Object Name) {
    "skipped: $($reason.Name)"
    $reason.Group | ForEach-Object { "    $($_.testName)" }
}
$passed = @($results | Where-Object outcome -EQ Passed).Count
$failed = $results.Count - $passed - $skipped.Count
$skips = $skipped.Count
foreach ($other in $Others | Where-Object { Test-Path $_ }) {
    if ((Get-Content $other -Tail 1) -notmatch '^(\d+) passed, (\d+) failed, (\d+) skipped$') { continue }
    $passed += [int]$Matches[1]; $failed += [int]$Matches[2]; $skips += [int]$Matches[3]
}
"`n$passed passed, $failed failed, $skips skipped"
exit [int]($failed -gt 0 -or $passed -eq 0)
