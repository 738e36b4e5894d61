# What is ended from outside: connects, says so, and stays; or exits with the session open.
param([string] $Then)
$ProgressPreference = 'SilentlyContinue'
$key = [IO.File]::ReadAllText('/run/softap-key').Trim()
$session = Connect-EspProvSession -Address 192.168.4.1 -AccessPoint PROV_261FCC -SoftApKey $key -ProofOfPossession abcd1234 -ConnectTimeout 120 -ExchangeTimeout 120 -Confirm:$false -ErrorAction Stop
[IO.File]::WriteAllText('/run/connected', $session.State)
if ($Then -eq 'exit') { exit 7 }
Start-Sleep -Seconds 3600
