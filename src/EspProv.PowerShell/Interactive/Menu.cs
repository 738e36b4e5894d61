using System.Globalization;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Interactive;

/// <summary>Prompts for a choice from numbered lines.</summary>
internal static class Menu
{
    /// <summary>Prompts until the answer is one of the numbers, or text if that is allowed.</summary>
    /// <param name="cmdlet">The cmdlet whose host prompts.</param>
    /// <param name="caption">The line above the numbered lines.</param>
    /// <param name="lines">The lines, numbered from 1.</param>
    /// <param name="label">The question; 0 is always a valid answer.</param>
    /// <param name="takesText">Whether text other than a number is a valid answer.</param>
    /// <param name="missing">The error message if this session cannot prompt.</param>
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
            string orText = takesText ? ", a name or an address" : "";
            caption = string.Create(CultureInfo.InvariantCulture, $"Type a number from 0 to {lines.Count}{orText}; Ctrl-C cancels.");
            shown = [];
        }
    }

    /// <summary>Prompts for a line of text.</summary>
    internal static string Text(AsyncCmdlet cmdlet, string caption, IEnumerable<string> lines, string label, string missing)
    {
        cmdlet.StopToken.ThrowIfCancellationRequested();
        string? answer = UserPrompt.ForText(cmdlet.Host, caption, lines, label);
        if (answer is null)
            cmdlet.ThrowTerminatingError(ErrorFactory.From(ModuleError.ParameterRequired, $"{missing}; this session cannot prompt.", null));
        return answer!.Trim();
    }
}
