using System.Globalization;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Interactive;

/// <summary>Numbered lines to choose from.</summary>
internal static class Menu
{
    /// <summary>Asks until the answer is one of the numbers, or other text where that is taken.</summary>
    /// <param name="cmdlet">Whose host is asked.</param>
    /// <param name="caption">The line above the numbered ones.</param>
    /// <param name="lines">The lines, which are numbered from 1.</param>
    /// <param name="label">The question; 0 is an answer to it.</param>
    /// <param name="takesText">Whether other text than a number is an answer.</param>
    /// <param name="missing">The error where nobody can be asked.</param>
    /// <returns>The number; or −1 and the text.</returns>
    internal static (int Number, string Text) Choose(
        AsyncCmdlet cmdlet, string caption, IReadOnlyList<string> lines, string label, bool takesText, string missing)
    {
        IEnumerable<string> shown = lines.Select((line, index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1,4}  {line}"));
        while (true)
        {
            string text = Text(cmdlet, caption, shown, label, missing);
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= lines.Count)
                return (number, "");
            if (takesText && text.Length > 0 && !text.All(char.IsAsciiDigit))
                return (-1, text);
            caption = string.Create(CultureInfo.InvariantCulture, $"Type a number from 0 to {lines.Count}{(takesText ? ", a name or an address" : "")}; Ctrl-C leaves.");
            shown = [];
        }
    }

    /// <summary>Asks for a line of text.</summary>
    internal static string Text(AsyncCmdlet cmdlet, string caption, IEnumerable<string> lines, string label, string missing)
    {
        cmdlet.StopToken.ThrowIfCancellationRequested();
        string? answer = UserPrompt.ForText(cmdlet.Host, caption, lines, label);
        if (answer is null)
            cmdlet.ThrowTerminatingError(ErrorFactory.From(ModuleError.ParameterRequired, $"{missing}; nobody can be asked.", null));
        return answer!.Trim();
    }
}
