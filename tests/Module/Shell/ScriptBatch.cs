namespace EspProv.ModuleTests.Shell;

/// <summary>Scripts that run one after the other in one engine, each with an output of its own and an empty folder to work in.</summary>
internal sealed class ScriptBatch : IDisposable
{
    private const string Separator = "#-#-#-#-#";

    private readonly ScratchFolder _folder = new();
    private readonly int _count;

    public ScriptBatch(IEnumerable<string> scripts)
    {
        Directory.CreateDirectory(Here);
        foreach (string script in scripts)
            _folder.Script(script, $"{_count++}.txt");
    }

    /// <summary>The folder that the scripts run in.</summary>
    public string Here => Path.Combine(_folder.Path, "here");

    /// <summary>Runs them all.</summary>
    /// <returns>What each wrote, without white space at the ends of lines and of the text.</returns>
    public IReadOnlyList<string> Run(Func<string[], ShellResult> engine)
    {
        // Out-Host for each: the engine holds a table back for a moment, and what comes behind it too.
        string driver = _folder.Script($$"""
            foreach ($i in 0..{{_count - 1}}) {
                [IO.Directory]::Delete('{{Here}}', $true); $null = [IO.Directory]::CreateDirectory('{{Here}}'); Set-Location '{{Here}}'
                & ([scriptblock]::Create([IO.File]::ReadAllText("{{_folder.Path}}/$i.txt"))) | Out-Host
                Set-Location /
                '{{Separator}}' | Out-Host
            }
            """);
        ShellResult result = engine(["-File", driver]);
        string[] parts = result.Text.Split(Separator);
        Assert.True(parts.Length == _count + 1, result.Output + result.Error);
        Assert.Equal("", result.Error);
        return [.. parts.Take(_count).Select((part, i) => Trim(i == 0 || part.Length == 0 ? part : part[1..]))];
    }

    public void Dispose() => _folder.Dispose();

    private static string Trim(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).TrimEnd('\n');
}
