<#
.SYNOPSIS
    Provisions two devices from nothing, without hardware, and shows what goes wrong when a secret is wrong.

.DESCRIPTION
    Two virtual devices are started in this process: real HTTP on loopback, the firmware's side of the protocol, a small
    made-up Wi-Fi world around them. They are found, asked what they can do, and given Wi-Fi credentials, exactly as real
    ones would be. On the way a wrong proof of possession and a wrong passphrase are tried, so that you have seen the errors
    before you meet them.

    The script checks every step itself and ends with exit code 0 only if all of it happened. It needs PowerShell 7.4 or later, of this
    machine or of this repository:

        pwsh examples/quickstart.ps1        (after: dotnet build)
        dotnet run --project tools/EspProv.Shell -- examples/quickstart.ps1
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0

if (-not (Get-Command Start-EspVirtualDevice -ErrorAction Ignore)) {
    Import-Module (Join-Path $PSScriptRoot '..' 'EspProv.psd1')
}

function Write-Chapter([string] $Text) {
    Write-Host ''
    Write-Host "== $Text" -ForegroundColor Cyan
}

function Write-Command([string] $Text) {
    Write-Host "PS> $Text" -ForegroundColor DarkGray
}

# What this script promises is checked, not hoped for.
function Assert-That([bool] $Condition, [string] $Promise) {
    if (-not $Condition) {
        throw "This was promised and did not happen: $Promise"
    }
    Write-Host "   ok: $Promise" -ForegroundColor Green
}

# Runs something that must fail with this error id, and shows what the error says.
function Show-ExpectedError([string] $ErrorId, [scriptblock] $Action) {
    $problem = $null
    try {
        & $Action | Out-Null
    }
    catch {
        $problem = $_
    }

    Assert-That ($null -ne $problem) 'that was refused'
    Write-Host "   error id:       $($problem.FullyQualifiedErrorId)"
    Write-Host "   it says:        $problem" -ForegroundColor Yellow
    Write-Host "   what to do:     $($problem.ErrorDetails.RecommendedAction)" -ForegroundColor Yellow
    Assert-That ($problem.FullyQualifiedErrorId -like "$ErrorId,*") "the error id is $ErrorId"
    Assert-That (-not [string]::IsNullOrEmpty($problem.ErrorDetails.RecommendedAction)) 'the error says what to do next'
}

function ConvertTo-Secret([string] $Text) {
    ConvertTo-SecureString $Text -AsPlainText -Force
}

# Secrets are SecureStrings at every cmdlet. In a script of yours they come from Read-Host -AsSecureString or a vault.
$pop = ConvertTo-Secret 'abcd1234'
$key = ConvertTo-Secret 'mypassword'
$account = [pscredential]::new('wifiprov', (ConvertTo-Secret 'abcd1234'))
$names = 'PROV_5EC001', 'PROV_5EC002'
$exitCode = 1

