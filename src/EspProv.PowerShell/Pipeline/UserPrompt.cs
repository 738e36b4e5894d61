using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Asks the user at the host, if there is one, for what turned out to be missing. Names in questions are text to show.
/// </summary>
internal static class UserPrompt
{
    // A host that answers by itself answers with nothing, again and again.
    private const int MaxEmptyAnswers = 3;

    /// <summary>A secret; one that is empty is asked for again. Null where nobody can be asked, or nothing was typed.</summary>
    /// <param name="host">The host.</param>
    /// <param name="caption">What the question is about.</param>
    /// <param name="label">The question.</param>
    /// <param name="mayBeEmpty">Whether nothing is an answer as well.</param>
    internal static SecureString? ForSecret(PSHost host, string caption, string label, bool mayBeEmpty = false) =>
        NotEmpty(host, () => Field(host, caption, "", label, typeof(SecureString)) as SecureString, secret => mayBeEmpty || secret.Length > 0);

    /// <summary>Username and password, asked for as <see cref="ForSecret"/> does.</summary>
    internal static PSCredential? ForCredential(PSHost host, string caption, string? username)
    {
        const string question = "Username and password of the device";
        string known = UntrustedText.Show(username) ?? "";
        return NotEmpty(
            host,
            () => Ask(host, ui => ui.PromptForCredential(UntrustedText.Show(caption), question, known, targetName: "")),
            credential => credential.Password.Length > 0);
    }

    /// <summary>A line of text; null where nobody can be asked. The lines above it are shown only where somebody can.</summary>
    internal static string? ForText(PSHost host, string caption, IEnumerable<string> lines, string label) =>
        Field(host, caption, string.Join('\n', lines.Select(line => UntrustedText.Show(line))), label, typeof(string)) as string;

    /// <summary>Whether the user says yes; false where nobody can be asked.</summary>
    internal static bool ForYes(PSHost host, string caption, string question)
    {
        var choices = new Collection<ChoiceDescription> { new("&Yes"), new("&No") };
        return Ask<object>(host, ui => ui.PromptForChoice(UntrustedText.Show(caption), UntrustedText.Show(question), choices, defaultChoice: 1)) is 0;
    }

    /// <summary>Says something to the user.</summary>
    internal static void Say(PSHost host, string line) => host.UI.WriteLine(UntrustedText.Show(line));

    private static object? Field(PSHost host, string caption, string message, string label, Type type)
    {
        label = UntrustedText.Show(label);
        var field = new FieldDescription(label);
        field.SetParameterType(type);
        Dictionary<string, PSObject>? answer = Ask(host, ui => ui.Prompt(UntrustedText.Show(caption), message, new Collection<FieldDescription> { field }));
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
            Say(host, "Nothing was typed. Type it, or press Ctrl-C to leave.");
        }

        return null;
    }

    private static T? Ask<T>(PSHost host, Func<PSHostUserInterface, T?> question)
        where T : class
    {
        // pwsh would read an answer from a pipe; in a job or a CI run that waits for nobody.
        if (host.UI is not { } ui || (host.Name == "ConsoleHost" && Console.IsInputRedirected))
            return null;
        try
        {
            return question(ui);
        }
        catch (Exception exception) when (exception is HostException or PSInvalidOperationException or NotImplementedException)
        {
            // The ways in which hosts without a person say so; pwsh -NonInteractive is among them.
            return null;
        }
    }
}
