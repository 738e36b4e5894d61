using System.Security.Cryptography;
using EspProv.Transports.Serial;

namespace EspProv.Board.Log;

/// <summary>Reads the log of the board on a serial port as it comes. For one use.</summary>
public sealed class BoardLogWatch : IAsyncDisposable
{
    private const int BlockLength = 4096;

    /// <summary>How long a QR code may come after the service name: firmware prints it at once, some 4 kB as a picture.</summary>
    private static readonly TimeSpan QrCodeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly string _port;
    private readonly Func<Stream> _open;
    private readonly TimeProvider _timeProvider;
    private readonly BoardLogParser _parser;
    private Stream? _stream;

    /// <summary>For a port: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</summary>
    /// <param name="port">The port's name.</param>
    /// <param name="baudRate">Its speed, in bits per second.</param>
    /// <param name="includeSecrets">Leave passphrases and proofs of possession in the text of lines.</param>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidAddress"/>: there is no name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The speed is not positive.</exception>
    public BoardLogWatch(string port, int baudRate = SerialTransportOptions.StockBaudRate, bool includeSecrets = false)
        : this(port, includeSecrets, () => SerialLine.Open(port.Trim(), baudRate), TimeProvider.System)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(baudRate);
    }

    /// <summary>Over any stream, for tests.</summary>
    internal BoardLogWatch(string port, bool includeSecrets, Func<Stream> open, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (string.IsNullOrWhiteSpace(port))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidAddress, "The serial port is missing. Give a name such as /dev/ttyUSB0 or COM3.");
        }

        _port = port.Trim();
        _open = open;
        _timeProvider = timeProvider;
        _parser = new BoardLogParser(includeSecrets, startsInLine: true);
    }

    /// <summary>The states that the log told of while it was read, each once, in the order of the first.</summary>
    public IReadOnlyList<BoardState> Said { get; private set; } = [];

    /// <summary>Opens the port, which does not disturb the board.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.TransportUnavailable"/>.
    /// </exception>
    public async Task OpenAsync() => _stream = await Task.Run(_open, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Drops what the port received and nobody has read, such as the log of an earlier start of the board.</summary>
    /// <exception cref="InvalidOperationException">The port is not open.</exception>
    internal void DiscardInput()
    {
        try
        {
            ((_stream ?? throw NotOpen()) as IInputQueue)?.Discard();
        }
        catch (IOException)
        {
            // The port is gone, which the next read says.
        }
    }

    /// <summary>Restarts the board through RTS, as the circuits of UART bridges and the built-in USB-Serial-JTAG have it.</summary>
    /// <returns>Whether that was possible; a pseudo-terminal has no such lines.</returns>
    /// <exception cref="InvalidOperationException">The port is not open.</exception>
    public async Task<bool> ResetAsync(CancellationToken cancellationToken)
    {
        if ((_stream ?? throw NotOpen()) is not IModemLines lines)
            return false;
        try
        {
            await BoardReset.RunAsync(lines, _timeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Reads until a state is reached or the time is over.</summary>
    /// <param name="until">The states to wait for; none to read until the time is over.</param>
    /// <param name="timeout">How long; <see cref="Timeout.InfiniteTimeSpan"/> for ever.</param>
    /// <param name="handle">Takes lines and events; the port is read no further before it returns.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Whether a state was reached.</returns>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DeviceUnreachable"/>: the port went away.</exception>
    /// <exception cref="InvalidOperationException">The port is not open.</exception>
    public async Task<bool> ReadAsync(
        IReadOnlyCollection<BoardState> until,
        TimeSpan timeout,
        Func<IReadOnlyList<BoardLogEntry>, CancellationToken, Task> handle,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(until);
        ArgumentNullException.ThrowIfNull(handle);
        Stream stream = _stream ?? throw NotOpen();
        var goal = new BoardLogGoal(until);
        Said = goal.Said;
        Deadline? qrCode = null;
        using var deadline = new Deadline(timeout, _timeProvider, cancellationToken);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BlockLength, pinned: true);
        try
        {
            while (!goal.IsReached)
            {
                CancellationToken token = goal.IsNear
                    ? (qrCode ??= new Deadline(QrCodeTimeout, _timeProvider, deadline.Token)).Token
                    : deadline.Token;
                int count = await ReadAsync(stream, buffer, token).ConfigureAwait(false);
                await AddAsync(_parser.Add(buffer.AsSpan(0, count))).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
            await AddAsync(_parser.Complete()).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            qrCode?.Dispose();
        }

        return goal.IsReached || goal.IsNear;

        async Task AddAsync(IReadOnlyList<BoardLogEntry> entries)
        {
            // The event that reaches the goal is the last, whatever else came in the same piece.
            int count = 0;
            while (count < entries.Count && !goal.IsReached)
                goal.Add(entries[count++]);
            foreach (BoardQrCodeEvent dropped in entries.Skip(count).OfType<BoardQrCodeEvent>())
                dropped.Payload.Dispose();
            await handle([.. entries.Take(count)], cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stream, null) is not { } stream)
            return;

        // Closing may wait for a driver whose device is gone.
        var closing = Task.Run(async () =>
        {
            try
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or UnauthorizedAccessException)
            {
                // The port is gone, hence closed.
            }
        });
        await Task.WhenAny(closing, Task.Delay(CloseTimeout)).ConfigureAwait(false);
    }

    private async Task<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        try
        {
            // Not every platform's read can be cancelled; the port is closed then, which ends it.
            int count = await stream.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            if (count > 0)
                return count;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Platforms throw different exceptions when a port is lost.
            cause = exception;
        }

        cancellationToken.ThrowIfCancellationRequested();
        throw new ProvisioningException(
            ProvisioningErrorReason.DeviceUnreachable,
            $"The serial port {_port} went away, as it does when the board or its cable is unplugged.",
            cause);
    }

    private static InvalidOperationException NotOpen() => new("The port is not open.");
}
