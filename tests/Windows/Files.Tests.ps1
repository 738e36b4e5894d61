# Files as Windows has them: names with drive letters, devices among the names, access lists, files that another process has open.
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingConvertToSecureStringWithPlainText', '')]
param()

BeforeAll {
    Import-Module "$PSScriptRoot/../../EspProv.psd1" -Force
    $folder = (New-Item -ItemType Directory "$TestDrive/Prüf Gerät").FullName
    $device = Start-EspVirtualDevice -ConnectDelay 0 -KeepServiceUp
    $row = [pscustomobject]@{ Address = $device.Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' }
}

AfterAll {
    Get-EspVirtualDevice | Stop-EspVirtualDevice
}

Describe 'A journal' {
    It 'is written at <Case>' -ForEach @(
        @{ Case = 'a path with a drive letter'; Make = { param($name) Join-Path $folder $name } }
        @{ Case = 'a path with slashes'; Make = { param($name) (Join-Path $folder $name).Replace('\', '/') } }
        @{ Case = 'an extended path'; Make = { param($name) "\\?\$(Join-Path $folder $name)" } }
        @{
            Case = 'a path that is too long for old programs'
            Make = { param($name) Join-Path (New-Item -ItemType Directory (Join-Path $folder ('x' * 200) ('y' * 100))).FullName $name }
        }
    ) {
        $path = & $Make "$([guid]::NewGuid()).jsonl"
        ($row | Invoke-EspProvisioning -JournalPath $path).Status | Should -Be 'Connected'
        [IO.File]::ReadAllText($path) | Should -Match '"type":"end"'
        [IO.File]::Exists("$path.lock") | Should -BeFalse
        ($row | Invoke-EspProvisioning -JournalPath $path -Resume).Reason | Should -Be 'ConnectedByEarlierRun'
    }

    It 'is refused where Windows has a device of that name' {
        { $row | Invoke-EspProvisioning -JournalPath "$folder\NUL" -Resume -ErrorAction Stop } |
            Should -Throw -ErrorId 'JournalNotWritable*'
    }

    It 'is in use while another has it open, and says so' {
        $path = Join-Path $folder 'used.jsonl'
        $other = [IO.FileStream]::new("$path.lock", 'OpenOrCreate', 'ReadWrite', 'None', 1, 'DeleteOnClose')
        try {
            { $row | Invoke-EspProvisioning -JournalPath $path -ErrorAction Stop } | Should -Throw -ErrorId 'JournalInUse*'
        }
        finally {
            $other.Dispose()
        }
        ($row | Invoke-EspProvisioning -JournalPath $path).Status | Should -Be 'Connected'
    }

    It 'may be read while the run goes on' {
        $path = Join-Path $folder 'read.jsonl'
        $seen = $row | Invoke-EspProvisioning -JournalPath $path | ForEach-Object {
            Get-Content $path -Raw
            Import-EspProvJournal $path -WarningAction SilentlyContinue
        }
        $seen[0] | Should -Match '"type":"run"'
        $seen[1].Row | Should -Be 1
    }

    It 'is not written where a program keeps others from it, and the message names it' {
        $path = Join-Path $folder 'kept.jsonl'
        $other = [IO.FileStream]::new($path, 'OpenOrCreate', 'ReadWrite', 'None')
        try {
            { $row | Invoke-EspProvisioning -JournalPath $path -Resume -ErrorAction Stop } |
                Should -Throw -ErrorId 'JournalNotWritable*' -ExpectedMessage '*kept.jsonl*'
        }
        finally {
            $other.Dispose()
        }
    }
}

Describe 'A report' {
    It 'does not replace one without -Force, and says so where a program has it open' {
        $results = $row | Invoke-EspProvisioning
        $path = Join-Path $folder 'report.html'
        ($results | New-EspProvReport $path).FullName | Should -Be $path
        { $results | New-EspProvReport $path -ErrorAction Stop } | Should -Throw -ErrorId 'FileNotWritable*' -ExpectedMessage '*exists*'
        $other = [IO.File]::Open($path, 'Open', 'Read', 'None')
        try {
            { $results | New-EspProvReport $path -Force -ErrorAction Stop } | Should -Throw -ErrorId 'FileNotWritable*'
        }
        finally {
            $other.Dispose()
        }
        $results | New-EspProvReport $path -Force | Should -Exist
    }
}

Describe 'A file with secrets' {
    It 'is its owner''s alone' {
        $path = Join-Path $folder 'code.png'
        New-EspQrCode -Name PROV_FILES -Transport SoftAP -ProofOfPossession abcd1234 -Path $path | Out-Null
        [IO.File]::ReadAllBytes($path)[1..3] | Should -Be ([byte[]][char[]]'PNG')

        # Wine gives every file to the system as well.
        $readers = (Get-Acl $path).Access.IdentityReference.Value | Where-Object { $_ -ne 'NT AUTHORITY\SYSTEM' } | Sort-Object -Unique
        $readers | Should -Be ([Security.Principal.WindowsIdentity]::GetCurrent().Name)
    }
}

Describe 'The state of a virtual device' {
    It 'outlives the device' {
        $state = Join-Path $folder 'state.json'
        Start-EspVirtualDevice PROV_STATE -StatePath $state -ConnectDelay 0 |
            Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword -Pop abcd1234 | Out-Null
        Stop-EspVirtualDevice PROV_STATE
        (Start-EspVirtualDevice PROV_STATE -StatePath $state).State | Should -Be 'AlreadyProvisioned'
        (Clear-EspVirtualDevice PROV_STATE -PassThru).State | Should -Be 'Provisioning'
    }
}
