<#
.SYNOPSIS
    Provisions two devices without hardware, and shows what goes wrong when a secret is wrong.

.DESCRIPTION
    Two virtual devices are started in this process: real HTTP on loopback, the firmware's side of the protocol, and a few simulated Wi-Fi
    networks. They are found, asked for their capabilities, and given Wi-Fi credentials, like real ones. Each command is shown as it is
    typed, with its output. A wrong proof of possession and a wrong passphrase are tried too, with their errors and how to correct them.

    The script checks every step and ends with exit code 0 only if all of them worked. It needs PowerShell 7.4 or later, installed or from
    this repository:

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

# Shows a command as it is typed at a prompt, and returns it. The caller runs it, so that its variables are set there.
function Show-Command([scriptblock] $Command) {
    $lines = "$Command".Trim() -split '\r?\n' | ForEach-Object { $_.Trim() }
    Write-Host "PS> $($lines -join "`n>>      ")" -ForegroundColor Yellow
    $Command
}

function Assert-That([bool] $Condition, [string] $Promise) {
    if (-not $Condition) { throw "This did not happen: $Promise" }
    Write-Host "ok: $Promise" -ForegroundColor Green
}

# Runs a command that must fail with this error id, and shows the error as a prompt shows it.
function Show-Failure([string] $ErrorId, [scriptblock] $Command) {
    $problem = $null
    try { . (Show-Command $Command) | Out-Null }
    catch { $problem = $_ }
    if ($null -eq $problem) { throw "This was expected to fail with ${ErrorId}: $Command" }
    Write-Host "$($problem.InvocationInfo.MyCommand): $problem" -ForegroundColor Red
    Write-Host "  Recommendation: $($problem.ErrorDetails.RecommendedAction)" -ForegroundColor Red
    Assert-That ($problem.FullyQualifiedErrorId -like "$ErrorId,*") "refused, with the error id $ErrorId"
}

$names = 'PROV_5EC001', 'PROV_5EC002', 'PROV_5EC003'
$exitCode = 1

try {
    Write-Chapter '1. Two devices without hardware: one of security 1, one of security 2'
    . (Show-Command { Start-EspVirtualDevice PROV_5EC001 -ProofOfPossession abcd1234 }) | Out-Host
    . (Show-Command { Start-EspVirtualDevice PROV_5EC002 -SecurityVersion 2 -Username wifiprov -Password abcd1234 }) | Out-Host
    $devices = @(Get-EspVirtualDevice PROV_5EC00?)
    Assert-That (@($devices | Where-Object State -EQ Provisioning).Count -eq 2) 'both run, and wait for Wi-Fi credentials'

    Write-Chapter '2. Find them, and ask what they can do. No secret is needed for that'
    . (Show-Command { Find-EspProvDevice PROV_5EC }) | Tee-Object -Variable found | Out-Host
    . (Show-Command { Find-EspProvDevice PROV_5EC | Get-EspProvCapability }) | Tee-Object -Variable capability | Out-Host
    Assert-That ($found.Count -eq 2) 'both were found'
    Assert-That ("$($capability.SecurityVersion)" -eq 'Security1 Security2') 'each says which security scheme it speaks'

    Write-Chapter '3. A wrong proof of possession gets no session'
    Show-Failure WrongCredentials { Find-EspProvDevice PROV_5EC001 | Connect-EspProvSession -ProofOfPossession abcd9999 }
    Assert-That (@(Get-EspProvSession).Count -eq 0) 'no session was left behind'

    Write-Chapter '4. The right one gets an encrypted session'
    . (Show-Command { $session = Find-EspProvDevice PROV_5EC001 | Connect-EspProvSession -ProofOfPossession abcd1234 })
    . (Show-Command { $session }) | Out-Host
    Assert-That ("$($session.State)" -eq 'Opened') 'the session is open'

    Write-Chapter '5. Which networks does the device see?'
    . (Show-Command { $session | Get-EspWifiScan }) | Tee-Object -Variable networks | Out-Host
    Assert-That ($networks.Count -eq 5 -and $networks[0].Ssid -eq 'MyHomeWiFiAP') 'five access points, the strongest first'

    Write-Chapter '6. Something for the application: firmware may have endpoints of its own'
    . (Show-Command { $session | Send-EspCustomData -Text 'hello device' }) | Tee-Object -Variable answer | Out-Host
    Assert-That ($answer.Text -eq 'SUCCESS') 'the application took it'

    Write-Chapter '7. -WhatIf says what would be done, and sends nothing'
    $before = (Get-EspVirtualDevice $names[0]).RequestCount
    . (Show-Command { $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -WhatIf }) | Out-Host
    Assert-That ((Get-EspVirtualDevice $names[0]).RequestCount -eq $before) 'nothing was sent to the device'

    Write-Chapter '8. Provision it'
    . (Show-Command { $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword }) | Tee-Object -Variable result | Out-Host
    Assert-That ("$($result.Status)" -eq 'Connected' -and [bool] $result.IPAddress) 'the device says that it is connected, with an IP address'
    . (Show-Command { $session | Disconnect-EspProvSession })

    Write-Chapter '9. The other device: a username and a password, and a wrong Wi-Fi passphrase'
    Write-Host 'Secrets are SecureStrings and PSCredentials. At a prompt plain text is taken'
    Write-Host 'too; a script has them from Read-Host -AsSecureString, or from a vault.'
    . (Show-Command { $login = [pscredential]::new('wifiprov', (ConvertTo-SecureString abcd1234 -AsPlainText -Force)) })
    . (Show-Command { $session = Find-EspProvDevice PROV_5EC002 | Connect-EspProvSession -Credential $login })
    Show-Failure WifiAuthError { $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase not-the-passphrase }
    . (Show-Command { $session | Get-EspWifiStatus }) | Tee-Object -Variable status | Out-Host
    Assert-That ("$($status.FailReason)" -eq 'AuthError') 'the device says the same when it is asked'

    Write-Chapter '10. The way out: reset, and set the right one, in the same session'
    . (Show-Command { $session | Reset-EspWifiProvisioning })
    . (Show-Command { $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword }) | Tee-Object -Variable result | Out-Host
    Assert-That ("$($result.Status)" -eq 'Connected') 'connected'
    . (Show-Command { $session | Disconnect-EspProvSession })

    Write-Chapter '11. What the device had to say on its serial monitor'
    . (Show-Command { Get-EspVirtualDeviceLog PROV_5EC002 }) | Tee-Object -Variable log | Out-Host
    Assert-That (@($log.Line -match 'Connected with IP Address').Count -gt 0) 'it logged its address'
    Assert-That (@($log.Line -match 'mypassword').Count -eq 0) 'the passphrase is not in its log'

    # A virtual board is a pseudo-terminal, which Windows does not have.
    if (-not $IsWindows) {
        Write-Chapter '12. A board on a cable that is provisioned already'
        Write-Host 'A virtual board has no reset lines, and is restarted by commands; a real one is'
        Write-Host 'restarted by -Reset, and by Clear-EspBoardNvs itself.'
        . (Show-Command { $board = Start-EspVirtualDevice PROV_5EC003 -Transport Serial -ShowQr })
        $board | Set-EspWifiCredential -ProofOfPossession abcd1234 -Ssid MyHomeWiFiAP -Passphrase mypassword | Out-Null
        Restart-EspVirtualDevice PROV_5EC003
        . (Show-Command { $board | Watch-EspBoardLog -Event -Until Provisioning, AlreadyProvisioned -Timeout 20 }) | Tee-Object -Variable events | Out-Host
        Assert-That ($events[-1].Kind -eq 'AlreadyProvisioned') 'its log says why provisioning does not start'
        Restart-EspVirtualDevice PROV_5EC003 -Loader
        . (Show-Command { $board | Clear-EspBoardNvs -InLoader -Confirm:$false }) | Tee-Object -Variable cleared | Out-Host
        Assert-That ("$($cleared.Status)" -eq 'Erased') 'its credentials are erased, and nothing else'
        Assert-That ("$($cleared.State)" -eq 'Provisioning') 'it says that it can be provisioned again'
        Restart-EspVirtualDevice PROV_5EC003
        . (Show-Command { $code = $board | Watch-EspBoardLog -Event -Until Provisioning -Timeout 20 | Where-Object Kind -EQ QrCode | Select-Object -Last 1 })
        . (Show-Command { $board | Set-EspWifiCredential -ProofOfPossession $code.ProofOfPossession -Ssid MyHomeWiFiAP -Passphrase mypassword }) |
            Tee-Object -Variable result | Out-Host
        Assert-That ("$($result.Status)" -eq 'Connected') 'provisioned again, with the proof that its log prints as a QR code'
    }

    $exitCode = 0
}
catch {
    Write-Host ''
    Write-Host 'The quickstart did not get through.' -ForegroundColor Red
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
    Write-Chapter 'Done: everything provisioned, everything stopped'
    Write-Host 'With real hardware only the first step differs: Find-EspProvDevice finds what'
    Write-Host 'is in range, or give the address of a device whose access point you have'
    Write-Host 'joined: Connect-EspProvSession -Address 192.168.4.1'
}

exit $exitCode
