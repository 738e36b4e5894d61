# How a test starts another pwsh like its own: where pwsh is a .NET tool, the process is dotnet, and pwsh.dll its first argument.
# Dot-source it in BeforeAll, then: & $pwsh @pwshArguments -NoProfile …
$pwsh = [Environment]::ProcessPath
$pwshArguments = @(if ([IO.Path]::GetFileNameWithoutExtension($pwsh) -ne 'pwsh') { Join-Path $PSHOME 'pwsh.dll' })

# Starts one without profile, after what a shell is to do first, and returns when its command has written 'ready'.
function Start-Pwsh([string] $Command, [string] $Prelude) {
    # Where the tests run under nohup, SIGHUP is ignored, which a shell cannot undo and its children inherit.
    $shell = @(if ($IsLinux) { 'env', '--default-signal=TERM,HUP' }) + '/bin/sh'
    $start = [Diagnostics.ProcessStartInfo]::new($shell[0])
    @($shell | Select-Object -Skip 1) + @('-c', "$Prelude exec `"`$@`"", 'sh', $pwsh) + $pwshArguments + @('-NoProfile', '-NonInteractive', '-Command', $Command) |
        ForEach-Object { $start.ArgumentList.Add($_) }
    $start.RedirectStandardOutput = $true
    $process = [Diagnostics.Process]::Start($start)
    do { $line = $process.StandardOutput.ReadLine() } until ($null -eq $line -or $line -eq 'ready')
    $process
}

# Sends TERM, HUP or another signal, and waits for the end: the process's exit code, which a shell shows as well.
function Stop-Pwsh([Diagnostics.Process] $Process, [string] $Signal) {
    & /bin/sh -c "kill -$Signal $($Process.Id)"
    if (-not $Process.WaitForExit(120000)) {
        $Process.Kill($true)
        throw "The process did not end in two minutes after SIG$Signal."
    }
    $Process.ExitCode
}

# An expression for such a command: whether its process catches SIGHUP, as Linux says.
$testHangup = '([Convert]::ToUInt64((Select-String "^SigCgt:\s*(\w+)" /proc/self/status).Matches.Groups[1].Value, 16) -band 1) -ne 0'
