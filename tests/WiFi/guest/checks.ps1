# The main job on a device's own access point, on the real stack: wlan0 and NetworkManager here, hostapd and the virtual device in a network
# namespace of their own. Each check is a line of output; after each one this machine has to be on its former network again.
param([int] $Cycles = 10)

$ProgressPreference = 'SilentlyContinue'
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$failed = 0
$key = [IO.File]::ReadAllText('/run/softap-key').Trim()
# The guest is emulated, on machines that do other things as well: time is no question here.
$patience = @{ ConnectTimeout = 120; ExchangeTimeout = 120; Confirm = $false; ErrorAction = 'Stop' }
$withKey = $patience + @{ SoftApKey = $key }

function Check([string] $Name, [scriptblock] $Test, [string] $Network = 'office') {
    # Whatever the check before left: no session, and this machine on its network.
    Get-EspProvSession | Disconnect-EspProvSession
    if ((Get-Network) -ne 'office') { $null = & nmcli --wait 120 connection up office }
    $at = '{0,7:0.0} s' -f $clock.Elapsed.TotalSeconds
    try {
        $result = & $Test
        if ($result -is [bool] -and -not $result) { throw 'it does not hold' }
        $now = Get-Network
        Assert ($now -eq $Network) "afterwards this machine is on '$now', not on '$Network'"
        $left = Get-OurProfile
        Assert (-not $left) "the profile $left is left"
        Write-Host "ok $Name ($at)"
    }
    catch {
        Write-Host "FAIL $Name ($at): $($_.FullyQualifiedErrorId): $_"
        $script:failed++
    }
}

function Assert([bool] $Condition, [string] $What) { if (-not $Condition) { throw $What } }

function Get-IdOf([scriptblock] $Action) {
    try { $null = & $Action; 'no error' } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
}

# What NetworkManager itself says.
function Get-Network {
    (& nmcli --terse --fields NAME,TYPE,STATE connection show --active | Where-Object { $_ -like '*:802-11-wireless:activated' } |
        ForEach-Object { $_.Split(':')[0] }) -join ' '
}
function Get-OurProfile { (& nmcli --terse --fields NAME connection show | Where-Object { $_ -like 'espprov-*' }) -join ' ' }

function Start-AccessPoint([string] $KeyFile = '/run/softap-key', [int] $Channel = 6) {
    if ($KeyFile) { & /share/access-point device PROV_261FCC $Channel 192.168.4.1 $KeyFile } else { & /share/access-point device PROV_261FCC $Channel 192.168.4.1 }
    # NetworkManager does not scan again right after a scan: what it knows may be of the access point before.
    foreach ($try in 1..40) {
        $heard = & nmcli --terse --fields SSID,SECURITY,CHAN device wifi list --rescan yes
        if ($heard -contains "PROV_261FCC:$(if ($KeyFile) { 'WPA2' }):$Channel") { return }
        Start-Sleep -Seconds 3
    }
    throw "the access point is not heard as it is: $heard"
}

function Start-Device([string] $Options) {
    $before = [IO.File]::ReadAllText('/run/device/started')
    [IO.File]::WriteAllText('/run/device/coming', "@{ Name = 'PROV_261FCC'; ConnectDelay = 1; $Options }")
    [IO.File]::Move('/run/device/coming', '/run/device/next')
    foreach ($try in 1..600) {
        if ([IO.File]::ReadAllText('/run/device/started') -ne $before) { return }
        Start-Sleep -Milliseconds 200
    }
    throw 'the device does not start'
}

function Set-Network($Session) {
    $result = $Session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Timeout 300 -ErrorAction Stop
    Assert ($result.Status -eq 'Connected') "$($result.Status) $($result.Reason)"
}

# --- finding

Check 'access points are found by their names, with their strength' {
    $script:found = @(Find-EspProvDevice PROV_ -Transport SoftAP -Timeout 120 -ErrorAction Stop)
    Assert ($found.Count -eq 1) "$($found.Count) found: $($found.Name)"
    Assert ($found[0].Name -eq 'PROV_261FCC' -and $found[0].AccessPoint -eq 'PROV_261FCC') "$($found[0].Name), $($found[0].AccessPoint)"
    Assert ($found[0].Rssi -gt -100 -and $found[0].Rssi -lt 0) "$($found[0].Rssi) dBm"
    Assert ($found[0].Description -eq 'needs -SoftApKey') "$($found[0].Description)"
}
if (-not $found) { exit 1 }

