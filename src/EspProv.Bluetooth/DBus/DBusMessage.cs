using System.Runtime.InteropServices;

namespace EspProv.Bluetooth.DBus;

internal enum DBusMessageType
{
    MethodCall = 1,
    MethodReturn = 2,
    Error = 3,
    Signal = 4,
}

/// <summary>A value together with its type, for places where the wire wants a variant.</summary>
internal sealed record DBusVariant(string Signature, object Value);

/// <summary>
/// A message to send, or one that came. Values are those of <see cref="DBusReader"/> and <see cref="DBusWriter"/>.
/// </summary>
internal sealed record DBusMessage
{
    public required DBusMessageType Type { get; init; }

    public string? Destination { get; init; }

    public string? Sender { get; init; }

    public string? Path { get; init; }

    public string? Interface { get; init; }

    public string? Member { get; init; }

    public string? ErrorName { get; init; }

    public string Signature { get; init; } = "";

    public IReadOnlyList<object> Body { get; init; } = [];

    public uint Serial { get; init; }

    public uint ReplySerial { get; init; }

    public bool NoReply { get; init; }

    public static DBusMessage Call(string destination, string path, string interfaceName, string member, string signature = "", params object[] body) => new()
    {
        Type = DBusMessageType.MethodCall,
        Destination = destination,
        Path = path,
        Interface = interfaceName,
        Member = member,
        Signature = signature,
        Body = body,
    };

    public static DBusMessage Signal(string path, string interfaceName, string member, string signature, params object[] body) => new()
    {
        Type = DBusMessageType.Signal,
        Path = path,
        Interface = interfaceName,
        Member = member,
        Signature = signature,
        Body = body,
    };

    public DBusMessage Return(string signature = "", params object[] body) => new()
    {
        Type = DBusMessageType.MethodReturn,
        Destination = Sender,
        ReplySerial = Serial,
        Signature = signature,
        Body = body,
    };

    public DBusMessage Error(string name, string message) => new()
    {
        Type = DBusMessageType.Error,
        Destination = Sender,
        ReplySerial = Serial,
        ErrorName = name,
        Signature = "s",
        Body = [message],
    };

    /// <summary>Takes over what is in a native message; the caller still owns that.</summary>
    internal static DBusMessage FromNative(DBusMessageHandle native) => new()
    {
        Type = (DBusMessageType)NativeMethods.dbus_message_get_type(native),
        Sender = Text(NativeMethods.dbus_message_get_sender(native)),
        Path = Text(NativeMethods.dbus_message_get_path(native)),
        Interface = Text(NativeMethods.dbus_message_get_interface(native)),
        Member = Text(NativeMethods.dbus_message_get_member(native)),
        ErrorName = Text(NativeMethods.dbus_message_get_error_name(native)),
        Signature = Text(NativeMethods.dbus_message_get_signature(native)) ?? "",
        Serial = NativeMethods.dbus_message_get_serial(native),
        ReplySerial = NativeMethods.dbus_message_get_reply_serial(native),
        NoReply = NativeMethods.dbus_message_get_no_reply(native) != 0,
        Body = DBusReader.ReadBody(native),
    };

    /// <summary>A native message with the same content.</summary>
    /// <exception cref="ArgumentException">A name or value does not fit; nothing of it reaches the library, which would abort the process.</exception>
    internal DBusMessageHandle ToNative()
    {
        DBusMessageHandle native = NativeMethods.dbus_message_new((int)Type);
        if (native.IsInvalid)
        {
            native.Dispose();
            throw new InsufficientMemoryException();
        }

        try
        {
            Set(Destination, DBusNames.IsBusName, NativeMethods.dbus_message_set_destination);
            Set(Path, DBusNames.IsObjectPath, NativeMethods.dbus_message_set_path);
            Set(Interface, DBusNames.IsInterface, NativeMethods.dbus_message_set_interface);
            Set(Member, DBusNames.IsMember, NativeMethods.dbus_message_set_member);
            Set(ErrorName, DBusNames.IsInterface, NativeMethods.dbus_message_set_error_name);
            if (ReplySerial != 0)
            {
                Check(NativeMethods.dbus_message_set_reply_serial(native, ReplySerial));
            }

            NativeMethods.dbus_message_set_no_reply(native, NoReply ? 1 : 0);
            DBusWriter.WriteBody(native, Signature, Body);
            return native;
        }
        catch
        {
            native.Dispose();
            throw;
        }

        void Set(string? value, Func<string, bool> isValid, Func<DBusMessageHandle, string, int> set)
        {
            if (value is not null)
            {
                Check(isValid(value) ? set(native, value) : throw new ArgumentException($"'{value}' is not a valid name on the bus."));
            }
        }
    }

    internal static void Check(int succeeded)
    {
        // The library's only failure here is memory.
        if (succeeded == 0)
        {
            throw new InsufficientMemoryException();
        }
    }

    internal static string? Text(nint utf8) => utf8 == 0 ? null : Marshal.PtrToStringUTF8(utf8);
}
