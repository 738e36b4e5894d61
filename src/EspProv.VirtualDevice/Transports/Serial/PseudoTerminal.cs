using System.Runtime.InteropServices;
using System.Text;

namespace EspProv.Virtual.Transports.Serial;

/// <summary>
/// A pseudo-terminal of the system (Linux, macOS): a serial port for other programs, and its far end here. The near end is kept open, so
/// that clients can reconnect.
/// </summary>
internal sealed partial class PseudoTerminal : IDisposable
{
    private const int ReadWrite = 2;
    private const short Readable = 1;
    private const short Writable = 4;
    private const int SetFlags = 4;
    private const int Now = 0;
    private const int LinuxNonBlocking = 0x800;
    private const int SmallWrite = 64;

    // Larger than struct termios on any of these systems; it is only passed between two calls.
    private const int TermiosRoom = 256;

    private readonly int _master;
    private readonly int _slave;
    private readonly object _lock = new();
    private bool _disposed;

    /// <summary>Opens a pseudo-terminal that passes bytes on as they are.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: the system does not support it.
    /// </exception>
    public PseudoTerminal()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable, "A virtual device with a serial port needs Linux or macOS.");
        }

        int noControl = OperatingSystem.IsMacOS() ? 0x20000 : 0x100;
        _master = Check(Native.OpenMaster(ReadWrite | noControl));
        try
        {
            Check(Native.Grant(_master));
            Check(Native.Unlock(_master));
            Path = NameOf(_master);
            _slave = Check(Native.Open(Path, ReadWrite | noControl));
            byte[] termios = new byte[TermiosRoom];
            Check(Native.GetAttributes(_slave, termios));
            Native.MakeRaw(termios);
            Check(Native.SetAttributes(_slave, Now, termios));

            // A board drops unread output without waiting. On macOS the call differs, so small writes are used instead.
            if (OperatingSystem.IsLinux())
                Check(Native.Control(_master, SetFlags, ReadWrite | LinuxNonBlocking));
        }
        catch
        {
            _ = Native.Close(_master);
            if (_slave > 0)
                _ = Native.Close(_slave);
            throw;
        }
    }

    /// <summary>The port that other programs open.</summary>
    public string Path { get; }

    /// <summary>Reads the available input; may be empty.</summary>
    public ReadOnlySpan<byte> Read(Span<byte> buffer)
    {
        lock (_lock)
        {
            if (_disposed || !Poll(Readable, 0))
                return [];
            nint count = Native.Read(_master, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            return count > 0 ? buffer[..(int)count] : [];
        }
    }

    /// <summary>Writes bytes, waiting up to the timeout for a slow reader; what cannot be written is lost, as on a wire.</summary>
    public void Write(ReadOnlySpan<byte> bytes, int timeoutMs)
    {
        while (!bytes.IsEmpty)
        {
            nint count;
            lock (_lock)
            {
                if (_disposed || !Poll(Writable, timeoutMs))
                    return;
                count = Native.Write(
                    _master,
                    ref MemoryMarshal.GetReference(bytes),
                    OperatingSystem.IsLinux() ? bytes.Length : Math.Min(bytes.Length, SmallWrite));
            }

            if (count <= 0)
                return;
            bytes = bytes[(int)count..];
        }
    }

    /// <summary>Closes the far end: clients lose the port, as when a cable is unplugged.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
                return;
            _disposed = true;
            _ = Native.Close(_slave);
            _ = Native.Close(_master);
        }
    }

    private bool Poll(short what, int timeoutMs)
    {
        var wanted = new Native.PollDescriptor { Handle = _master, Events = what };
        return Native.Poll(ref wanted, 1, timeoutMs) > 0 && (wanted.Returned & what) != 0;
    }

    private static string NameOf(int master)
    {
        byte[] name = new byte[128];
        Check(Native.GetName(master, name, name.Length));
        return Encoding.UTF8.GetString(name, 0, Array.IndexOf(name, (byte)0));
    }

    private static int Check(int result) => result >= 0
        ? result
        : throw new ProvisioningException(
            ProvisioningErrorReason.TransportUnavailable,
            $"The system gave no pseudo-terminal: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
        internal static partial int OpenMaster(int flags);

        [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
        internal static partial int Grant(int handle);

        [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
        internal static partial int Unlock(int handle);

        [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
        internal static partial int GetName(int handle, [Out] byte[] name, nint length);

        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
        internal static partial int GetAttributes(int handle, [Out] byte[] termios);

        [LibraryImport("libc", EntryPoint = "cfmakeraw")]
        internal static partial void MakeRaw([In, Out] byte[] termios);

        [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
        internal static partial int SetAttributes(int handle, int when, byte[] termios);

        [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
        internal static partial int Control(int handle, int command, int flags);

        [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
        internal static partial int Poll(ref PollDescriptor descriptors, nuint count, int timeoutMs);

        [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
        internal static partial nint Read(int handle, ref byte buffer, nint count);

        [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
        internal static partial nint Write(int handle, ref byte buffer, nint count);

        [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
        internal static partial int Close(int handle);

        [StructLayout(LayoutKind.Sequential)]
        internal struct PollDescriptor
        {
            public int Handle;
            public short Events;
            public short Returned;
        }
    }
}
