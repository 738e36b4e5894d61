using System.Collections;
using Tmds.DBus.Protocol;

namespace EspProv.Host.DBus;

/// <summary>
/// Writes .NET values into a message, guided by a signature: the shapes that <see cref="DBusReader"/> gives, any sequence for an
/// array, any dictionary for <c>a{…}</c>, <see cref="DBusVariant"/> for <c>v</c>, and a <see cref="Secret"/> for a string that is one.
/// </summary>
/// <remarks>Values are checked here: the library does not, and the bus closes a connection that sends an invalid one.</remarks>
internal static class DBusWriter
{
    /// <exception cref="ArgumentException">The values do not fit the signature, or cannot be sent.</exception>
    public static void WriteBody(ref MessageWriter writer, string signature, IReadOnlyList<object> body)
    {
        int count = 0;
        foreach (string type in DBusSignature.Split(signature))
        {
            Write(ref writer, type, count < body.Count
                ? body[count++]
                : throw new ArgumentException($"The D-Bus signature '{signature}' has more types than there are values."));
        }

        if (count != body.Count)
            throw new ArgumentException($"The D-Bus signature '{signature}' has fewer types than there are values.");
    }

    private static void Write(ref MessageWriter writer, string type, object value)
    {
        switch (type[0])
        {
            case 'y':
                writer.WriteByte((byte)value);
                break;
            case 'b':
                writer.WriteBool((bool)value);
                break;
            case 'n':
                writer.WriteInt16((short)value);
                break;
            case 'q':
                writer.WriteUInt16((ushort)value);
                break;
            case 'i':
                writer.WriteInt32((int)value);
                break;
            case 'u':
                writer.WriteUInt32((uint)value);
                break;
            case 'x':
                writer.WriteInt64((long)value);
                break;
            case 't':
                writer.WriteUInt64((ulong)value);
                break;
            case 'd':
                writer.WriteDouble((double)value);
                break;
            case 's':
                WriteText(ref writer, value);
                break;
            case 'o':
                writer.WriteObjectPath(DBusNames.IsObjectPath((string)value) ? (string)value : throw Unsendable(type));
                break;
            case 'g':
                writer.WriteSignature((string)value);
                break;
            case 'v':
                var variant = (DBusVariant)value;
                writer.WriteSignature(variant.Signature);
                Write(ref writer, variant.Signature, variant.Value);
                break;
            case '(':
                WriteStruct(ref writer, type, (IEnumerable)value);
                break;
            case 'a':
                WriteArray(ref writer, type[1..], value);
                break;
            default:
                throw new ArgumentException($"The D-Bus type '{type}' is not supported.");
        }
    }

    private static void WriteText(ref MessageWriter writer, object value)
    {
        if (value is Secret secret)
            writer.WriteString(secret.Bytes.Contains((byte)0) ? throw Unsendable("s") : secret.Bytes);
        else
            writer.WriteString(((string)value).Contains('\0', StringComparison.Ordinal) ? throw Unsendable("s") : (string)value);
    }

    // The value is not quoted: it may be a secret.
    private static ArgumentException Unsendable(string type) => new($"A value cannot be sent as the D-Bus type '{type}'.");

    private static void WriteStruct(ref MessageWriter writer, string type, IEnumerable values)
    {
        writer.WriteStructureStart();
        IEnumerator value = values.GetEnumerator();
        foreach (string member in DBusSignature.Split(type[1..^1]))
        {
            Write(ref writer, member, value.MoveNext()
                ? value.Current!
                : throw new ArgumentException($"The D-Bus struct '{type}' has more members than there are values."));
        }
    }

    private static void WriteArray(ref MessageWriter writer, string element, object value)
    {
        if (element == "y")
        {
            writer.WriteArray((value as byte[] ?? (ReadOnlyMemory<byte>)value).Span);
            return;
        }

        ArrayStart start = writer.WriteArrayStart((DBusType)element[0]);
        if (element[0] == '{')
        {
            foreach (DictionaryEntry entry in (IDictionary)value)
            {
                writer.WriteDictionaryEntryStart();
                Write(ref writer, element.Substring(1, 1), entry.Key);
                Write(ref writer, element[2..^1], entry.Value!);
            }
        }
        else
        {
            foreach (object item in (IEnumerable)value)
                Write(ref writer, element, item);
        }

        writer.WriteArrayEnd(start);
    }
}
