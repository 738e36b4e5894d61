using System.Runtime.InteropServices;

namespace EspProv.Bluetooth.DBus;

/// <summary>The parts of libdbus-1 and libc that are used. Names and shapes are those of the C headers.</summary>
internal static unsafe partial class NativeMethods
{
    internal const int PollIn = 0x1;
    internal const int PollOut = 0x4;

    private const string LibDBus = "libdbus-1.so.3";
    private const string LibC = "libc";

    [LibraryImport(LibDBus)]
    internal static partial int dbus_threads_init_default();

    [LibraryImport(LibDBus)]
    internal static partial void dbus_error_init(NativeError* error);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_error_free(NativeError* error);

    /// <summary>bus: 0 = session, 1 = system. A connection of its own, that nobody shares.</summary>
    [LibraryImport(LibDBus)]
    internal static partial DBusConnectionHandle dbus_bus_get_private(int bus, NativeError* error);

    [LibraryImport(LibDBus, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial DBusConnectionHandle dbus_connection_open_private(string address, NativeError* error);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_bus_register(DBusConnectionHandle connection, NativeError* error);

    [LibraryImport(LibDBus)]
    internal static partial nint dbus_bus_get_unique_name(DBusConnectionHandle connection);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_connection_set_exit_on_disconnect(DBusConnectionHandle connection, int exit);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_connection_set_max_message_size(DBusConnectionHandle connection, CLong size);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_connection_set_max_received_size(DBusConnectionHandle connection, CLong size);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_connection_get_is_connected(DBusConnectionHandle connection);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_connection_get_unix_fd(DBusConnectionHandle connection, out int fd);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_connection_has_messages_to_send(DBusConnectionHandle connection);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_connection_read_write(DBusConnectionHandle connection, int timeoutMilliseconds);

    [LibraryImport(LibDBus)]
    internal static partial DBusMessageHandle dbus_connection_pop_message(DBusConnectionHandle connection);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_connection_send(DBusConnectionHandle connection, DBusMessageHandle message, out uint serial);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_connection_close(nint connection);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_connection_unref(nint connection);

    [LibraryImport(LibDBus)]
    internal static partial DBusMessageHandle dbus_message_new(int type);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_message_unref(nint message);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_get_type(DBusMessageHandle message);

    [LibraryImport(LibDBus)]
    internal static partial uint dbus_message_get_serial(DBusMessageHandle message);

    [LibraryImport(LibDBus)]
    internal static partial uint dbus_message_get_reply_serial(DBusMessageHandle message);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_set_reply_serial(DBusMessageHandle message, uint serial);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_message_set_no_reply(DBusMessageHandle message, int noReply);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_get_no_reply(DBusMessageHandle message);

    [LibraryImport(LibDBus, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int dbus_message_set_destination(DBusMessageHandle message, string destination);

    [LibraryImport(LibDBus, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int dbus_message_set_path(DBusMessageHandle message, string path);

    [LibraryImport(LibDBus, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int dbus_message_set_interface(DBusMessageHandle message, string interfaceName);

    [LibraryImport(LibDBus, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int dbus_message_set_member(DBusMessageHandle message, string member);

    [LibraryImport(LibDBus, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int dbus_message_set_error_name(DBusMessageHandle message, string name);

    [LibraryImport(LibDBus)]
    internal static partial nint dbus_message_get_path(DBusMessageHandle message);

    [LibraryImport(LibDBus)]
    internal static partial nint dbus_message_get_interface(DBusMessageHandle message);

    [LibraryImport(LibDBus)]
    internal static partial nint dbus_message_get_member(DBusMessageHandle message);

    [LibraryImport(LibDBus)]
    internal static partial nint dbus_message_get_error_name(DBusMessageHandle message);

    [LibraryImport(LibDBus)]
    internal static partial nint dbus_message_get_sender(DBusMessageHandle message);

    [LibraryImport(LibDBus)]
    internal static partial nint dbus_message_get_signature(DBusMessageHandle message);

    [LibraryImport(LibDBus, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int dbus_validate_path(string path, NativeError* error);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_iter_init(DBusMessageHandle message, NativeIterator* iterator);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_iter_next(NativeIterator* iterator);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_iter_get_arg_type(NativeIterator* iterator);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_iter_get_element_type(NativeIterator* iterator);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_message_iter_recurse(NativeIterator* iterator, NativeIterator* sub);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_message_iter_get_basic(NativeIterator* iterator, void* value);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_message_iter_get_fixed_array(NativeIterator* iterator, void* value, int* count);

    [LibraryImport(LibDBus)]
    internal static partial void dbus_message_iter_init_append(DBusMessageHandle message, NativeIterator* iterator);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_iter_append_basic(NativeIterator* iterator, int type, void* value);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_iter_append_fixed_array(NativeIterator* iterator, int elementType, void* value, int count);

    [LibraryImport(LibDBus, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int dbus_message_iter_open_container(NativeIterator* iterator, int type, string? signature, NativeIterator* sub);

    [LibraryImport(LibDBus)]
    internal static partial int dbus_message_iter_close_container(NativeIterator* iterator, NativeIterator* sub);

    [LibraryImport(LibC, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport(LibC, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint initial, int flags);

    [LibraryImport(LibC, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(EventFdHandle fd, void* buffer, nuint count);

    [LibraryImport(LibC, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(EventFdHandle fd, void* buffer, nuint count);

    [LibraryImport(LibC, EntryPoint = "close")]
    internal static partial int Close(nint fd);

    /// <summary>struct pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>DBusError: two strings, five bits, and a pointer for padding.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeError
    {
        public nint Name;
        public nint Message;
        public uint Bits;
        public nint Padding;
    }

    /// <summary>DBusMessageIter, which is opaque: 72 bytes where pointers have 8; some room is left.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeIterator
    {
        public fixed long Opaque[16];
    }
}

/// <summary>Owns a private connection: closed, then unreferenced.</summary>
internal sealed class DBusConnectionHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.dbus_connection_close(handle);
        NativeMethods.dbus_connection_unref(handle);
        return true;
    }
}

/// <summary>Owns a reference to a message.</summary>
internal sealed class DBusMessageHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMethods.dbus_message_unref(handle);
        return true;
    }
}

/// <summary>Owns an eventfd: how other threads wake the one that polls.</summary>
internal sealed class EventFdHandle : SafeHandle
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    public EventFdHandle()
        : base(-1, ownsHandle: true)
    {
        SetHandle(NativeMethods.EventFd(0, CloseOnExec | NonBlocking));
        if (IsInvalid)
        {
            throw new System.ComponentModel.Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public override bool IsInvalid => handle == -1;

    /// <summary>The descriptor, valid as long as the caller keeps the handle alive.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Makes the descriptor readable.</summary>
    public unsafe void Set()
    {
        ulong one = 1;
        _ = NativeMethods.Write(this, &one, sizeof(ulong));
    }

    /// <summary>Makes it unreadable again.</summary>
    public unsafe void Reset()
    {
        ulong count;
        _ = NativeMethods.Read(this, &count, sizeof(ulong));
    }

    protected override bool ReleaseHandle() => NativeMethods.Close(handle) == 0;
}