# --- nothing happens

Check '-WhatIf changes nothing' {
    $before = & nmcli --terse connection show
    $found | Connect-EspProvSession -SoftApKey $key -ProofOfPossession abcd1234 -WhatIf
    Assert ("$before" -eq "$(& nmcli --terse connection show)") 'NetworkManager was asked for something'
}
Check 'without a confirmation, and nobody to ask, nothing happens' {
    $id = Get-IdOf { $found | Connect-EspProvSession -SoftApKey $key -ProofOfPossession abcd1234 -ErrorAction Stop }
    Assert ($id -eq 'AccessPointNotConfirmed') $id
}
Check 'a key that is missing is an error before the former network is left' {
    $began = $clock.Elapsed
    $id = Get-IdOf { $found | Connect-EspProvSession -ProofOfPossession abcd1234 @patience }
    Assert ($id -eq 'SoftApKeyRequired') $id
    Write-Host ('# it took {0:0.0} s' -f ($clock.Elapsed - $began).TotalSeconds)
}

# --- what goes wrong

Check 'a wrong key is an error of its own, and soon' {
    $began = $clock.Elapsed
    $id = Get-IdOf { $found | Connect-EspProvSession -SoftApKey not-the-key -ProofOfPossession abcd1234 @patience }
    Assert ($id -eq 'WrongSoftApKey') $id
    Write-Host ('# it took {0:0.0} s, the way back included' -f ($clock.Elapsed - $began).TotalSeconds)
}
Check 'a wrong proof of possession' {
    $id = Get-IdOf { $found | Connect-EspProvSession -ProofOfPossession wrong @withKey }
    Assert ($id -eq 'WrongCredentials') $id
}
Check 'an access point that is not there' {
    $id = Get-IdOf { Connect-EspProvSession -Address 192.168.4.1 -AccessPoint PROV_ABSENT -ProofOfPossession abcd1234 @withKey }
    Assert ($id -eq 'DeviceUnreachable') $id
}
Check 'an access point with nothing behind it' {
    $id = Get-IdOf { Connect-EspProvSession -Address 192.168.4.1:81 -AccessPoint PROV_261FCC -ProofOfPossession abcd1234 @withKey }
    Assert ($id -eq 'DeviceUnreachable') $id
}

# --- the main job

Check 'capabilities are read without a session' {
    # It only reads, and has no -Confirm.
    $ConfirmPreference = 'None'
    $capability = $found | Get-EspProvCapability -SoftApKey $key -ConnectTimeout 120 -ExchangeTimeout 120 -ErrorAction Stop
    Assert ($capability.Version -eq 'v1.1') "version $($capability.Version)"
}
Check 'security 1: connect, scan, custom data, provision' {
    Start-Device
    $session = $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withKey
    Assert ((Get-Network) -like 'espprov-*') "on $(Get-Network)"
    Assert (@($session | Get-EspWifiScan -ErrorAction Stop).Count -gt 0) 'no networks'
    $answer = $session | Send-EspCustomData -Text ('x' * 450) -ErrorAction Stop
    Assert ("$($answer.Text)" -like 'SUCCESS*') "custom data: $($answer.Text)"
    Assert (-not "$(& grep -rlF -f /run/softap-key /etc/NetworkManager /run/NetworkManager /var/lib/NetworkManager)") 'the key is in a file'
    Set-Network $session
    $session | Disconnect-EspProvSession
}
Check 'security 2: find, connect, provision in one pipeline' {
    Start-Device 'SecurityVersion = 2'
    $result = Find-EspProvDevice PROV_ -Transport SoftAP -Timeout 120 | Connect-EspProvSession -Username wifiprov -Password abcd1234 @withKey |
        Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Timeout 300 -ErrorAction Stop
    Assert ($result.Status -eq 'Connected') "$($result.Status) $($result.Reason)"
    Get-EspProvSession | Disconnect-EspProvSession
}
Check 'another session does not take the interface from the one that is open' {
    Start-Device
    $session = $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withKey
    $id = Get-IdOf { $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withKey }
    Assert ($id -eq 'TransportUnavailable') $id
    Set-Network $session
    $session | Disconnect-EspProvSession
}
Check 'traffic leaves by the interface that joined, where another route to the device looks better' {
    Start-Device
    & ip link add other type dummy
    & ip address add 192.168.4.77/24 dev other
    & ip link set other up
    try {
        $session = $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withKey
        $route = & ip route get 192.168.4.1
        Assert ("$route" -match 'dev other') "the route is $route"
        Set-Network $session
        $session | Disconnect-EspProvSession
    }
    finally { & ip link delete other }
}
Check 'there is no default route by the device' {
    Start-Device
    $session = $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withKey
    $routes = "$(& ip route)"
    $session | Disconnect-EspProvSession
    Assert ($routes -notmatch 'default') $routes
}

