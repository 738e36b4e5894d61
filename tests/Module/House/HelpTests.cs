using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.House;

public class HelpTests : ModuleTest
{
    // What a reader of the examples has before them: two devices, and a person who answers.
    private const string Preamble = """
        function Read-Host($Prompt, [switch] $AsSecureString) {
            $secret = [System.Security.SecureString]::new()
            $text = if ($Prompt -eq 'Passphrase') { 'mypassword' } else { 'abcd1234' }
            foreach ($letter in $text.ToCharArray()) { $secret.AppendChar($letter) }
            $secret
        }
        function Get-Credential($UserName) { [pscredential]::new($UserName, (Read-Host 'Password' -AsSecureString)) }
        $null = Start-EspVirtualDevice PROV_261FCC -ConnectDelay 0 -ScanDelay 0
        $null = Start-EspVirtualDevice PROV_4C33E8 -SecurityVersion 2 -ConnectDelay 0 -ScanDelay 0
        """;

    // What the examples name, and what it is here: the device's own address is that of a virtual device.
    private const string DeviceAddress = "192.168.4.1";
    private const string ScannedCode = "$code | Connect-EspProvSession";

    public static TheoryData<string> Cmdlets() => [.. File.ReadLines(ManifestPath)
        .Select(line => line.Trim().Trim('\''))
        .Where(line => line.Contains("-Esp", StringComparison.Ordinal) && !line.Contains(' ', StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_cmdlet_and_every_parameter_is_described(string cmdlet)
    {
        PSObject help = RunClean($"Get-Help {cmdlet} -Full")[0];

        Assert.NotEmpty(Text(help, "Synopsis"));
        Assert.NotEmpty(Paragraphs(help.Properties["description"].Value));
        Assert.NotNull(help.Properties["inputTypes"]);
        Assert.NotNull(help.Properties["returnValues"]);
        var described = Items(((PSObject)help.Properties["parameters"].Value).Properties["parameter"].Value)
            .ToDictionary(parameter => Text(parameter, "name"));
        var command = (CommandInfo)RunClean($"Get-Command {cmdlet}")[0].BaseObject;
        string[] own = [.. command.Parameters.Keys.Except(Cmdlet.CommonParameters)];
        Assert.Equal(own.Order(StringComparer.Ordinal), described.Keys.Order(StringComparer.Ordinal));
        Assert.All(described, parameter => Assert.NotEmpty(Paragraphs(parameter.Value.Properties["description"].Value)));
        Assert.True(Examples(help).Count >= 2);
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Help_says_of_each_parameter_what_it_takes(string cmdlet)
    {
        string full = RunClean<string>($"Get-Help {cmdlet} -Full | Out-String -Width 200");
        Assert.DoesNotMatch(@"\S[^\S\n]*\r?\n[^\S\n]*Example \d+:", full[full.IndexOf("Example 1:", StringComparison.Ordinal)..]);

        PSObject help = RunClean($"Get-Help {cmdlet} -Full")[0];
        var described = Items(((PSObject)help.Properties["parameters"].Value).Properties["parameter"].Value)
            .ToDictionary(parameter => Text(parameter, "name"));
        var command = (CommandInfo)RunClean($"Get-Command {cmdlet}")[0].BaseObject;
        foreach ((string name, PSObject parameter) in described)
        {
            ParameterMetadata metadata = command.Parameters[name];
            ParameterSetMetadata[] sets = [.. metadata.ParameterSets.Values];
            string[] from =
            [
                .. sets.Any(set => set.ValueFromPipeline) ? ["ByValue"] : (string[])[],
                .. sets.Any(set => set.ValueFromPipelineByPropertyName) ? ["ByPropertyName"] : (string[])[],
            ];
            int position = sets.Select(set => set.Position).Where(at => at != int.MinValue).DefaultIfEmpty(int.MinValue).Min();
            string expected = string.Join(
                ", ",
                name,
                sets.All(set => set.IsMandatory) ? "true" : "false",
                position == int.MinValue ? "named" : $"{position}",
                from.Length == 0 ? "False" : $"True ({string.Join(", ", from)})",
                metadata.Aliases.Count == 0 ? "none" : string.Join(", ", metadata.Aliases),
                metadata.Attributes.OfType<SupportsWildcardsAttribute>().Any() ? "true" : "false",
                (Nullable.GetUnderlyingType(metadata.ParameterType) ?? metadata.ParameterType).Name);
            Assert.Equal(expected, string.Join(
                ", ",
                name,
                Text(parameter, "required"),
                Text(parameter, "position"),
                Text(parameter, "pipelineInput"),
                Text(parameter, "aliases"),
                Text(parameter, "globbing"),
                Text((PSObject)parameter.Properties["type"].Value, "name")));
        }
    }

    [Theory]
    [InlineData("Connect-EspProvSession", "ExchangeTimeout", "15")]
    [InlineData("Export-EspSec2Credential", "Force", "False")]
    [InlineData("Start-EspVirtualDevice", "ListenAddress", "127.0.0.1")]
    [InlineData("Start-EspVirtualDevice", "FullThreadDevice", "True")]
    [InlineData("Get-EspWifiScan", "ConnectTimeout", null)]
    public void Help_has_the_default_value_that_a_cmdlet_has(string cmdlet, string parameter, string? expected)
    {
        string shown = RunClean<string>($"(Get-Help {cmdlet} -Parameter {parameter}).defaultValue");
        if (expected is not null)
            Assert.Equal(expected, shown);
        else
            Assert.NotEqual("None", shown);
    }

    // Get-Help -Online opens this address. The one of a published module, which has a page for each cmdlet, is tested with the package.
    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Online_help_has_an_address(string cmdlet)
    {
        Uri address = new(RunClean<string>($"(Get-Command {cmdlet}).HelpUri"));
        Assert.Equal(Uri.UriSchemeHttps, address.Scheme);
        Assert.True(File.Exists(Path.Combine(RepositoryRoot, "docs", "help", cmdlet + ".md")));
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_examples_run(string cmdlet)
    {
        string folder = Directory.CreateTempSubdirectory("espprov-").FullName;
        File.WriteAllBytes(Path.Combine(folder, "token.bin"), [1, 2, 3]);
        File.WriteAllText(Path.Combine(folder, "codes.txt"), """{"ver":"v1","name":"PROV_EA69FC","pop":"abcd1234","transport":"ble"}""");
        File.WriteAllText(Path.Combine(folder, "devices.csv"), "Name,Pop\nPROV_261FCC,abcd1234\nPROV_EA69FC,abcd5678\n");
        File.WriteAllText(Path.Combine(folder, "fleet.csv"), "Name,Pop,Ssid,Passphrase\nPROV_261FCC,abcd1234,MyHomeWiFiAP,mypassword\n");
        File.WriteAllText(Path.Combine(folder, "ports.csv"), "Port,Pop\nCOM99,abcd1234\n");
        File.WriteAllText(Path.Combine(folder, "shard1.jsonl"), """
            {"type":"run","time":"2026-01-01T00:00:00Z","format":"espprov-journal-2","plan":"0","shard":"1/1"}
            {"type":"row","time":"2026-01-01T00:00:01Z","row":1,"key":"0","name":"PROV_261FCC","stage":"Done","attempt":1,"status":"Connected","ms":900}
            {"type":"end","time":"2026-01-01T00:00:01Z","rows":1,"plan":"0"}

            """);
        Directory.CreateDirectory(Path.Combine(folder, "codes"));
        SetLocation(folder);
        IReadOnlyList<string> examples = Examples(RunClean($"Get-Help {cmdlet} -Full")[0]);
        foreach (string example in examples)
        {
            RunClean(Preamble);
            string address = RunClean<string>("(Get-EspVirtualDevice PROV_261FCC).Address");
            string script = example
                .Replace(DeviceAddress, address, StringComparison.Ordinal)
                .Replace(ScannedCode, $"{ScannedCode} -Address {address}", StringComparison.Ordinal);

            // For the example that asks: the first device, its proof, the best network, its passphrase.
            Host.Answers.Clear();
            foreach (string answer in new[] { "1", "abcd1234", "1", "mypassword" })
                Host.Answers.Enqueue(answer);
            Run(script);

            // Some examples show what a failed attempt looks like; they say so with -ErrorAction.
            // Those for a board run to the error that says that there is none, and those for Bluetooth run to the end where there is a radio, and to the error that says what is missing elsewhere.
            string[] unexpected = [.. Errors.Where(error => !IsMissingRadio(example, error) && !IsMissingBoard(example, error)).Select(error => error.ToString())];
            Assert.True(unexpected.Length == 0, $"{example}\n{string.Join('\n', unexpected)}");
            RunClean("Get-EspProvSession | Disconnect-EspProvSession; Get-EspVirtualDevice | Stop-EspVirtualDevice");
        }
        SetLocation(RepositoryRoot);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_about_topic_is_there_and_names_what_exists()
    {
        string text = string.Join('\n', RunClean("Get-Help about_EspProv"));
        Assert.Contains("Provisions Espressif devices", text, StringComparison.Ordinal);
        string[] named = System.Text.RegularExpressions.Regex.Matches(text, @"\b[A-Z][a-z]+-Esp\w+").Select(match => match.Value).Distinct().ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name => RunClean($"Get-Command {name} -ErrorAction Stop"));

        var parameters = RunClean("(Get-Command -Module EspProv).Parameters.Values | ForEach-Object { $_.Name; $_.Aliases }").Select(name => name.ToString()!).ToHashSet();
        string[] given = System.Text.RegularExpressions.Regex.Matches(text, @"(?<=\s)-([A-Z]\w+)").Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.NotEmpty(given);
        Assert.Empty(given.Except([.. parameters, "AsSecureString"]));
    }

    private static bool IsMissingRadio(string example, ErrorRecord error) =>
        example.Contains("-Transport Ble", StringComparison.Ordinal)
        && (error.FullyQualifiedErrorId.StartsWith("Bluetooth", StringComparison.Ordinal)
            || error.FullyQualifiedErrorId.StartsWith("TransportUnavailable", StringComparison.Ordinal));

    private static bool IsMissingBoard(string example, ErrorRecord error) =>
        example.Contains("COM3", StringComparison.Ordinal)
        && error.FullyQualifiedErrorId.StartsWith("DeviceUnreachable", StringComparison.Ordinal)
        && error.TargetObject is "COM3";

    private static List<string> Examples(PSObject help) =>
        [.. Items(((PSObject)help.Properties["examples"].Value).Properties["example"].Value).Select(example => Text(example, "code"))];

    private static string Text(PSObject value, string property) => value.Properties[property]?.Value?.ToString()?.Trim() ?? "";

    private static string Paragraphs(object? description) =>
        string.Join(' ', Items(description).Select(paragraph => Text(paragraph, "Text"))).Trim();

    private static IEnumerable<PSObject> Items(object? value) =>
        (value is PSObject wrapped ? wrapped.BaseObject : value) is System.Collections.IEnumerable items and not string
            ? items.Cast<object>().Select(PSObject.AsPSObject)
            : value is null ? [] : [PSObject.AsPSObject(value)];
}
