using Tmds.DBus.Protocol;

namespace EspProv.Host.DBus;

/// <summary>
/// Converts a message's arguments to .NET values: numbers, bool and string as themselves; <c>o</c> and <c>g</c> as string; <c>ay</c> as
/// byte[]; <c>as</c>, <c>ao</c>, <c>ag</c> as string[]; <c>a{s…}</c> and <c>a{o…}</c> as a dictionary by string, other dictionaries by
/// object; other arrays and structs as object[]; variants as their content. File descriptors are not accepted.
/// </summary>
internal static class DBusReader
{
    // The specification allows 32 nested arrays and 32 nested structs; this protects the stack.
    private const int MaxDepth = 64;

    /// <summary>The arguments of a message, in order.</summary>
    /// <exception cref="InvalidDataException">Nested too deeply, or of a type that does not exist.</exception>
    public static IReadOnlyList<object> ReadBody(Message message)
    {
        Reader reader = message.GetBodyReader();
        var values = new List<object>();
        foreach (string type in DBusSignature.Split(message.SignatureAsString ?? ""))
            values.Add(Read(ref reader, type, 0));
        return values;
    }

    private static object Read(ref Reader reader, string type, int depth)
    {
        if (depth > MaxDepth)
            throw new InvalidDataException("A D-Bus message is nested too deeply.");
        return type[0] switch
        {
            'y' => reader.ReadByte(),
            'b' => reader.ReadBool(),
            'n' => reader.ReadInt16(),
            'q' => reader.ReadUInt16(),
            'i' => reader.ReadInt32(),
            'u' => reader.ReadUInt32(),
            'x' => reader.ReadInt64(),
            't' => reader.ReadUInt64(),
            'd' => reader.ReadDouble(),
            's' => reader.ReadString(),
            'o' => reader.ReadObjectPathAsString(),
            'g' => reader.ReadSignatureAsString(),
            'v' => Read(ref reader, reader.ReadSignatureAsString(), depth + 1),
            '(' => ReadStruct(ref reader, type, depth),
            'a' => ReadArray(ref reader, type[1..], depth),
            // The connection accepts no descriptors: only the index is read.
            'h' => reader.ReadUInt32(),
            _ => throw new InvalidDataException($"A D-Bus message holds a value of the unknown type '{type}'."),
        };
    }

    private static object[] ReadStruct(ref Reader reader, string type, int depth)
    {
        reader.AlignStruct();
        var values = new List<object>();
        foreach (string member in DBusSignature.Split(type[1..^1]))
            values.Add(Read(ref reader, member, depth + 1));
        return [.. values];
    }

    private static object ReadArray(ref Reader reader, string element, int depth)
    {
        switch (element[0])
        {
            case 'y':
                return reader.ReadArrayOfByte();
            case 's' or 'o' or 'g':
                return ReadItems(ref reader, element, depth).ConvertAll(item => (string)item).ToArray();
            case '{' when element[1] is 's' or 'o' or 'g':
                return ReadEntries(ref reader, element, depth, key => (string)key, StringComparer.Ordinal);
            case '{':
                return ReadEntries(ref reader, element, depth, key => key, null);
            default:
                return ReadItems(ref reader, element, depth).ToArray();
        }
    }

    private static List<object> ReadItems(ref Reader reader, string element, int depth)
    {
        var items = new List<object>();
        ArrayEnd end = reader.ReadArrayStart((DBusType)element[0]);
        while (reader.HasNext(end))
            items.Add(Read(ref reader, element, depth + 1));
        return items;
    }

    private static Dictionary<TKey, object> ReadEntries<TKey>(
        ref Reader reader, string element, int depth, Func<object, TKey> toKey, IEqualityComparer<TKey>? comparer)
        where TKey : notnull
    {
        (string keyType, string valueType) = (element.Substring(1, 1), element[2..^1]);
        var entries = new Dictionary<TKey, object>(comparer);
        ArrayEnd end = reader.ReadDictionaryStart();
        while (reader.HasNext(end))
        {
            TKey key = toKey(Read(ref reader, keyType, depth + 1));
            entries[key] = Read(ref reader, valueType, depth + 1);
        }

        return entries;
    }
}
