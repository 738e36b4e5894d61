@{
    RootModule           = 'bin/EspProv.PowerShell.dll'
    NestedModules        = @('bin/EspProv.Loader.dll')
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0d2c0e-5c1b-4a53-9a0c-3b8f6a1d7e42'
    Author               = 'EspProv contributors'
    CompanyName          = 'EspProv contributors'
    Copyright            = 'EspProv contributors. MIT licence.'
    Description          = 'Gives Espressif devices (ESP32 family) their Wi-Fi or Thread credentials over Bluetooth LE, SoftAP or a serial port: finds them, opens a secure session, scans, sends credentials and follows the result; one at a prompt, or a fleet from a CSV file. Makes security 2 credentials and QR labels, and brings virtual devices to try it on.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('EspProv.Format.ps1xml')
    CmdletsToExport      = @(
        'Clear-EspBoardNvs'
        'Clear-EspVirtualDevice'
        'Connect-EspProvSession'
        'ConvertFrom-EspQrCode'
        'Disconnect-EspProvSession'
        'Export-EspSec2Credential'
        'Find-EspProvDevice'
        'Get-EspBoard'
        'Get-EspBoardLog'
        'Get-EspProvCapability'
        'Get-EspProvSession'
        'Get-EspThreadScan'
        'Get-EspThreadStatus'
        'Get-EspVirtualDevice'
        'Get-EspVirtualDeviceLog'
        'Get-EspWifiScan'
        'Get-EspWifiStatus'
        'Import-EspProvJournal'
        'Invoke-EspProvisioning'
        'New-EspProvReport'
        'New-EspQrCode'
        'New-EspSec2Credential'
        'Reset-EspThreadProvisioning'
        'Reset-EspWifiProvisioning'
        'Restart-EspVirtualDevice'
        'Send-EspCustomData'
        'Set-EspThreadDataset'
        'Set-EspWifiCredential'
        'Start-EspVirtualDevice'
        'Stop-EspVirtualDevice'
        'Test-EspSec2Credential'
        'Watch-EspBoardLog'
    )
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    PrivateData          = @{
        PSData = @{
            Tags = @('ESP32', 'Espressif', 'Provisioning', 'WiFi', 'Thread', 'IoT', 'PSEdition_Core', 'Linux', 'Windows', 'MacOS')
        }
    }
}
