# How a test starts another pwsh like its own: where pwsh is a .NET tool, the process is dotnet, and pwsh.dll its first argument.
# Dot-source it in BeforeAll, then: & $pwsh @pwshArguments -NoProfile …
$pwsh = [Environment]::ProcessPath
$pwshArguments = @(if ([IO.Path]::GetFileNameWithoutExtension($pwsh) -ne 'pwsh') { Join-Path $PSHOME 'pwsh.dll' })
