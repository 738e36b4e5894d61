using EspProv.Networks;
using EspProv.Sessions;

namespace EspProv.Board.Log;

/// <summary>Watches the log of a device's board on a serial port for the outcome of the device's join.</summary>
/// <remarks>
/// It does not disturb the board. When the port is lost, earlier observations no longer count, because later events are unknown.
/// </remarks>
public sealed class BoardJoinWitness : IJoinWitness
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(2);

    private readonly BoardLogWatch _watch;
    private readonly JoinEvidence _evidence;
    private readonly string? _serviceName;
    private readonly object _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _reading = Task.CompletedTask;
    private string? _loss;
    private int _disposed;

    /// <summary>Over any watch, for tests; takes ownership of it.</summary>
    internal BoardJoinWitness(string port, BoardLogWatch watch, string? serviceName)
    {
        Port = port;
        _watch = watch;
        _serviceName = UntrustedText.Show(serviceName);
        _evidence = new JoinEvidence(serviceName);
    }

    /// <summary>The serial port.</summary>
    public string Port { get; }

    /// <inheritdoc/>
    public NetworkStatus? Outcome
    {
        get
        {
            lock (_lock)
                return _loss is null ? _evidence.Outcome : null;
        }
    }

    /// <inheritdoc/>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _loss ?? (_evidence.OtherName is { } other
                    ? $"The board at {Port} is {other}, and not {_serviceName}: its log does not count."
                    : null);
            }
        }
    }

    /// <summary>Opens a port and starts to watch it.</summary>
    /// <param name="port">The port's name: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</param>
    /// <param name="baudRate">Its speed, in bits per second.</param>
    /// <param name="serviceName">The device's service name, to recognize the log of another board; null if unknown.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.InvalidAddress"/>, <see cref="ProvisioningErrorReason.DeviceUnreachable"/>,
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The speed is not positive.</exception>
    public static async Task<BoardJoinWitness> OpenAsync(string port, int baudRate, string? serviceName)
    {
        ArgumentNullException.ThrowIfNull(port);
        var witness = new BoardJoinWitness(port.Trim(), new BoardLogWatch(port, baudRate), serviceName);
        try
        {
            await witness.OpenAsync().ConfigureAwait(false);
            return witness;
        }
        catch (ProvisioningException exception)
        {
            await witness.DisposeAsync().ConfigureAwait(false);
            throw new ProvisioningException(
                exception.Reason, $"The log of the board cannot be watched, and nothing was sent. {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Expect(NetworkCredential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        lock (_lock)
            _evidence.Expect(credential);
    }

    /// <summary>Closes the port.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(_reading, Task.Delay(CloseTimeout)).ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Opens the port and starts to watch it.</summary>
    internal async Task OpenAsync()
    {
        await _watch.OpenAsync().ConfigureAwait(false);

        // A pseudo-terminal, or a buffer on a board, keeps unread output, which must not be taken for new output.
        _watch.DiscardInput();
        _reading = Task.Run(ReadAsync);
    }

    private async Task ReadAsync()
    {
        try
        {
            await _watch.ReadAsync([], Timeout.InfiniteTimeSpan, TakeAsync, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
        catch (ProvisioningException exception)
        {
            lock (_lock)
                _loss = $"The log of the board is watched no more. {exception.Message}";
        }
    }

    private Task TakeAsync(IReadOnlyList<BoardLogEntry> entries, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (BoardEvent happened in entries.OfType<BoardEvent>())
            {
                _evidence.Add(happened);
                if (happened is BoardQrCodeEvent code)
                    code.Payload.Dispose();
            }
        }

        return Task.CompletedTask;
    }
}
