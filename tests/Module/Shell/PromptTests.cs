namespace EspProv.ModuleTests.Shell;

/// <summary>Reading: the prompt loop and the questions that commands ask, answered from a pipe.</summary>
public class PromptTests
{
    [Fact]
    public void Commands_are_read_line_by_line_and_continued_while_incomplete()
    {
        ShellResult result = ShellProcess.Run([], "1+1\nif ($true) {\n'in'\n}\n\nthrow 'x'\n'after'\nexit 4\n'never'\n");
        Assert.Equal("2\nin\nafter", result.Text);
        Assert.Contains("Exception: x", result.Error, StringComparison.Ordinal);
        Assert.Equal(4, result.ExitCode);
    }

    [Theory]
    [InlineData("1\nthrow 'x'\n", 1)]
    [InlineData("throw 'x'\n1\n", 0)]
    [InlineData("if (\n", 1)]
    [InlineData("", 0)]
    public void At_the_end_of_input_the_last_command_decides(string input, int expected)
    {
        Assert.Equal(expected, ShellProcess.Run([], input).ExitCode);
        Assert.Equal(expected, ShellProcess.Run(["-Command", "-"], input).ExitCode);
    }

    [Fact]
    public void NoExit_goes_on_at_the_prompt() =>
        Assert.Equal("a\nb", ShellProcess.Run(["-NoExit", "-Command", "$x = 'b'; 'a'"], "$x\n").Text);

    [Fact]
    public void The_status_of_a_command_is_there_for_the_next() =>
        Assert.Equal("False\nTrue", ShellProcess.Run([], "Get-Item none -ErrorAction Ignore\n$?\n$?\n").Text);

    [Fact]
    public void Read_Host_reads_text_and_secrets()
    {
        ShellResult result = ShellProcess.Command(
            "$n = Read-Host 'Name'; $s = Read-Host 'Secret' -AsSecureString; $m = Read-Host -MaskInput; \"$n $($s.GetType().Name) $($s.Length) $m\"",
            "me\ncanary\nmasked\n");
        Assert.EndsWith("me SecureString 6 masked", result.Text, StringComparison.Ordinal);
        Assert.StartsWith("Name: ", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("y\n", "True")]
    [InlineData("\n", "True")]
    [InlineData("?\nbogus\nN\n", "False")]
    [InlineData("no\n", "False")]
    public void A_confirmation_waits_for_an_answer_that_it_knows(string input, string expected)
    {
        ShellResult result = ShellProcess.Command(
            "function f { [CmdletBinding(SupportsShouldProcess)] param() $PSCmdlet.ShouldProcess('it', 'Do') }; f -Confirm", input);
        Assert.EndsWith(expected, result.Text, StringComparison.Ordinal);
        Assert.Contains("Performing the operation \"Do\" on target \"it\".", result.Output, StringComparison.Ordinal);
        Assert.Contains("[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_is_no_consent()
    {
        using var folder = new ScratchFolder();
        string file = folder.Script("1", "keep.txt");
        ShellResult result = ShellProcess.Run(["-Command", $"Remove-Item '{file}' -Confirm"]);
        Assert.Equal(1, result.ExitCode);
        Assert.True(File.Exists(file));
    }

    [Fact]
    public void A_missing_parameter_is_asked_for_in_its_type()
    {
        ShellResult result = ShellProcess.Command(
            "function f { param([Parameter(Mandatory)] [int] $Number, [Parameter(Mandatory)] [string[]] $List) \"$($Number + 1) $($List -join '+')\" }; f",
            "x\n41\na\nb\n\n");
        Assert.EndsWith("42 a+b", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_and_choices_are_asked_for()
    {
        ShellResult result = ShellProcess.Command(
            """
            $c = $Host.UI.PromptForCredential('Log on', 'To the device', '', ''); "$($c.UserName) $($c.GetNetworkCredential().Password.Length)"
            $Host.UI.PromptForChoice('Pick', 'One', @('&Red', '&Green'), 0)
            """,
            "me\nsecret\ng\n");
        Assert.Contains("me 6", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("1", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Read-Host")]
    [InlineData("Read-Host -AsSecureString")]
    [InlineData("function f { param([Parameter(Mandatory)] $Need) }; f")]
    [InlineData("Set-Content never.txt x -Confirm")]
    public void NonInteractive_fails_instead_of_asking(string command)
    {
        ShellResult result = ShellProcess.Run(["-NonInteractive", "-Command", command], "answer\n");
        Assert.Equal(1, result.ExitCode);
        Assert.NotEqual("", result.Error);
    }

    [Fact]
    public void A_nested_prompt_sees_the_variables_and_is_left_with_exit() => Assert.EndsWith(
        "inner 5\nouter",
        ShellProcess.Command("$x = 5; $Host.EnterNestedPrompt(); 'outer'", "\"inner $x\"\nexit\n").Text,
        StringComparison.Ordinal);
}
