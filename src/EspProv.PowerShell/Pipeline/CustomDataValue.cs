using System.Collections;
using System.Security;
using EspProv.Commands.Errors;
using EspProv.Fleet.Plan;

namespace EspProv.Commands.Pipeline;

/// <summary>Reads data for custom endpoints: text, bytes, a SecureString, a file, or a list of these.</summary>
internal static class CustomDataValue
{
    /// <summary>The messages to send, in order.</summary>
    /// <param name="what">The name of the column or parameter, for error messages.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="FormatException">The value cannot be sent. The message does not contain it.</exception>
    /// <exception cref="ModuleException"><see cref="ModuleError.FileNotReadable"/>.</exception>
    internal static IReadOnlyList<byte[]> Read(string what, object value) =>
        PipelineValue.Unwrap(value) is IList and not byte[] and { Count: > 0 } list
            ? [.. list.Cast<object?>().Select(item => ReadOne(what, PipelineValue.Unwrap(item), isListed: true))]
            : [ReadOne(what, PipelineValue.Unwrap(value), isListed: false)];

    /// <summary>Endpoints with their data, in the order of the table.</summary>
    /// <exception cref="FormatException">The table is not ordered, or an endpoint name is missing.</exception>
    internal static IReadOnlyList<KeyValuePair<string, object>> Entries(string what, IDictionary? table)
    {
        if (table is Hashtable { Count: > 1 })
            throw new FormatException($"{what} is sent in order, and a hashtable has no order: write [ordered]@{{ ... }}.");
        var entries = new List<KeyValuePair<string, object>>();
        foreach (DictionaryEntry entry in table ?? new Hashtable())
        {
            if (PipelineValue.Unwrap(entry.Key) is not string { Length: > 0 } endpoint || entry.Value is null)
                throw new FormatException($"{what} needs the name of an endpoint as each key, and the data for it as the value.");
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
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ModuleException(ModuleError.FileNotReadable, exception.Message, exception);
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
                using (var secret = secure.ToSecret())
                    return secret.Bytes.ToArray();
            case string text:
                return Utf8(what, text);

            // A list of numbers is probably meant as bytes, not as one message per number.
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
