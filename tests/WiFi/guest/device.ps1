# The device behind the access point, in the network namespace of that: starts what it finds in /run/device/next, one after the other, and
# runs /run/device/on-apply, where that is, as soon as credentials are applied.
$ProgressPreference = 'SilentlyContinue'
$ErrorActionPreference = 'Stop'
$number = 0
while ($true) {
    if (Test-Path /run/device/next) {
        $options = & ([scriptblock]::Create([IO.File]::ReadAllText('/run/device/next')))
        Get-EspVirtualDevice | Stop-EspVirtualDevice
        $device = Start-EspVirtualDevice -ListenAddress 192.168.4.1 -Port 80 @options
        Remove-Item /run/device/next
        $number++
        [IO.File]::WriteAllText('/run/device/started', "$number")
    }
    if ((Test-Path /run/device/on-apply) -and "$(Get-EspVirtualDeviceLog $device.Name)" -match 'Received Wi-Fi credentials') {
        [IO.File]::Move('/run/device/on-apply', '/run/device/applied')
        & sh /run/device/applied >/run/device/applied.log 2>&1
    }
    Start-Sleep -Milliseconds 100
}
