using System.IO.Ports;

namespace EspProv.Transports.Serial;

/// <summary>Opens and closes serial ports as streams of bytes, and makes the errors of a port.</summary>
internal static class SerialLine
{
    /// <summary>What happened to a lost port, as the end of a sentence.</summary>
    public const string WentAway = "went away, as it does when the board or its cable is unplugged";

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The name of a port, without white space around it.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidAddress"/>: there is none.</exception>
    public static string RequireName(string port)
    {
        ArgumentNullException.ThrowIfNull(port);
        return string.IsNullOrWhiteSpace(port)
            ? throw new ProvisioningException(
                ProvisioningErrorReason.InvalidAddress, "The serial port is missing. Give a name such as /dev/ttyUSB0 or COM3.")
            : port.Trim();
    }

    /// <summary>Opens <paramref name="port"/> with 8 data bits, no parity, one stop bit and no flow control.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.TransportUnavailable"/>.
    /// </exception>
    public static Stream Open(string port, int baudRate)
    {
        try
        {
            return OpenWithRaisedLines(port, baudRate);
        }
        catch (UnauthorizedAccessException exception) when (!OperatingSystem.IsWindows() && !Path.Exists(port))
        {
            // System.IO.Ports throws this for anything that is not a serial port.
            throw Unreachable(port, "there is no such port", exception);
        }
        catch (UnauthorizedAccessException exception) when (!OperatingSystem.IsWindows() && IsNoTerminal(port, exception))
        {
            throw Unreachable(port, "it is not a serial port", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw Unreachable(port, "this user may not open it, or another program has it open", exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Unreachable(port, "there is no such port", exception);
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or InvalidOperationException)
        {
            throw Unreachable(port, exception.Message.TrimEnd('.'), exception);
        }
        catch (Exception exception) when (exception is PlatformNotSupportedException or DllNotFoundException)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable,
                $"Serial ports cannot be used on this machine: {exception.Message}",
                exception);
        }
    }

    /// <summary>
    /// Closes a port, and waits for the end of what reads it. Both are abandoned after two seconds: closing waits for unsent data, which a
    /// disconnected device never accepts, and may block in the driver.
    /// </summary>
    /// <param name="stream">The port.</param>
    /// <param name="reader">What reads it, ends with it and does not throw; null for nothing.</param>
    public static async Task CloseAsync(Stream stream, Task? reader = null)
    {
        var closing = Task.Run(async () =>
        {
            try
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // The port is gone, and therefore closed.
            }

            if (reader is not null)
                await reader.ConfigureAwait(false);
        });
        await Task.WhenAny(closing, Task.Delay(CloseTimeout)).ConfigureAwait(false);
    }

    /// <summary>The error for a port that was lost while it was read or written.</summary>
    public static ProvisioningException Lost(string port, Exception? cause) =>
        new(ProvisioningErrorReason.DeviceUnreachable, $"The serial port {port} {WentAway}.", cause);

    // Boards wire DTR and RTS to reset and boot mode. Opening a port raises both, which a board ignores; lowering them one after the other
    // would reset it, so they stay raised. A pseudo-terminal has no such lines and throws an IOException.
    private static SerialStream OpenWithRaisedLines(string port, int baudRate)
    {
        try
        {
            return new SerialStream(port, baudRate, linesRaised: true);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return new SerialStream(port, baudRate, linesRaised: false);
        }
    }

    // The cause has the number that the system gave: 25 (ENOTTY) and 21 (EISDIR) on Linux and macOS. A user who may not open a file gets
    // another one; a device has no length.
    private static bool IsNoTerminal(string port, UnauthorizedAccessException exception) =>
        exception.InnerException is { HResult: 25 or 21 } || Directory.Exists(port) || new FileInfo(port).Length > 0;

    private static ProvisioningException Unreachable(string port, string why, Exception cause) =>
        new(ProvisioningErrorReason.DeviceUnreachable, $"The serial port {port} cannot be opened: {why}.", cause);

    /// <summary>A port's stream that closes the port.</summary>
    private sealed class SerialStream : Stream, IModemLines, IInputQueue
    {
        private readonly SerialPort _port;

        public SerialStream(string port, int baudRate, bool linesRaised)
        {
            _port = new SerialPort(port, baudRate, Parity.None, 8, StopBits.One)
            {
                Handshake = Handshake.None,
                DtrEnable = linesRaised,
                RtsEnable = linesRaised,
            };
            try
            {
                _port.Open();
            }
            catch
            {
                _port.Dispose();
                throw;
            }
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Set(bool dtr, bool rts)
        {
            // Windows' driver for USB passes RTS on with the next DTR only.
            _port.RtsEnable = rts;
            _port.DtrEnable = dtr;
        }

        public void Discard() => _port.DiscardInBuffer();

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => _port.BaseStream.Read(buffer, offset, Available(count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _port.BaseStream.ReadAsync(buffer[..Available(buffer.Length)], cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            _port.BaseStream.ReadAsync(buffer, offset, Available(count), cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _port.BaseStream.Write(buffer, offset, count);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _port.BaseStream.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            _port.BaseStream.WriteAsync(buffer, offset, count, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _port.Dispose();
            base.Dispose(disposing);
        }

        // Windows drivers return what is available, but Wine's returns only when the buffer is full. So only the available bytes are read,
        // or one byte if there are none.
        private int Available(int count) => Math.Min(count, Math.Max(1, _port.BytesToRead));
    }
}
