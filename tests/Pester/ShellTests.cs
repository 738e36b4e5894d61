using System.Text.RegularExpressions;

namespace EspProv.PesterTests;

/// <summary>What tools/EspProv.Shell is to its users: a real pwsh that has the module.</summary>
public sealed class ShellTests : IDisposable
{
    private static readonly string Quickstart = Path.Combine(Pwsh.Root, "examples", "quickstart.ps1");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov-shell-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_quickstart_gets_through_with_the_output_that_its_commands_give()
    {
        PwshResult result = await Pwsh.RunAsync(Quickstart);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal("", result.Error);
        Assert.Contains("PS> $session | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"PROV_5EC001 +MyHomeWiFiAP +Connected \d+\.\d+\.\d+\.\d+", result.Output);
        Assert.Contains("refused, with the error id WrongCredentials", result.Output, StringComparison.Ordinal);
        Assert.Contains("refused, with the error id WifiAuthError", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_README_shows_what_the_quickstart_prints()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(Pwsh.Root, "README.md"));
        int start = readme.IndexOf("```text\n", StringComparison.Ordinal) + "```text\n".Length;
        string[] shown = Lines(readme[start..readme.IndexOf("\n```", start, StringComparison.Ordinal)]);
        Assert.Contains(shown, line => line.StartsWith("PS> ", StringComparison.Ordinal));

        string[] printed = Lines((await Pwsh.RunAsync(Quickstart)).Output);

        int at = 0;
        foreach (string line in shown)
        {
            at = Array.IndexOf(printed, line, at) + 1;
            Assert.True(at > 0, $"The quickstart does not print: {line}");
        }
    }

    // Ports and addresses are other ones in every run, and widths follow them.
    private static string[] Lines(string text) =>
        [.. Regex.Replace(Regex.Replace(text, @"\d+\.\d+\.\d+\.\d+(:\d+)?", "ADDRESS"), @"\x1b\[[0-9;]*m| {2,}", " ")
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    [Fact]
    public async Task The_quickstart_fails_when_a_promise_is_not_kept()
    {
        string text = await File.ReadAllTextAsync(Quickstart);
        string broken = text.Replace("$networks.Count -eq 5", "$networks.Count -eq 6", StringComparison.Ordinal);
        Assert.NotEqual(text, broken);
        PwshResult result = await Pwsh.RunAsync(Script(broken));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("five access points", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_has_the_repositorys_module_and_standard_output_for_itself()
    {
        PwshResult result = await Pwsh.RunAsync("-NoLogo", "-Command", "(Get-Module EspProv).ModuleBase; $env:POWERSHELL_TELEMETRY_OPTOUT, $env:POWERSHELL_UPDATECHECK -join ' '");
        Assert.Equal($"{Pwsh.Root}\n1 Off", result.Text);
        Assert.Equal("", result.Error);
    }

    [Fact]
    public async Task A_script_has_its_arguments_and_its_exit_code()
    {
        string script = Script("param([string] $Name, [switch] $Flag, [Parameter(ValueFromRemainingArguments)] $Rest)\n\"$Name|$Flag|$Rest\"; exit 7");
        PwshResult result = await Pwsh.RunAsync("-NoLogo", script, "-Name", "a b", "-Flag", "one", "two");
        Assert.Equal("a b|True|one two", result.Text);
        Assert.Equal(7, result.ExitCode);
    }

    [Fact]
    public async Task Commands_from_a_pipe_get_no_banner()
    {
        PwshResult result = await Pwsh.RunAsync(Pwsh.Path, ["-NoLogo", "-Command", "-"], "(Get-Module EspProv).Name\n");
        Assert.Equal("EspProv", result.Text);
    }

    [SkippableFact]
    public async Task A_prompt_says_what_to_type_first()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"), "A terminal is needed: `script` of Linux (Debian: bsdutils) makes one.");

        // Its output goes to a file: on a terminal it asks where the cursor is, which nothing here answers.
        string shown = Path.Combine(_folder.FullName, "shown");
        PwshResult result = await Pwsh.RunAsync("/usr/bin/script", ["-qec", $"'{Pwsh.Path}' -NoLogo >'{shown}'", "/dev/null"], "exit 5\r");
        Assert.Equal(5, result.ExitCode);
        Assert.Contains("\n    Start-EspVirtualDevice\n", await File.ReadAllTextAsync(shown), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_banner_fits_eighty_columns()
    {
        string profile = await File.ReadAllTextAsync(Path.Combine(Pwsh.Root, "tools", "EspProv.Shell", "profile.ps1"));
        string banner = profile.Split("@\"")[1].Split("\"@")[0];
        Assert.All(banner.Split('\n'), line => Assert.True(line.Length <= 80 || line.Contains('$'), line));
    }

    private string Script(string text)
    {
        string path = Path.Combine(_folder.FullName, "script.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
