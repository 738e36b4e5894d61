# Says which tests were skipped and why, and ends with the line of totals. Exits with 1 when there is none, or one failed.
param([Parameter(Mandatory)] [string] $Folder)
$ErrorActionPreference = 'Stop'

$results = @(Get-ChildItem $Folder -Filter *.trx | ForEach-Object { ([xml](Get-Content $_ -Raw)).TestRun.Results.UnitTestResult })
$skipped = @($results | Where-Object outcome -EQ NotExecuted)
foreach ($reason in $skipped | Group-Object { $_.Output.ErrorInfo.Message ?? $_.Output.StdOut ?? 'no reason given' } | Sort-Object Name) {
    "skipped: $($reason.Name)"
    $reason.Group | ForEach-Object { "    $($_.testName)" }
}
$passed = @($results | Where-Object outcome -EQ Passed).Count
$failed = $results.Count - $passed - $skipped.Count
"`n$passed passed, $failed failed, $($skipped.Count) skipped"
exit [int]($failed -gt 0 -or $passed -eq 0)
