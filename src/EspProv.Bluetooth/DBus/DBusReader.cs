using System.Runtime.InteropServices;
using static EspProv.Bluetooth.DBus.NativeMethods;

namespace EspProv.Bluetooth.DBus;

/// <summary>
/// Makes .NET values of a message's arguments: numbers, bool and string as themselves; <c>o</c> and <c>g</c> as string; <c>ay</c> as
/// byte[]; <c>as</c>, <c>ao</c>, <c>ag</c> as string[]; <c>a{s…}</c> and <c>a{o…}</c> as a dictionary by string, other dictionaries by
/// object; other arrays and structs as object[]; variants as what they hold. Unix descriptors are not taken.
/// </summary>
internal static unsafe class DBusReader
{
    // What the specification allows: 32 arrays in 32 structs. The library has checked it before; this guards the stack.
    private const int MaxDepth = 64;

    public static IReadOnlyList<object> ReadBody(DBusMessageHandle message)
    {
        NativeIterator iterator;
        var values = new List<object>();
        if (dbus_message_iter_init(message, &iterator) != 0)
        {
            do
            {
                values.Add(Read(&iterator, 0));
            }
            while (dbus_message_iter_next(&iterator) != 0);
        }

        return values;
    }

    private static object Read(NativeIterator* iterator, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidDataException("A D-Bus message is nested too deeply.");
        }

        int type = dbus_message_iter_get_arg_type(iterator);
        long raw = 0;
        switch (type)
        {
            case 'a':
                return ReadArray(iterator, depth);
            case 'v':
                NativeIterator inner;
                dbus_message_iter_recurse(iterator, &inner);
                return Read(&inner, depth + 1);
            case 'r':
            case 'e':
                return ReadAll(iterator, depth).ToArray();
            case 'h':
                return DBNull.Value;
            default:
                dbus_message_iter_get_basic(iterator, &raw);
                break;
        }

        return type switch
        {
            'y' => *(byte*)&raw,
            'b' => *(int*)&raw != 0,
            'n' => *(short*)&raw,
            'q' => *(ushort*)&raw,
            'i' => *(int*)&raw,
            'u' => *(uint*)&raw,
            'x' => raw,
            't' => *(ulong*)&raw,
            'd' => *(double*)&raw,
            's' or 'o' or 'g' => Marshal.PtrToStringUTF8(*(nint*)&raw) ?? "",
            _ => throw new InvalidDataException($"A D-Bus message holds a value of the unknown type {type}."),
        };
    }

    private static List<object> ReadAll(NativeIterator* container, int depth)
    {
        NativeIterator inner;
        dbus_message_iter_recurse(container, &inner);
        var values = new List<object>();
        while (dbus_message_iter_get_arg_type(&inner) != 0)
        {
            values.Add(Read(&inner, depth + 1));
            _ = dbus_message_iter_next(&inner);
        }

        return values;
    }

    private static object ReadArray(NativeIterator* iterator, int depth)
    {
        int elementType = dbus_message_iter_get_element_type(iterator);
        switch (elementType)
        {
            case 'y':
                NativeIterator bytes;
                byte* first = null;
                int count = 0;
                dbus_message_iter_recurse(iterator, &bytes);
                dbus_message_iter_get_fixed_array(&bytes, &first, &count);
                return new ReadOnlySpan<byte>(first, count).ToArray();
            case 's' or 'o' or 'g':
                return ReadAll(iterator, depth).ConvertAll(value => (string)value).ToArray();
            case 'e':
                List<object> entries = ReadAll(iterator, depth);
                if (entries.TrueForAll(entry => ((object[])entry)[0] is string))
                {
                    var byText = new Dictionary<string, object>(StringComparer.Ordinal);
                    foreach (object[] entry in entries.Cast<object[]>())
                    {
                        byText[(string)entry[0]] = entry[1];
                    }

                    return byText;
                }

                var byObject = new Dictionary<object, object>();
                foreach (object[] entry in entries.Cast<object[]>())
                {
                    byObject[entry[0]] = entry[1];
                }

                return byObject;
            default:
                return ReadAll(iterator, depth).ToArray();
        }
    }
}
