using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Prompts the user for missing values. Control characters in questions are escaped.
/// </summary>
internal static class UserPrompt
{
    // Some hosts answer every prompt with an empty value.
    private const int MaxEmptyAnswers = 3;

    /// <summary>Prompts for a secret, again if it is empty. Null when the session cannot prompt, or nothing was typed.</summary>
    /// <param name="host">The host.</param>
    /// <param name="caption">The line above the question.</param>
    /// <param name="label">The question.</param>
    /// <param name="mayBeEmpty">Whether an empty answer is accepted.</param>
    internal static SecureString? ForSecret(PSHost host, string caption, string label, bool mayBeEmpty = false) => NotEmpty(
        host,
        () => Field(host, caption, "", label, typeof(SecureString)) as SecureString,
        secret => mayBeEmpty || secret.Length > 0);

    /// <summary>Prompts for username and password, as <see cref="ForSecret"/> does.</summary>
    internal static PSCredential? ForCredential(PSHost host, string caption, string? username)
    {
        const string question = "Username and password of the device";
        string known = UntrustedText.Show(username) ?? "";
        return NotEmpty(
            host,
            () => Ask(host, ui => ui.PromptForCredential(UntrustedText.Show(caption), question, known, targetName: "")),
            credential => credential.Password.Length > 0);
    }

    /// <summary>Prompts for a line of text, below the given lines. Null, and nothing shown, when the session cannot prompt.</summary>
    internal static string? ForText(PSHost host, string caption, IEnumerable<string> lines, string label) =>
        Field(host, caption, string.Join('\n', lines.Select(line => UntrustedText.Show(line))), label, typeof(string)) as string;

    /// <summary>Whether the user answers yes; false when the session cannot prompt.</summary>
    internal static bool ForYes(PSHost host, string caption, string question)
    {
        var choices = new Collection<ChoiceDescription> { new("&Yes"), new("&No") };
        return Ask<object>(
            host, ui => ui.PromptForChoice(UntrustedText.Show(caption), UntrustedText.Show(question), choices, defaultChoice: 1)) is 0;
    }

    /// <summary>Shows a line to the user.</summary>
    internal static void Say(PSHost host, string line) => host.UI.WriteLine(UntrustedText.Show(line));

    /// <summary>Whether an exception is of a host that cannot prompt, such as pwsh -NonInteractive.</summary>
    internal static bool IsUnavailable(Exception exception) =>
        exception is HostException or PSInvalidOperationException or NotImplementedException;

    private static object? Field(PSHost host, string caption, string message, string label, Type type)
    {
        label = UntrustedText.Show(label);
        var field = new FieldDescription(label);
        field.SetParameterType(type);
        Dictionary<string, PSObject>? answer = Ask(
            host, ui => ui.Prompt(UntrustedText.Show(caption), message, new Collection<FieldDescription> { field }));
        return answer is not null && answer.TryGetValue(label, out PSObject? value) ? value?.BaseObject : null;
    }

    private static T? NotEmpty<T>(PSHost host, Func<T?> question, Func<T, bool> isEnough)
        where T : class
    {
        for (int i = 0; i < MaxEmptyAnswers; i++)
        {
            if (question() is not { } answer)
                return null;
            if (isEnough(answer))
                return answer;
            Say(host, "Nothing was typed. Type it, or press Ctrl-C to cancel.");
        }

        return null;
    }

    private static T? Ask<T>(PSHost host, Func<PSHostUserInterface, T?> question)
        where T : class
    {
        // With redirected input, as in a job or a CI run, pwsh would wait for an answer on the pipe.
        if (host.UI is not { } ui || (host.Name == "ConsoleHost" && Console.IsInputRedirected))
            return null;
        try
        {
            return question(ui);
        }
        catch (Exception exception) when (IsUnavailable(exception))
        {
            return null;
        }
    }
}
