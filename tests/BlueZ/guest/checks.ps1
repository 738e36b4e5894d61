# The main job over Bluetooth, on the real stack: the peripheral on hci1, the cmdlets on hci0. Each check is a line of output.
param([int] $Cycles = 100)

$ProgressPreference = 'SilentlyContinue'
$clock = [System.Diagnostics.Stopwatch]::StartNew()
$failed = 0
# The guest is emulated, on machines that do other things as well: time is no question here.
$patience = @{ ConnectTimeout = 300; ExchangeTimeout = 120 }

function Check([string] $Name, [scriptblock] $Test) {
    $at = '{0,7:0.0} s' -f $clock.Elapsed.TotalSeconds
    try {
        $result = & $Test
        if ($result -is [bool] -and -not $result) { throw 'it does not hold' }
        Write-Host "ok $Name ($at)"
    }
    catch {
        Write-Host "FAIL $Name ($at): $($_.FullyQualifiedErrorId): $_"
        $script:failed++
    }
}

function Assert([bool] $Condition, [string] $What) { if (-not $Condition) { throw $What } }

function Start-Peripheral([hashtable] $Options) {
    Get-EspVirtualDevice | Stop-EspVirtualDevice
    Start-EspVirtualDevice -Transport Ble -Adapter hci1 -ErrorAction Stop @Options
}

function Find-Peripheral([string] $Name) {
    # A scan that is started again hears an advertiser again; see boot.
    foreach ($attempt in 1..10) {
        $found = Find-EspProvDevice -Transport Ble -Adapter hci0 -NamePrefix $Name -First 1 -Timeout 60 -ErrorAction Stop
        if ($found) { return $found }
    }
    throw "$Name was not found"
}

# What BlueZ itself says, by the system's own client.
function Get-BlueZ([string] $Path, [string] $Interface, [string] $Property) {
    "$(& dbus-send --system --print-reply=literal --dest=org.bluez $Path org.freedesktop.DBus.Properties.Get "string:$Interface" "string:$Property" 2>$null)".Trim()
}

function Get-PathOnCentral($Peripheral) { '/org/bluez/hci0/dev_' + $Peripheral.Address.Replace(':', '_') }

# --- security 1

$device = Start-Peripheral @{ Name = 'PROV_SEC1'; ManufacturerData = 0xE5, 0x02, 0x01, 0x02 }
Check 'a device is found by its name' {
    $script:found = Find-Peripheral PROV_SEC1
    Assert ($found.Address -eq $device.Address) "address $($found.Address)"
    Assert ($found.ServiceUuids -contains '021a9004-0382-4aea-bff4-6b3f1c5adfb4') "services $($found.ServiceUuids)"
    Assert ($found.ManufacturerData -eq 'e5020102') "manufacturer data $($found.ManufacturerData)"
}
Check 'a device is found by its service' {
    $byService = Find-EspProvDevice -Transport Ble -Adapter hci0 -ServiceUuid 021a9004-0382-4aea-bff4-6b3f1c5adfb4 -First 1 -Timeout 300 -ErrorAction Stop
    Assert ($byService.Name -eq 'PROV_SEC1') "$byService"
}
Check 'capabilities are read without a session' {
    $capability = $found | Get-EspProvCapability @patience -ErrorAction Stop
    Assert ($capability.Version -eq 'v1.1') "version $($capability.Version)"
}
Check 'a wrong proof of possession is refused' {
    try { $found | Connect-EspProvSession -ProofOfPossession wrong @patience -ErrorAction Stop; $id = 'no error' }
    catch { $id = $_.FullyQualifiedErrorId }
    Assert ($id -like 'WrongCredentials*') $id
}
Check 'security 1: connect, scan, custom data, provision' {
    $session = $found | Connect-EspProvSession -ProofOfPossession abcd1234 @patience -ErrorAction Stop
    Assert (@($session | Get-EspWifiScan -ErrorAction Stop).Count -gt 0) 'no networks'
    $answer = $session | Send-EspCustomData -Text ('x' * 450) -ErrorAction Stop
    Assert ("$($answer.Text)" -like 'SUCCESS*') "custom data: $($answer.Text)"
    $result = $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Timeout 300 -ErrorAction Stop
    Assert ($result.Status -eq 'Connected') "$($result.Status) $($result.Reason)"
    $session | Disconnect-EspProvSession
}
Check 'a provisioned device leaves the air' {
    foreach ($second in 1..120) {
        $stopped = "$(Get-EspVirtualDeviceLog PROV_SEC1)" -match 'Provisioning stopped'
        if ($stopped -and (Get-BlueZ /org/bluez/hci1 org.bluez.LEAdvertisingManager1 ActiveInstances) -match 'byte 0') { return $true }
        Start-Sleep -Seconds 1
    }
    $false
}

