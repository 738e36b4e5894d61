using System.Collections;
using System.Security;
using EspProv.Commands.Errors;
using EspProv.Fleet.Plan;

namespace EspProv.Commands.Pipeline;

/// <summary>Data for an application's endpoint as users give it: text, bytes, a SecureString or a file, or several of these in a list.</summary>
internal static class CustomDataValue
{
    /// <summary>What is to be sent, one message after the other.</summary>
    /// <param name="what">What it is, at the beginning of a sentence: the name of a column or parameter.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="FormatException">It is nothing that can be sent. The message does not show it.</exception>
    /// <exception cref="ModuleException"><see cref="ModuleError.FileNotReadable"/>.</exception>
    internal static IReadOnlyList<byte[]> Read(string what, object value) =>
        PipelineValue.Unwrap(value) is IList and not byte[] and { Count: > 0 } list
            ? [.. list.Cast<object?>().Select(item => ReadOne(what, PipelineValue.Unwrap(item), isListed: true))]
            : [ReadOne(what, PipelineValue.Unwrap(value), isListed: false)];

    /// <summary>Endpoints and what they are to get, in the order of the table.</summary>
    /// <exception cref="FormatException">The table has no order, or no name for an endpoint.</exception>
    internal static IReadOnlyList<KeyValuePair<string, object>> Entries(string what, IDictionary? table)
    {
        if (table is Hashtable { Count: > 1 })
            throw new FormatException($"{what} is sent in order, and a hashtable has none: write [ordered]@{{ ... }}.");
        var entries = new List<KeyValuePair<string, object>>();
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            if (PipelineValue.Unwrap(entry.Key) is not string { Length: > 0 } endpoint || entry.Value is null)
                throw new FormatException($"{what} has the name of an endpoint for each key, and what that is to get for its value.");
            entries.Add(new(endpoint, entry.Value));
        }

        return entries;
    }

    /// <summary>The content of a file.</summary>
    /// <exception cref="ModuleException"><see cref="ModuleError.FileNotReadable"/>.</exception>
    internal static byte[] ReadFile(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] content = new byte[FleetCustomData.MaxLength + 1];
            int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length switch
            {
                0 => throw new ModuleException(ModuleError.FileNotReadable, $"There is nothing to send in '{path}'."),
                > FleetCustomData.MaxLength => throw new ModuleException(
                    ModuleError.FileNotReadable, $"'{path}' has more than the {FleetCustomData.MaxLength} bytes that can be sent."),
                _ => content[..length],
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ModuleException(ModuleError.FileNotReadable, e.Message, e);
        }
    }

    private static byte[] ReadOne(string what, object? value, bool isListed)
    {
        switch (value)
        {
            case byte[] bytes:
                return [.. bytes];
            case FileInfo file:
                return ReadFile(file.FullName);
            case SecureString secure:
                using (Secret secret = secure.ToSecret())
                    return secret.Bytes.ToArray();
            case string text:
                return Utf8(what, text);

            // A list of numbers would be as many messages, and is meant to be one of bytes.
            case not null when !isListed && InvariantText.Of(value) is { } number:
                return Utf8(what, number);
            default:
                throw new FormatException($"{what} is text, [byte[]], a SecureString or a file, or a list of these.");
        }
    }

    private static byte[] Utf8(string what, string text)
    {
        byte[] utf8 = GivenText.ToUtf8(what, text);
        return GivenText.FindEncodingError(what, utf8) is { } error ? throw new FormatException(error) : utf8;
    }
}
