using System.Net;

namespace EspProv.Host.Wifi;

/// <summary>A temporary connection to another network, on any system: it ends once, also when the process ends.</summary>
internal abstract class WifiLease : IWifiLease
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly TimeSpan _restoreTimeout;
    private readonly IDisposable _atEnd;
    private readonly Lazy<Task> _ending;

    /// <summary>Registers for the end of the process.</summary>
    /// <param name="key">The network's key, null for an open one; owned by the lease.</param>
    /// <param name="restoreTimeout">How long restoring the former network may take; the caller's token does not cancel it.</param>
    protected WifiLease(Secret? key, TimeSpan restoreTimeout)
    {
        (Key, _restoreTimeout) = (key, restoreTimeout);
        _ending = new Lazy<Task>(() => Task.Run(EndAsync));

        // For a process that ends with the session open, or before the former network is restored.
        _atEnd = ProcessEnd.Current.Register(() => _ending.Value, restoreTimeout);
    }

    /// <inheritdoc/>
    public abstract string InterfaceName { get; }

    /// <inheritdoc/>
    public IPAddress Address { get; protected set; } = IPAddress.None;

    /// <summary>The network's key; null for an open one.</summary>
    protected Secret? Key { get; }

    /// <summary>Cancelled when the lease ends, which cancels joining.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    /// <inheritdoc/>
    public abstract Task RejoinAsync(CancellationToken cancellationToken);

    /// <summary>Restores the former network, once; later calls wait for the same operation.</summary>
    public ValueTask DisposeAsync() => new(_ending.Value);

    /// <summary>Restores the former network if it was left. Best effort: failures are ignored.</summary>
    protected abstract Task RestoreAsync(CancellationToken cancellationToken);

    private async Task EndAsync()
    {
        await _leaving.CancelAsync().ConfigureAwait(false);
        using var timeout = new CancellationTokenSource(_restoreTimeout);
        try
        {
            await RestoreAsync(timeout.Token).ConfigureAwait(false);
        }
        finally
        {
            Key?.Dispose();
            _atEnd.Dispose();
        }
    }
}
