using System.Security.Cryptography;
using EspProv.Transports.Serial;

namespace EspProv.Board.Log;

/// <summary>Reads the log of the board on a serial port while it is printed. For one use.</summary>
public sealed class BoardLogWatch : IAsyncDisposable
{
    private const int BlockLength = 4096;

    /// <summary>How long to wait for a QR code after the service name: firmware prints it immediately, about 4 kB as a picture.</summary>
    private static readonly TimeSpan QrCodeTimeout = TimeSpan.FromSeconds(2);

    private readonly string _port;
    private readonly Func<Stream> _open;
    private readonly TimeProvider _timeProvider;
    private readonly BoardLogParser _parser;
    private Stream? _stream;

    /// <summary>Creates a watch of a port: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</summary>
    /// <param name="port">The port's name.</param>
    /// <param name="baudRate">Its speed, in bits per second.</param>
    /// <param name="includeSecrets">Whether to leave passphrases and proofs of possession in the text of lines.</param>
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
        _port = SerialLine.RequireName(port);
        _open = open;
        _timeProvider = timeProvider;
        _parser = new BoardLogParser(includeSecrets, startsInLine: true);
    }

    /// <summary>The states seen in the log while it was read, each once, in order of first appearance.</summary>
    public IReadOnlyList<BoardState> SeenStates { get; private set; } = [];

    /// <summary>Opens the port, which does not disturb the board.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.TransportUnavailable"/>.
    /// </exception>
    public async Task OpenAsync() => _stream = await Task.Run(_open, CancellationToken.None).ConfigureAwait(false);

    /// <summary>Discards unread input, such as the log of an earlier start of the board.</summary>
    /// <exception cref="InvalidOperationException">The port is not open.</exception>
    internal void DiscardInput()
    {
        try
        {
            ((_stream ?? throw NotOpen()) as IInputQueue)?.Discard();
        }
        catch (IOException)
        {
            // The port is gone, which the next read reports.
        }
    }

    /// <summary>Restarts the board through RTS, for the circuits of UART bridges and for the built-in USB-Serial-JTAG.</summary>
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

    /// <summary>Reads until a state is reached or the timeout expires.</summary>
    /// <param name="until">The states to wait for; none to read until the timeout.</param>
    /// <param name="timeout">The timeout; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    /// <param name="handle">Receives lines and events; the port is not read again before it returns.</param>
    /// <param name="cancellationToken">Cancels.</param>
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
        SeenStates = goal.SeenStates;
        Deadline? qrCode = null;
        using var deadline = new Deadline(timeout, _timeProvider, cancellationToken);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(BlockLength, pinned: true);
        try
        {
            while (!goal.IsReached)
            {
                CancellationToken token = goal.LacksQrCodeOnly
                    ? (qrCode ??= new Deadline(QrCodeTimeout, _timeProvider, deadline.Token)).Token
                    : deadline.Token;
                int count = await ReadAsync(stream, buffer, token).ConfigureAwait(false);
                await AddAsync(_parser.Add(buffer.AsSpan(0, count))).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Timeout.
            await AddAsync(_parser.Complete()).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
            qrCode?.Dispose();
        }

        return goal.IsReached || goal.LacksQrCodeOnly;

        async Task AddAsync(IReadOnlyList<BoardLogEntry> entries)
        {
            // The event that reaches the goal is the last; later entries of the same chunk are dropped.
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
        if (Interlocked.Exchange(ref _stream, null) is { } stream)
            await SerialLine.CloseAsync(stream).ConfigureAwait(false);
    }

    private async Task<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        Exception? cause = null;
        try
        {
            // Not every platform can cancel a read; closing the port ends it.
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
        throw SerialLine.Lost(_port, cause);
    }

    private static InvalidOperationException NotOpen() => new("The port is not open.");
}