try {
    Write-Chapter '1. Two devices, without hardware'
    Write-Host 'One speaks security 1 and has a proof of possession (PoP) on its label; one speaks security 2,'
    Write-Host 'with a username and a password. Both are as new: no Wi-Fi credentials yet.'
    Write-Command "Start-EspVirtualDevice PROV_5EC001 -SecurityVersion Security1 -ProofOfPossession `$pop"
    Write-Command "Start-EspVirtualDevice PROV_5EC002 -SecurityVersion Security2 -Username wifiprov -Password `$password"
    $started = @(
        Start-EspVirtualDevice $names[0] -SecurityVersion Security1 -ProofOfPossession $pop
        Start-EspVirtualDevice $names[1] -SecurityVersion Security2 -Username $account.UserName -Password $account.Password
    )
    $started | Format-Table Name, Address, SecurityVersion, State | Out-Host
    Assert-That ($started.Count -eq 2) 'two devices are running'
    Assert-That (@($started | Where-Object { "$($_.State)" -eq 'Provisioning' }).Count -eq 2) 'both wait to be provisioned'

    Write-Chapter '2. Find them'
    Write-Command "Find-EspProvDevice PROV_5EC"
    $found = @(Find-EspProvDevice PROV_5EC | Sort-Object Name)
    $found | Format-Table Name, Transport, Address | Out-Host
    Assert-That ($found.Count -eq 2) 'both were found'

    Write-Chapter '3. What can they do? No secret is needed to ask'
    Write-Command "Find-EspProvDevice PROV_5EC | Get-EspProvCapability"
    $capabilities = @($found | Get-EspProvCapability)
    $capabilities | Format-Table Name, Version, SecurityVersion, Capabilities | Out-Host
    Assert-That ("$($capabilities[0].SecurityVersion)" -eq 'Security1') 'the first says that it speaks security 1'
    Assert-That ("$($capabilities[1].SecurityVersion)" -eq 'Security2') 'the second says that it speaks security 2'
    Assert-That ($capabilities[0].Capabilities -contains 'wifi_scan') 'the first can scan for networks'

    Write-Chapter '4. A wrong proof of possession'
    Write-Host 'The handshake proves that you know the secret without sending it. A wrong one gets no session:'
    Write-Command "Connect-EspProvSession `$found[0] -ProofOfPossession `$wrong"
    Show-ExpectedError 'WrongCredentials' { Connect-EspProvSession $found[0] -ProofOfPossession (ConvertTo-Secret 'abcd9999') }
    Assert-That (@(Get-EspProvSession).Count -eq 0) 'no session was left behind'

    Write-Chapter '5. The right one'
    Write-Command "`$session = Connect-EspProvSession `$found[0] -ProofOfPossession `$pop"
    $session = Connect-EspProvSession $found[0] -ProofOfPossession $pop
    $session | Format-List Name, Address, SecurityVersion, State | Out-Host
    Assert-That ("$($session.State)" -eq 'Opened') 'the session is open, and encrypted'

    Write-Chapter '6. Which networks does the device see?'
    Write-Command "`$session | Get-EspWifiScan"
    $networks = @($session | Get-EspWifiScan)
    $networks | Format-Table | Out-Host
    Assert-That ($networks.Count -eq 5) 'five access points, best signal first'
    Assert-That ($networks[0].Ssid -eq 'MyHomeWiFiAP') 'the home network is the strongest'

    Write-Chapter '7. Something for the application'
    Write-Host 'Firmware may have endpoints of its own; the stock example has custom-data.'
    Write-Command "`$session | Send-EspCustomData -Text 'hello device'"
    $answer = $session | Send-EspCustomData -Text 'hello device'
    Write-Host "   the device answers: $($answer.Text)"
    Assert-That ($answer.Text -eq 'SUCCESS') 'the application took it'

    Write-Chapter '8. First without touching anything'
    Write-Command "`$session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase `$key -WhatIf"
    $before = (Get-EspVirtualDevice $names[0]).RequestCount
    $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase $key -WhatIf
    Assert-That ((Get-EspVirtualDevice $names[0]).RequestCount -eq $before) '-WhatIf sent nothing to the device'

    Write-Chapter '9. Provision it'
    Write-Command "`$session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase `$key"
    $result = $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase $key
    $result | Format-List Device, Ssid, Outcome, IPAddress, Bssid, Channel, Auth | Out-Host
    Assert-That ("$($result.Outcome)" -eq 'Connected') 'the device itself says that it is connected'
    Assert-That ([bool] $result.IPAddress) "it has the address $($result.IPAddress)"
    $session | Disconnect-EspProvSession

    Write-Chapter '10. The other device, and a wrong passphrase'
    Write-Host 'Security 2 wants a username and a password. The session is fine, but the Wi-Fi passphrase is not:'
    Write-Command "`$session = Connect-EspProvSession `$found[1] -Credential `$account"
    $session = Connect-EspProvSession $found[1] -Credential $account
    Assert-That ("$($session.SecurityVersion)" -eq 'Security2') 'a session with security 2'
    Write-Command "`$session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase `$wrong"
    Show-ExpectedError 'WifiAuthError' { $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase (ConvertTo-Secret 'not-the-key') }
    $status = $session | Get-EspWifiStatus
    Assert-That ("$($status.State)" -eq 'ConnectionFailed' -and "$($status.FailReason)" -eq 'AuthError') 'the device tells the same story when asked'

    Write-Chapter '11. The way back: reset, and set the right one'
    Write-Host 'A device that failed takes no new credentials before it is reset. The session goes on.'
    Write-Command "`$session | Reset-EspWifiProvisioning"
    $session | Reset-EspWifiProvisioning
    Write-Command "`$session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase `$key"
    $result = $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase $key
    Assert-That ("$($result.Outcome)" -eq 'Connected') "connected, with the address $($result.IPAddress)"
    $session | Disconnect-EspProvSession

    Write-Chapter '12. What the device had to say'
    Write-Host 'Its monitor log, as on a serial port:'
    Write-Command "Get-EspVirtualDeviceLog PROV_5EC002"
    $log = @(Get-EspVirtualDeviceLog $names[1] | ForEach-Object Line)
    $log | ForEach-Object { Write-Host "   $_" }
    Assert-That (@($log -match 'Provisioning started with service name : PROV_5EC002').Count -gt 0) 'it announced its service'
    Assert-That (@($log -match 'Connected with IP Address').Count -gt 0) 'it logged its address'
    Assert-That (@($log -match 'mypassword').Count -eq 0) 'the passphrase is not in it'
    $exitCode = 0
}
catch {
    # On the error stream with the place where it happened, for whoever has to find out why.
    Write-Host ''
    Write-Host 'The quick start did not get through.' -ForegroundColor Red
    Write-Error "$_`n$($_.InvocationInfo.PositionMessage)" -ErrorAction Continue
}
finally {
    Get-EspProvSession | Disconnect-EspProvSession -ErrorAction Continue
    Get-EspVirtualDevice | Where-Object Name -In $names | Stop-EspVirtualDevice -ErrorAction Continue
}

if (@(Get-EspVirtualDevice | Where-Object Name -In $names).Count -gt 0 -or @(Get-EspProvSession).Count -gt 0) {
    Write-Error 'A device or a session is still there.' -ErrorAction Continue
    $exitCode = 1
}

if ($exitCode -eq 0) {
    Write-Chapter 'Done: two devices provisioned, everything stopped'
    Write-Host 'With real hardware only the first step differs: Find-EspProvDevice finds what is in range, or give the'
    Write-Host 'address of a device whose SoftAP you have joined: Connect-EspProvSession -Address 192.168.4.1'
}

exit $exitCode
