using System.Net;

namespace EspProv.Host.Wifi;

/// <summary>
/// What a stay on another network has in common on every system: it ends once, whoever ends it, and a process that ends with the session open
/// ends it too.
/// </summary>
internal abstract class HostWifiStay : IHostWifiStay
{
    private readonly CancellationTokenSource _leaving = new();
    private readonly TimeSpan _restoreTimeout;
    private readonly IDisposable _atEnd;
    private readonly Lazy<Task> _ending;

    /// <summary>Begins to watch for the end of the process.</summary>
    /// <param name="key">The network's key, null for an open one; the stay's from now on.</param>
    /// <param name="restoreTimeout">How long coming back may take: that is not given up with the work that it follows.</param>
    protected HostWifiStay(Secret? key, TimeSpan restoreTimeout)
    {
        (Key, _restoreTimeout) = (key, restoreTimeout);
        _ending = new Lazy<Task>(() => Task.Run(EndAsync));

        // The last chance: a process that ends with the session open, or before the former network is back.
        _atEnd = ProcessEnd.Current.Register(() => _ending.Value, restoreTimeout);
    }

    /// <inheritdoc/>
    public abstract string InterfaceName { get; }

    /// <inheritdoc/>
    public IPAddress Address { get; protected set; } = IPAddress.None;

    /// <summary>The network's key; null for an open one.</summary>
    protected Secret? Key { get; }

    /// <summary>Cancelled when the stay ends: joining is given up then.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    /// <inheritdoc/>
    public abstract Task RejoinAsync(CancellationToken cancellationToken);

    /// <summary>Brings the former network back, once; whoever asks again waits for the same end.</summary>
    public ValueTask DisposeAsync() => new(_ending.Value);

    /// <summary>Brings the former network back where it was left. Best effort: failures are ignored.</summary>
    protected abstract Task RestoreAsync(CancellationToken cancellationToken);

    private async Task EndAsync()
    {
        await _leaving.CancelAsync().ConfigureAwait(false);
        using var patience = new CancellationTokenSource(_restoreTimeout);
        try
        {
            await RestoreAsync(patience.Token).ConfigureAwait(false);
        }
        finally
        {
            Key?.Dispose();
            _atEnd.Dispose();
        }
    }
}
