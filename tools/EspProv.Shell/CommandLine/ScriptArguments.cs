using System.Management.Automation.Runspaces;

namespace EspProv.Shell.CommandLine;

/// <summary>Turns words of the command line into arguments of a script, as pwsh does for <c>-File</c>.</summary>
internal static class ScriptArguments
{
    /// <summary>
    /// A word that begins with a dash is a parameter's name, <c>-Name:value</c> carries its value, everything else is a
    /// value, as text. After <c>--</c> all words are values.
    /// </summary>
    public static IEnumerable<CommandParameter> Bind(IEnumerable<string> words)
    {
        bool onlyValues = false;
        foreach (string word in words)
        {
            if (onlyValues || word.Length < 2 || word[0] != '-' || !IsNameStart(word[1]))
            {
                if (word == "--" && !onlyValues)
                    onlyValues = true;
                else
                    yield return new CommandParameter(null, word);
                continue;
            }

            int colon = word.IndexOf(':', StringComparison.Ordinal);
            yield return colon > 0 && colon + 1 < word.Length
                ? new CommandParameter(word[..colon], ToValue(word[(colon + 1)..]))
                : new CommandParameter(word);
        }
    }

    // A negative number is a value, not a name.
    private static bool IsNameStart(char c) => !char.IsAsciiDigit(c) && c != '.';

    // Switches can be turned off only as -Name:$false, so these two words are understood there.
    private static object ToValue(string text) => text.ToLowerInvariant() switch
    {
        "$true" => true,
        "$false" => false,
        _ => text,
    };
}
