using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EspProv.Commands.Pipeline;

/// <summary>A completer that offers live values, filtered by what is typed and quoted where PowerShell needs quotes.</summary>
public abstract class ValueCompleter : IArgumentCompleter
{
    private protected ValueCompleter()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        string typed = wordToComplete.Trim('\'', '"');
        if (IsPattern)
            typed = WildcardPattern.Unescape(typed);
        foreach ((string text, string description) in Values(fakeBoundParameters, commandAst))
        {
            // What cannot be shown cannot be typed either: the escapes would be taken for the value.
            if (!text.StartsWith(typed, StringComparison.OrdinalIgnoreCase) || !UntrustedText.IsSafe(text))
                continue;
            string quoted = Quote(IsPattern ? WildcardPattern.Escape(text) : text);
            yield return new CompletionResult(quoted, text, CompletionResultType.ParameterValue, UntrustedText.Show(description));
        }
    }

    /// <summary>Whether the parameter takes wildcards, so that those in a value are to be escaped.</summary>
    private protected virtual bool IsPattern => false;

    /// <summary>The values that there are now, each with a line that describes it.</summary>
    private protected abstract IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters);

    /// <summary>The same, where it matters how the parameter was written.</summary>
    private protected virtual IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters, CommandAst command) =>
        Values(boundParameters);

    // A network may be called anything: whatever is not plainly a word is quoted. A hyphen in front makes a parameter's name of it.
    private static string Quote(string text) =>
        !text.StartsWith('-') && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':')
            ? text
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
