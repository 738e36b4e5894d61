namespace EspProv.ModuleTests.Shell;

/// <summary>How words of the command line reach a script.</summary>
public class ScriptArgumentTests
{
    private const string Named = """
        param([string] $Name = 'none', [switch] $Flag, [int] $Number, [Parameter(ValueFromRemainingArguments)] $Rest)
        "$Name|$Flag|$Number|$($Rest -join '+')"
        """;

    [Theory]
    [InlineData("none|False|0|")]
    [InlineData("foo|True|7|one+two", "-Name", "foo", "-Flag", "7", "one", "two")]
    [InlineData("foo|False|5|", "-Name:foo", "-Flag:$false", "-Number", "5")]
    [InlineData("foo|False|-5|", "-Number", "-5", "-Name", "foo")]
    [InlineData("a b|True|0|", "a b", "-Flag:$true")]
    public void Names_and_values_bind_as_in_a_call(string expected, params string[] arguments)
    {
        using var folder = new ScratchFolder();
        ShellResult result = ShellProcess.Run(["-File", folder.Script(Named), .. arguments]);
        Assert.Equal(expected, result.Text);
    }

    [Fact]
    public void A_script_without_parameters_finds_its_words_in_args()
    {
        using var folder = new ScratchFolder();
        string script = folder.Script("\"$($args.Count): $($args -join '|')\"");
        Assert.Equal("5: a|-b|c d|$true|--long", ShellProcess.Run([script, "a", "-b", "c d", "$true", "--long"]).Text);
    }

    [Fact]
    public void A_script_knows_where_it_is()
    {
        using var folder = new ScratchFolder();
        string script = folder.Script("$PSScriptRoot; $PSCommandPath; . $PSScriptRoot/other.ps1");
        folder.Script("$PSCommandPath", "other.ps1");
        string[] lines = ShellProcess.Run(["-WorkingDirectory", folder.Path, "script.ps1"]).Text.Split('\n');
        Assert.Equal([folder.Path, script, Path.Combine(folder.Path, "other.ps1")], lines);
    }

    [Fact]
    public void Words_after_a_command_belong_to_it() =>
        Assert.Equal("3", ShellProcess.Run(["-Command", "1", "+", "2"]).Text);
}