# --- security 2, and a name that BlueZ has not seen yet

$device = Start-Peripheral @{ Name = 'PROV_SEC2'; SecurityVersion = 2 }
Check 'security 2: find, connect, provision in one pipeline' {
    $result = Find-Peripheral PROV_SEC2 | Connect-EspProvSession -Username wifiprov -Password abcd1234 @patience -ErrorAction Stop |
        Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Timeout 300 -ErrorAction Stop
    Assert ($result.Status -eq 'Connected') "$($result.Status) $($result.Reason)"
    Get-EspProvSession | Disconnect-EspProvSession
}

# --- a link that is lost

$device = Start-Peripheral @{ Name = 'PROV_LOST' }
Check 'a session survives a lost link by a new handshake' {
    $session = Find-Peripheral PROV_LOST | Connect-EspProvSession -ProofOfPossession abcd1234 @patience -ErrorAction Stop
    $null = & dbus-send --system --print-reply --dest=org.bluez (Get-PathOnCentral $device) org.bluez.Device1.Disconnect
    Assert (@($session | Get-EspWifiScan -ErrorAction Stop).Count -gt 0) 'no networks'
    Assert ($session.HandshakeCount -eq 2) "$($session.HandshakeCount) handshakes"
    $session | Disconnect-EspProvSession
}

# --- forced encryption

$device = Start-Peripheral @{ Name = 'PROV_PAIR'; ForceEncryption = $true }
foreach ($pair in $false, $true) {
    Check "forced encryption is answered by pairing (-Pair:`$$pair)" {
        $session = Find-Peripheral PROV_PAIR | Connect-EspProvSession -ProofOfPossession abcd1234 -Pair:$pair @patience -ErrorAction Stop
        Assert (@($session | Get-EspWifiScan -ErrorAction Stop).Count -gt 0) 'no networks'
        Assert ((Get-BlueZ (Get-PathOnCentral $device) org.bluez.Device1 Paired) -match 'true') 'not paired'
        $session | Disconnect-EspProvSession
        Assert ((Get-BlueZ (Get-PathOnCentral $device) org.bluez.Device1 Paired) -notmatch 'true') 'the bond was kept'
    }
}

# --- again and again

$device = Start-Peripheral @{ Name = 'PROV_MANY'; KeepServiceUp = $true; ConnectDelay = 0 }
Check "$Cycles times connect, provision, disconnect" {
    $many = Find-Peripheral PROV_MANY
    foreach ($cycle in 1..$Cycles) {
        $session = $many | Connect-EspProvSession -ProofOfPossession abcd1234 @patience -ErrorAction Stop
        $result = $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Timeout 300 -ErrorAction Stop
        Assert ($result.Status -eq 'Connected') "cycle ${cycle}: $($result.Status) $($result.Reason)"
        $session | Reset-EspWifiProvisioning -Reprovision -ErrorAction Stop
        $session | Disconnect-EspProvSession
        if ($cycle -eq 10 -or $cycle -eq $Cycles) {
            [GC]::Collect(); [GC]::WaitForPendingFinalizers(); [GC]::Collect()
            $now = @{
                Handles = [IO.Directory]::GetFileSystemEntries('/proc/self/fd').Count
                Threads = [IO.Directory]::GetFileSystemEntries('/proc/self/task').Count
                Memory = [GC]::GetTotalMemory($true)
            }
            Write-Host ('# after {0} cycles: {1} handles, {2} threads, {3:0.0} MB in use' -f $cycle, $now.Handles, $now.Threads, ($now.Memory / 1MB))
            if ($cycle -eq 10) { $first = $now } else { $last = $now }
        }
    }
    if ($Cycles -gt 10) {
        Assert ($last.Handles -le $first.Handles + 3) "$($last.Handles) handles, $($first.Handles) after ten cycles"
        # PowerShell keeps a little for every statement that it ran (compiled scripts, history of errors).
        Assert ($last.Memory -le $first.Memory + 3MB) "$($last.Memory) bytes, $($first.Memory) after ten cycles"
    }
}
Get-EspVirtualDevice | Stop-EspVirtualDevice
exit $failed
