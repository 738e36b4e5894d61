using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Asks the person at the host, if there is one, for a secret that turned out to be missing. Names in questions are text to show.
/// </summary>
internal static class UserPrompt
{
    /// <summary>A secret; null where nobody can be asked, or nothing was typed.</summary>
    internal static SecureString? ForSecret(PSHost host, string caption, string label)
    {
        label = UntrustedText.Show(label);
        var field = new FieldDescription(label);
        field.SetParameterType(typeof(SecureString));
        Dictionary<string, PSObject>? answer = Ask(
            host, ui => ui.Prompt(UntrustedText.Show(caption), "", new Collection<FieldDescription> { field }));
        return answer is not null && answer.TryGetValue(label, out PSObject? value) && value?.BaseObject is SecureString { Length: > 0 } secret
            ? secret
            : null;
    }

    /// <summary>Username and password; null where nobody can be asked, or nothing was typed.</summary>
    internal static PSCredential? ForCredential(PSHost host, string caption, string? username) =>
        Ask(host, ui => ui.PromptForCredential(UntrustedText.Show(caption), "Username and password of the device",
            UntrustedText.Show(username) ?? "", targetName: "")) is
        { Password.Length: > 0 } credential
            ? credential
            : null;

    /// <summary>A line of text, below lines to choose from; null where nobody can be asked.</summary>
    internal static string? ForText(PSHost host, IEnumerable<string> lines, string label) => Ask(host, ui =>
    {
        foreach (string line in lines)
            ui.WriteLine(UntrustedText.Show(line));
        ui.Write(UntrustedText.Show($"{label}: "));
        return ui.ReadLine();
    });

    /// <summary>Says something to the person.</summary>
    internal static void Say(PSHost host, string line) => host.UI.WriteLine(UntrustedText.Show(line));

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