# --- the access point changes its channel when the device joins its network

$hostapd = 'hostapd_cli -p /run/access-point/device/control -i wlan2'
$changes = [ordered]@{
    'announced to its stations' = "$hostapd chan_switch 5 2462"
    'without a word' = '/share/access-point device PROV_261FCC 11 192.168.4.1 /run/softap-key'
    'with half a minute in which it is away' = 'kill -9 $(cat /run/access-point/device/hostapd.pid); sleep 30; /share/access-point device PROV_261FCC 1 192.168.4.1 /run/softap-key'
}
$withoutPatience = $withKey.Clone()
$withoutPatience.ExchangeTimeout = 30
foreach ($change in $changes.Keys) {
    Check "a change of channel right after Apply, $change" {
        Start-AccessPoint
        # Connected is read once, and then the service stops: where that answer is lost, so is the outcome.
        Start-Device 'KeepServiceUp = $true'
        [IO.File]::WriteAllText('/run/device/on-apply', $changes[$change])
        # What is asked while nobody is there is not answered, however long one waits.
        $session = $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withoutPatience
        Set-Network $session
        Assert (Test-Path /run/device/applied) 'the channel was not changed'
        Remove-Item /run/device/applied
        Assert ($change -notlike '*away*' -or $session.HandshakeCount -gt 1) 'the session was not renewed'
        Write-Host "# $($session.HandshakeCount) handshakes"
        $session | Disconnect-EspProvSession
    }
}
Start-AccessPoint

# --- an open access point; a machine that was on no network

Check 'a machine that was on no network is on none afterwards' -Network '' {
    Start-Device
    $null = & nmcli connection down office
    $session = $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withKey
    Set-Network $session
    $session | Disconnect-EspProvSession
}
Start-AccessPoint ''
Check 'an open access point' {
    Start-Device
    $open = Find-EspProvDevice PROV_ -Transport SoftAP -Timeout 120 -ErrorAction Stop
    Assert (-not $open.Description) "$($open.Description)"
    $session = $open | Connect-EspProvSession -ProofOfPossession abcd1234 @patience
    Set-Network $session
    $session | Disconnect-EspProvSession
}
Check 'an open access point is not joined where a key was given' {
    $id = Get-IdOf { $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withKey }
    Assert ($id -eq 'WrongSoftApKey') $id
}
Start-AccessPoint

# --- again and again

Start-Device 'KeepServiceUp = $true'
Check "$Cycles times connect, provision, disconnect" {
    foreach ($cycle in 1..$Cycles) {
        $session = $found | Connect-EspProvSession -ProofOfPossession abcd1234 @withKey
        Set-Network $session
        $session | Reset-EspWifiProvisioning -Reprovision -ErrorAction Stop
        $session | Disconnect-EspProvSession
        Assert ((Get-Network) -eq 'office') "cycle ${cycle}: on $(Get-Network)"
        if ($cycle -eq 2 -or $cycle -eq $Cycles) {
            [GC]::Collect(); [GC]::WaitForPendingFinalizers(); [GC]::Collect()
            $handles = [IO.Directory]::GetFileSystemEntries('/proc/self/fd').Count
            Write-Host "# after $cycle cycles: $handles handles"
            if ($cycle -eq 2) { $first = $handles } else { $last = $handles }
        }
    }
    if ($Cycles -gt 2) { Assert ($last -le $first + 3) "$last handles, $first after two cycles" }
}
exit $failed
