using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EspProv.Shell.Hosting;

/// <summary>The questions that the engine asks: missing parameters, choices and confirmations, credentials.</summary>
internal sealed class HostPrompts(ShellUserInterface ui)
{
    /// <summary>Asks for each field, converts what is typed to the field's type, and asks again when that fails.</summary>
    public Dictionary<string, PSObject> Prompt(string? caption, string? message, IEnumerable<FieldDescription> fields)
    {
        WriteHeading(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (FieldDescription field in fields)
        {
            Type type = FieldType(field);
            string label = string.IsNullOrEmpty(field.Label) ? field.Name : WithoutHotKey(field.Label);
            answers[field.Name] = PSObject.AsPSObject(
                type.IsArray && type.GetArrayRank() == 1 ? AskList(label, type.GetElementType()!) : Ask(label, type));
        }

        return answers;
    }

    /// <summary>Offers choices by their hot key or label; an empty answer takes the default, <c>?</c> explains.</summary>
    public int PromptForChoice(string? caption, string? message, IReadOnlyList<ChoiceDescription> choices, int defaultChoice)
    {
        WriteHeading(caption, message);
        string[] keys = [.. choices.Select(HotKey)];
        while (true)
        {
            WriteChoices(choices, keys, defaultChoice >= 0 ? $"(default is \"{keys[defaultChoice]}\"): " : ": ");
            string answer = ui.ReadAnswer().Trim();
            if (answer.Length == 0 && defaultChoice >= 0)
                return defaultChoice;
            if (answer == "?")
            {
                WriteChoiceHelp(choices, keys);
                continue;
            }

            int index = Find(answer, choices, keys);
            if (index >= 0)
                return index;
        }
    }

    /// <summary>Offers choices of which several may be taken, one a line; an empty line ends.</summary>
    public Collection<int> PromptForChoices(
        string? caption, string? message, IReadOnlyList<ChoiceDescription> choices, IEnumerable<int>? defaultChoices)
    {
        WriteHeading(caption, message);
        string[] keys = [.. choices.Select(HotKey)];
        int[] defaults = [.. defaultChoices ?? []];
        WriteChoices(choices, keys, defaults.Length > 0 ? $"(default is \"{string.Join(',', defaults.Select(d => keys[d]))}\")\n" : "\n");
        var chosen = new Collection<int>();
        while (true)
        {
            ui.Write(string.Create(CultureInfo.InvariantCulture, $"Choice[{chosen.Count}]: "));
            string answer = ui.ReadAnswer().Trim();
            if (answer.Length == 0)
                return chosen.Count > 0 ? chosen : [.. defaults];
            if (answer == "?")
            {
                WriteChoiceHelp(choices, keys);
                continue;
            }

            int index = Find(answer, choices, keys);
            if (index >= 0)
                chosen.Add(index);
        }
    }

    /// <summary>Asks for a user name, unless it is known, and a password, which is not shown.</summary>
    public PSCredential PromptForCredential(string? caption, string? message, string? userName)
    {
        WriteHeading(caption, message);
        while (string.IsNullOrEmpty(userName))
        {
            ui.Write("User: ");
            userName = ui.ReadAnswer().Trim();
        }

        ui.Write($"Password for user {userName}: ");
        return new PSCredential(userName, ui.ReadLineAsSecureString());
    }

    // Types that only a module's own load context knows are asked for as text, which the engine then converts.
    private static Type FieldType(FieldDescription field) =>
        Type.GetType(field.ParameterAssemblyFullName, throwOnError: false) ?? typeof(string);

    private static string HotKey(ChoiceDescription choice)
    {
        int mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < choice.Label.Length
            ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant()
            : WithoutHotKey(choice.Label);
    }

    private static string WithoutHotKey(string label) => label.Replace("&", "", StringComparison.Ordinal);

    private static int Find(string answer, IReadOnlyList<ChoiceDescription> choices, string[] keys)
    {
        for (int i = 0; i < choices.Count; i++)
        {
            if (string.Equals(answer, keys[i], StringComparison.OrdinalIgnoreCase)
                || string.Equals(answer, WithoutHotKey(choices[i].Label), StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return -1;
    }

    private void WriteHeading(string? caption, string? message)
    {
        ui.WriteLine("");
        if (!string.IsNullOrEmpty(caption))
            ui.WriteLine(caption);
        if (!string.IsNullOrEmpty(message))
            ui.WriteLine(message);
    }

    private void WriteChoices(IReadOnlyList<ChoiceDescription> choices, string[] keys, string ending)
    {
        IEnumerable<string> shown = choices.Select((c, i) => $"[{keys[i]}] {WithoutHotKey(c.Label)}").Append("[?] Help");
        ui.Write(string.Join("  ", shown) + " " + ending);
    }

    private void WriteChoiceHelp(IReadOnlyList<ChoiceDescription> choices, string[] keys)
    {
        for (int i = 0; i < choices.Count; i++)
            ui.WriteLine($"{keys[i]} - {choices[i].HelpMessage}");
    }

    private object? Ask(string label, Type type)
    {
        while (true)
        {
            if (type == typeof(PSCredential))
                return PromptForCredential(null, label, null);
            ui.Write(label + ": ");
            if (type == typeof(SecureString))
                return ui.ReadLineAsSecureString();
            string text = ui.ReadAnswer();
            if (TryConvert(text, type, out object? value))
                return value;
        }
    }

    private Array AskList(string label, Type elementType)
    {
        var items = new List<object?>();
        while (true)
        {
            ui.Write(string.Create(CultureInfo.InvariantCulture, $"{label}[{items.Count}]: "));
            if (elementType == typeof(SecureString))
            {
                SecureString secret = ui.ReadLineAsSecureString();
                if (secret.Length == 0)
                    break;
                items.Add(secret);
                continue;
            }

            string text = ui.ReadAnswer();
            if (text.Length == 0)
                break;
            if (TryConvert(text, elementType, out object? value))
                items.Add(value);
        }

        Array array = Array.CreateInstance(elementType, items.Count);
        for (int i = 0; i < items.Count; i++)
            array.SetValue(items[i], i);
        return array;
    }

    private bool TryConvert(string text, Type type, out object? value)
    {
        if (LanguagePrimitives.TryConvertTo(text, type, CultureInfo.CurrentCulture, out value))
            return true;
        ui.WriteErrorLine($"Cannot recognize \"{text}\" as a {type.FullName} due to a format error.");
        return false;
    }
}
