namespace EspProv.ModuleTests.Shell;

/// <summary>
/// The everyday cmdlets, each with what a script would do with it and what pwsh answers. <see cref="PwshParityTests"/> holds
/// the same scripts against a real pwsh.
/// </summary>
public class EssentialCommandTests(EssentialCommandTests.Outputs outputs) : IClassFixture<EssentialCommandTests.Outputs>
{
    // Objects that several scripts work on.
    private const string Objects = "$o = 1..4 | ForEach-Object { [pscustomobject]@{ N = $_; S = \"s$($_ % 2)\"; V = $_ / 2 } }; ";

    /// <summary>Script and what it writes.</summary>
    public static TheoryData<string, string> Scripts { get; } = new()
    {
        { "Write-Host a b 3 -Separator '-'; Write-Host x -NoNewline; Write-Host y; Write-Host (1, 2, @(3, 4)); 'p' | Write-Host", "a-b-3\nxy\n1 2 3 4\np" },
        { "(Write-Host z 6>&1).MessageData.Message; Write-Output 1 2 | ForEach-Object { \"<$_>\" }; (Write-Output @(1, 2) -NoEnumerate | Measure-Object).Count", "z\n<1>\n<2>\n1" },
        { "Write-Error m -ErrorId My -Category OpenError -RecommendedAction do -ErrorVariable e -ErrorAction SilentlyContinue; $e[0].FullyQualifiedErrorId; \"$($e[0].CategoryInfo.Category)\"; $e[0].ErrorDetails.RecommendedAction", "My\nOpenError\ndo" },
        { "Write-Information i -Tags t -InformationVariable v; \"$($v[0].MessageData) $($v[0].Tags)\"; Write-Progress a b -PercentComplete 5; Write-Progress a -Completed", "i t" },
        { Objects + "$o | Format-Table N, @{ n = 'Twice'; e = { $_.N * 2 } }", "\nN Twice\n- -----\n1     2\n2     4\n3     6\n4     8" },
        { Objects + "$o | Select-Object -First 1 | Format-List N, S", "\nN : 1\nS : s1" },
        { Objects + "$o | Format-Table -HideTableHeaders N, S", "\n1 s1\n2 s0\n3 s1\n4 s0" },
        { "[pscustomobject]@{ A = 1 } | Out-String -Stream | ForEach-Object { \"[$_]\" }; (1..3 | Out-String).Length -gt 5; 'a', 'b' | Out-String -NoNewline", "[]\n[A]\n[-]\n[1]\n[]\nTrue\nab" },
        { Objects + "($o | Select-Object -First 2 | ForEach-Object N) -join ','; ($o | Select-Object -Last 1).N; ($o | Select-Object -Skip 1 -First 1).N; ($o | Select-Object -SkipLast 3).N; ($o | Select-Object -Index 0, 3 | ForEach-Object N) -join ','", "1,2\n4\n2\n1\n1,4" },
        { Objects + "$o | Select-Object -ExpandProperty S -Unique; ($o | Select-Object * -ExcludeProperty V -First 1 | ConvertTo-Json -Compress); ($o | Select-Object N, @{ n = 'X'; e = { $_.N + 1 } } -Last 1).X; (1..1000000 | Select-Object -First 1)", "s1\ns0\n{\"N\":1,\"S\":\"s1\"}\n5\n1" },
        { Objects + "($o | Select-Object N -First 1).PSTypeNames[0]; $o | Select-Object -ExpandProperty Zip -ErrorAction SilentlyContinue -ErrorVariable e; $e[0].FullyQualifiedErrorId", "Selected.System.Management.Automation.PSCustomObject\nExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand" },
        { Objects + "($o | Sort-Object N -Descending | ForEach-Object N) -join ','; ('b', 'A', 'a', 'B' | Sort-Object) -join ''; (10, 9, '8' | Sort-Object) -join ','; (3, 1, 3 | Sort-Object -Unique) -join ','; ($o | Sort-Object S, @{ e = 'N'; Descending = $true } | ForEach-Object N) -join ','; ($o | Sort-Object { -$_.N } -Top 2 | ForEach-Object N) -join ','", "4,3,2,1\nAabB\n8,9,10\n1,3\n4,2,3,1\n4,3" },
        { Objects + "$o | Group-Object S | ForEach-Object { \"$($_.Name)=$($_.Count)\" }; ($o | Group-Object S -AsHashTable).s1.Count; $o | Group-Object { $_.N -gt 3 } | ForEach-Object Name", "s0=2\ns1=2\n2\nFalse\nTrue" },
        { Objects + "$o | Group-Object S -NoElement", "\nCount Name\n----- ----\n    2 s0\n    2 s1" },
        { "$m = 1..4 | Measure-Object -Sum -Average -Maximum -Minimum; \"$($m.Count) $($m.Sum) $($m.Average) $($m.Maximum) $($m.Minimum)\"; (Measure-Command { $x = 5 }).GetType().Name; $x; " + Objects + "($o | Measure-Object N -Sum).Sum", "4 10 2.5 4 1\nTimeSpan\n5\n10" },
        { "(New-Object System.Text.StringBuilder 'abc').ToString(); (New-Object 'System.Collections.Generic.List[int]').Count; (New-Object PSObject -Property @{ a = 1 }).a; (New-Object byte[] 3).Length; try { New-Object no.such } catch { $_.FullyQualifiedErrorId }", "abc\n0\n1\n3\nTypeNotFound,Microsoft.PowerShell.Commands.NewObjectCommand" },
        { "Get-Date '2024-02-03 04:05:06' -Format 'yyyyMMdd-HHmmss'; Get-Date '2024-02-03 04:05:06' -UFormat '%Y-%m-%d %j'; (Get-Date).GetType().Name; (Get-Date -AsUTC).Kind.ToString(); \"$(New-TimeSpan -Seconds 90)\"; (New-TimeSpan 2024-01-01 2024-01-03).Days; Start-Sleep -Milliseconds 1", "20240203-040506\n2024-02-03 034\nDateTime\nUtc\n00:01:30\n2" },
        { "Get-Random -Maximum 1; (Get-Random -Minimum 5 -Maximum 7) -in 5, 6; (1..10 | Get-Random -Count 3).Count; (1..5 | Get-Random -Shuffle | Sort-Object) -join ''; try { Get-Random -Minimum 3 -Maximum 3 } catch { $_.FullyQualifiedErrorId }", "0\nTrue\n3\n12345\nMinGreaterThanOrEqualMax,Microsoft.PowerShell.Commands.GetRandomCommand" },
        { "$s = ConvertTo-SecureString 'abc' -AsPlainText -Force; \"$($s.Length) $s\"; (New-Object pscredential 'u', $s).GetNetworkCredential().Password", "3 System.Security.SecureString\nabc" },
        { "Set-Content t.csv 'a,b,\"c \"\"q\"\"\"', '1,\"x, y\",z', '', '2,\"line', 'two\",'; Import-Csv t.csv | ForEach-Object { \"$($_.a)|$($_.b)|$($_.'c \"q\"')\" }; (Import-Csv t.csv).Count", "1|x, y|z\n2|line\ntwo|\n2" },
        { Objects + "$o[0] | ConvertTo-Csv; $o[0] | ConvertTo-Csv -UseQuotes AsNeeded -Delimiter ';'; $o | Export-Csv o.csv; $o[0] | Export-Csv o.csv -Append; (Import-Csv o.csv).Count; 'x;y', '1;2' | ConvertFrom-Csv -Delimiter ';' | ForEach-Object y; '1,2' | ConvertFrom-Csv -Header p, q | ForEach-Object q; [pscustomobject]@{ a = 'q\"x'; b = $null } | ConvertTo-Csv", "\"N\",\"S\",\"V\"\n\"1\",\"s1\",\"0.5\"\nN;S;V\n1;s1;0.5\n5\n2\n2\n\"a\",\"b\"\n\"q\"\"x\"," },
        { "try { Import-Csv none.csv } catch { $_.FullyQualifiedErrorId }; try { 'a,a', '1,2' | ConvertFrom-Csv } catch { $_.FullyQualifiedErrorId.Split(',')[0] }; 'a,b', '1' | ConvertFrom-Csv | ForEach-Object { $null -eq $_.b }", "FileOpenFailure,Microsoft.PowerShell.Commands.ImportCsvCommand\nAlreadyPresentPSMemberInfoInternalCollectionAdd\nTrue" },
        { "[ordered]@{ s = \"é<'\"; i = 1; d = 1.0; n = $null; b = $true; a = @(1, 2); e = @(); o = @{ x = 1 }; t = [datetime]'2020-01-02T03:04:05'; en = [DayOfWeek]1 } | ConvertTo-Json", "{\n  \"s\": \"é<'\",\n  \"i\": 1,\n  \"d\": 1.0,\n  \"n\": null,\n  \"b\": true,\n  \"a\": [\n    1,\n    2\n  ],\n  \"e\": [],\n  \"o\": {\n    \"x\": 1\n  },\n  \"t\": \"2020-01-02T03:04:05\",\n  \"en\": 1\n}" },
        { "@{ a = @{ b = @{ c = 1 } } } | ConvertTo-Json -Compress -Depth 5; ConvertTo-Json @(1) -Compress; 1 | ConvertTo-Json -AsArray -Compress; [DayOfWeek]1 | ConvertTo-Json -EnumsAsStrings; @{ a = @{ b = @{ c = @{ d = 1 } } } } | ConvertTo-Json -Compress 3>$null", "{\"a\":{\"b\":{\"c\":1}}}\n[1]\n[1]\n\"Monday\"\n{\"a\":{\"b\":{\"c\":\"System.Collections.Hashtable\"}}}" },
        { "$j = '{\"a\":1,\"b\":[1,2,{\"c\":null}],\"d\":\"2020-01-02T03:04:05Z\",\"e\":1.5}' | ConvertFrom-Json; \"$($j.a.GetType().Name) $($j.b.Count) $($null -eq $j.b[2].c) $($j.d.GetType().Name) $($j.e)\"; ('{\"a\":1,\"A\":2}' | ConvertFrom-Json -AsHashtable).Count; ('[1,2]' | ConvertFrom-Json | Measure-Object).Count; ('{', '\"a\":3', '}' | ConvertFrom-Json).a; try { 'nope' | ConvertFrom-Json } catch { 'refused' }", "Int64 3 True DateTime 1.5\n2\n2\n3\nrefused" },
        { "Set-Content c.txt a, b, c; (Get-Content c.txt) -join '|'; (Get-Content c.txt -Raw).Length; Get-Content c.txt -TotalCount 1; Get-Content c.txt -Tail 1; Add-Content c.txt d; (Get-Content c.txt).Count; Set-Content c.txt é -Encoding unicode; (Get-Item c.txt).Length; Get-Content c.txt; [byte[]](1, 2) | Set-Content b.bin -AsByteStream; (Get-Content b.bin -AsByteStream) -join ','", "a|b|c\n6\na\nc\n4\n6\né\n1,2" },
        { "$env:ESPPROV_SHELL_TEST = '1'; Get-Content env:ESPPROV_SHELL_TEST; Set-Content env:ESPPROV_SHELL_TEST 2; (Get-Item env:ESPPROV_SHELL_TEST).Value; Remove-Item env:ESPPROV_SHELL_TEST; Test-Path env:ESPPROV_SHELL_TEST; Set-Content w.txt w -WhatIf | Out-Null; Test-Path w.txt; 1, 2 | Out-File q.txt; 3 | Out-File q.txt -Append; (Get-Content q.txt) -join ','", "1\n2\nFalse\nWhat if: Performing the operation \"Set Content\" on target \"Path: {here}/w.txt\".\nFalse\n1,2,3" },
        { "Set-Content p.txt x; Test-Path p.txt; Test-Path p.txt -PathType Container; Test-Path . -PathType Container; Test-Path nope; Test-Path ''; Join-Path a b c; Join-Path a/ /b; Split-Path /a/b.txt; Split-Path /a/b.txt -Leaf; Split-Path /a/b.txt -LeafBase; Split-Path /a/b.txt -Extension; (Resolve-Path p.txt).Path; Convert-Path .; Resolve-Path zip -ErrorAction SilentlyContinue -ErrorVariable e; $e[0].FullyQualifiedErrorId", "True\nFalse\nTrue\nFalse\nFalse\na/b/c\na/b\n/a\nb.txt\nb\n.txt\n{here}/p.txt\n{here}\nPathNotFound,Microsoft.PowerShell.Commands.ResolvePathCommand" },
        { "$null = New-Item -ItemType Directory sub/deep -Force; $null = New-Item sub/f.txt -Value hey; Get-Content sub/f.txt; (Get-ChildItem sub -Recurse -File).Name; Get-ChildItem -Directory -Name; (Get-ChildItem . -Filter *.nope | Measure-Object).Count; New-Item sub/f.txt -ErrorAction SilentlyContinue -ErrorVariable e; $e[0].FullyQualifiedErrorId; Remove-Item sub -Recurse; Test-Path sub; Get-Item sub -ErrorAction SilentlyContinue -ErrorVariable e; $e[0].FullyQualifiedErrorId", "hey\nf.txt\nsub\n0\nNewItemIOError,Microsoft.PowerShell.Commands.NewItemCommand\nFalse\nPathNotFound,Microsoft.PowerShell.Commands.GetItemCommand" },
        { "$h = (Get-Location).Path; Set-Location /; $pwd.Path; Set-Location -; $pwd.Path -eq $h; Push-Location /; Pop-Location; $pwd.Path -eq $h; Set-Location nowhere -ErrorAction SilentlyContinue -ErrorVariable e; $e[0].FullyQualifiedErrorId", "/\nTrue\nTrue\nPathNotFound,Microsoft.PowerShell.Commands.SetLocationCommand" },
        { "try { Start-Sleep -Bogus 1 } catch { $_.FullyQualifiedErrorId }", "NamedParameterNotFound,Microsoft.PowerShell.Commands.StartSleepCommand" },
    };

    /// <summary>One run of the shell for all scripts.</summary>
    public sealed class Outputs : IDisposable
    {
        private readonly ScriptBatch? _batch;
        private readonly IReadOnlyList<string> _texts = [];

        public Outputs()
        {
            if (OperatingSystem.IsWindows())
                return;
            _batch = new ScriptBatch(Scripts.Select(row => (string)row[0]));
            _texts = _batch.Run(arguments => ShellProcess.Run(arguments));
        }

        public string Of(string script) => _texts[Scripts.ToList().FindIndex(row => (string)row[0] == script)];

        public string Here => _batch!.Here;

        public void Dispose() => _batch?.Dispose();
    }

    [SkippableTheory]
    [MemberData(nameof(Scripts))]
    public void A_script_writes_what_pwsh_would(string script, string expected)
    {
        Skip.If(OperatingSystem.IsWindows(), "The paths in these scripts are Unix paths.");
        Assert.Equal(expected.Replace("{here}", outputs.Here, StringComparison.Ordinal), outputs.Of(script));
    }
}
