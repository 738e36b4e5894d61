# What is left of a process that a signal ends; SoftAP.Tests.ps1 has the way back to the former network.
Describe 'A process that is sent SIG<Signal>' -Skip:$IsWindows -ForEach @{ Signal = 'TERM'; ExitCode = 143 }, @{ Signal = 'HUP'; ExitCode = 129 } {
    BeforeAll {
        . "$PSScriptRoot/Pwsh.ps1"
        $import = "Import-Module '$((Resolve-Path "$PSScriptRoot/../../EspProv.psd1").Path)'"
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive $Signal)).FullName
        $csv = Join-Path $folder 'labels.csv'
        $writing = "{ New-EspSec2Credential wifiprov -GeneratePassword; [Console]::WriteLine('ready'); Start-Sleep 600 } | Export-EspSec2Credential Label '$csv' -WarningAction SilentlyContinue"
    }

    BeforeEach { Get-ChildItem $folder -Force | Remove-Item -Force }

    It 'leaves no file that was not finished, no port, and the exit code that this signal has' {
        $process = Start-Pwsh "$import; (Start-EspVirtualDevice -Transport Serial).Address | Set-Content '$folder/port'; & $writing"
        $port = Get-Content "$folder/port"
        Remove-Item "$folder/port"
        @(Get-ChildItem $folder -Force).Count | Should -Be 1
        $port | Should -Exist

        Stop-Pwsh $process $Signal | Should -Be $ExitCode

        Get-ChildItem $folder -Force | Should -BeNullOrEmpty
        $port | Should -Not -Exist
    }

    It 'ends as it would without the module when nothing is open any more' {
        $process = Start-Pwsh "$import; New-EspSec2Credential wifiprov -GeneratePassword | Export-EspSec2Credential Label '$csv' -WarningAction SilentlyContinue; [Console]::WriteLine('ready'); Start-Sleep 600"
        Stop-Pwsh $process $Signal | Should -Be $ExitCode
        @(Get-ChildItem $folder -Force).Name | Should -Be 'labels.csv'
    }
}

Describe 'A process that was started to survive its terminal' -Skip:$IsWindows {
    It 'goes on with its file after SIGHUP' {
        . "$PSScriptRoot/Pwsh.ps1"
        $csv = Join-Path $TestDrive 'survived.csv'
        $process = Start-Pwsh -Prelude "trap '' HUP;" @"
            Import-Module '$PSScriptRoot/../../EspProv.psd1'
            & {
                New-EspSec2Credential wifiprov -GeneratePassword
                [Console]::WriteLine('ready')
                while (-not (Test-Path '$TestDrive/go')) { Start-Sleep -Milliseconds 50 }
            } | Export-EspSec2Credential Label '$csv' -WarningAction SilentlyContinue
"@
        & /bin/sh -c "kill -HUP $($process.Id)"
        Set-Content $TestDrive/go ''
        $process.WaitForExit()
        $process.ExitCode | Should -Be 0
        Get-Content $csv | Should -HaveCount 2
    }
}

Describe 'The signals that end a process' -Skip:(-not $IsLinux) {
    It 'are caught only while there is something to clean up' {
        . "$PSScriptRoot/Pwsh.ps1"
        $process = Start-Pwsh @"
            Import-Module '$PSScriptRoot/../../EspProv.psd1'
            function Test-Hangup { $testHangup }
            `$seen = @(Test-Hangup)
            & { New-EspSec2Credential wifiprov -GeneratePassword; `$script:open = Test-Hangup } | Export-EspSec2Credential Label '$TestDrive/caught.csv' -WarningAction SilentlyContinue
            `$seen += `$open, (Test-Hangup)
            `$seen -join ' ' | Set-Content '$TestDrive/seen'
            [Console]::WriteLine('ready')
"@
        $process.WaitForExit()
        Get-Content $TestDrive/seen | Should -Be 'False True False'
    }
}
