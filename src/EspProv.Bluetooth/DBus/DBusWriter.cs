using System.Collections;
using System.Text;
using static EspProv.Bluetooth.DBus.NativeMethods;

namespace EspProv.Bluetooth.DBus;

/// <summary>
/// Appends .NET values to a message, guided by a signature: the shapes that <see cref="DBusReader"/> gives, any sequence for an
/// array, any dictionary for <c>a{…}</c>, and <see cref="DBusVariant"/> for <c>v</c>.
/// </summary>
internal static unsafe class DBusWriter
{
    public static void WriteBody(DBusMessageHandle message, string signature, IReadOnlyList<object> body)
    {
        NativeIterator iterator;
        dbus_message_iter_init_append(message, &iterator);
        int position = 0;
        foreach (object value in body)
        {
            int length = TypeLength(signature, position);
            Write(&iterator, signature.Substring(position, length), value);
            position += length;
        }

        if (position != signature.Length)
        {
            throw new ArgumentException($"The signature '{signature}' has more types than there are values.");
        }
    }

    private static void Write(NativeIterator* iterator, string type, object value)
    {
        long raw = 0;
        switch (type[0])
        {
            case 'a':
                WriteArray(iterator, type, value);
                return;
            case 'v':
                var variant = (DBusVariant)value;
                NativeIterator inner;
                DBusMessage.Check(dbus_message_iter_open_container(iterator, 'v', variant.Signature, &inner));
                Write(&inner, variant.Signature, variant.Value);
                DBusMessage.Check(dbus_message_iter_close_container(iterator, &inner));
                return;
            case '(':
                WriteStruct(iterator, type, (IEnumerable)value);
                return;
            case 's' or 'o' or 'g':
                WriteText(iterator, type[0], (string)value);
                return;
            case 'y':
                *(byte*)&raw = (byte)value;
                break;
            case 'b':
                *(int*)&raw = (bool)value ? 1 : 0;
                break;
            case 'n':
                *(short*)&raw = (short)value;
                break;
            case 'q':
                *(ushort*)&raw = (ushort)value;
                break;
            case 'i':
                *(int*)&raw = (int)value;
                break;
            case 'u':
                *(uint*)&raw = (uint)value;
                break;
            case 'x':
                raw = (long)value;
                break;
            case 't':
                *(ulong*)&raw = (ulong)value;
                break;
            case 'd':
                *(double*)&raw = (double)value;
                break;
            default:
                throw new ArgumentException($"The D-Bus type '{type}' is not supported.");
        }

        DBusMessage.Check(dbus_message_iter_append_basic(iterator, type[0], &raw));
    }

    private static void WriteText(NativeIterator* iterator, char type, string text)
    {
        if (text.Contains('\0') || (type == 'o' && !DBusNames.IsObjectPath(text)))
        {
            throw new ArgumentException($"'{text}' cannot be sent as a D-Bus value of type '{type}'.");
        }

        // Lone surrogates become U+FFFD, so that what the library gets is always valid UTF-8.
        byte[] utf8 = Encoding.UTF8.GetBytes(text + "\0");
        fixed (byte* first = utf8)
        {
            byte* pointer = first;
            DBusMessage.Check(dbus_message_iter_append_basic(iterator, type, &pointer));
        }
    }

    private static void WriteStruct(NativeIterator* iterator, string type, IEnumerable values)
    {
        NativeIterator inner;
        DBusMessage.Check(dbus_message_iter_open_container(iterator, 'r', null, &inner));
        int position = 1;
        foreach (object value in values)
        {
            int length = TypeLength(type, position);
            Write(&inner, type.Substring(position, length), value);
            position += length;
        }

        DBusMessage.Check(dbus_message_iter_close_container(iterator, &inner));
    }

    private static void WriteArray(NativeIterator* iterator, string type, object value)
    {
        string element = type[1..];
        NativeIterator inner;
        DBusMessage.Check(dbus_message_iter_open_container(iterator, 'a', element, &inner));
        if (element[0] == '{')
        {
            string key = element.Substring(1, 1);
            string content = element[2..^1];
            foreach (DictionaryEntry entry in (IDictionary)value)
            {
                NativeIterator pair;
                DBusMessage.Check(dbus_message_iter_open_container(&inner, 'e', null, &pair));
                Write(&pair, key, entry.Key);
                Write(&pair, content, entry.Value!);
                DBusMessage.Check(dbus_message_iter_close_container(&inner, &pair));
            }
        }
        else if (element == "y")
        {
            byte[] bytes = value as byte[] ?? ((ReadOnlyMemory<byte>)value).ToArray();
            fixed (byte* first = bytes)
            {
                // Empty arrays have no address, and the library wants one.
                byte nothing = 0;
                byte* pointer = bytes.Length == 0 ? &nothing : first;
                DBusMessage.Check(dbus_message_iter_append_fixed_array(&inner, 'y', &pointer, bytes.Length));
            }
        }
        else
        {
            foreach (object item in (IEnumerable)value)
            {
                Write(&inner, element, item);
            }
        }

        DBusMessage.Check(dbus_message_iter_close_container(iterator, &inner));
    }

    // How many characters the one complete type at a position takes.
    private static int TypeLength(string signature, int position)
    {
        int depth = 0;
        for (int i = position; i < signature.Length; i++)
        {
            switch (signature[i])
            {
                case '(' or '{':
                    depth++;
                    break;
                case ')' or '}':
                    depth--;
                    break;
                case 'a':
                    continue;
                default:
                    break;
            }

            if (depth == 0)
            {
                return i - position + 1;
            }
        }

        throw new ArgumentException($"The signature '{signature}' has fewer types than there are values, or is cut off.");
    }
}
