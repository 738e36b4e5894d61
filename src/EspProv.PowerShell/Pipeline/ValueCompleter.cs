using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace EspProv.Commands.Pipeline;

/// <summary>A completer that offers live values, filtered by the typed text and quoted where PowerShell needs quotes.</summary>
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
            // A text with control characters cannot be offered: it would be completed with escapes, which are not the value.
            if (!text.StartsWith(typed, StringComparison.OrdinalIgnoreCase) || !UntrustedText.IsSafe(text))
                continue;
            string quoted = Quote(IsPattern ? WildcardPattern.Escape(text) : text);
            yield return new CompletionResult(quoted, text, CompletionResultType.ParameterValue, UntrustedText.Show(description));
        }
    }

    /// <summary>Whether the parameter accepts wildcards, so that wildcard characters in values must be escaped.</summary>
    private protected virtual bool IsPattern => false;

    /// <summary>The current values, each with a line that describes it.</summary>
    private protected abstract IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters);

    /// <summary>The current values, if they depend on how the parameter was written.</summary>
    private protected virtual IEnumerable<(string Text, string Description)> Values(IDictionary boundParameters, CommandAst command) =>
        Values(boundParameters);

    // A network name may contain anything: text other than a plain word is quoted. A leading hyphen would make it a parameter name.
    private static string Quote(string text) =>
        !text.StartsWith('-') && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':')
            ? text
            : $"'{CodeGeneration.EscapeSingleQuotedStringContent(text)}'";
}
