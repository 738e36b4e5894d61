using EspProv.Wire;

namespace EspProv.Virtual.Provisioning;

/// <summary>The firmware's table of scan results: filled by one scan at a time, read in pages (PROTOCOL.md §9).</summary>
internal sealed class ScanTable<TEntry>(TimeSpan duration, TimeProvider timeProvider, Func<bool> isRadioBusy)
{
    /// <summary>How many results the firmware keeps: the default of its configuration, which takes 1 to 255.</summary>
    public const int MaximumResults = 16;

    private volatile IReadOnlyList<TEntry> _results = [];
    private volatile Task _scan = Task.CompletedTask;

    /// <summary>ScanFinished and ResultCount.</summary>
    public ScanStatusResp Status => new() { ScanFinished = _scan.IsCompleted, ResultCount = (uint)_results.Count };

    /// <summary>Forgets what was found.</summary>
    public void Clear() => _results = [];

    /// <summary>Starts a scan, and waits for its end where the client wants that.</summary>
    /// <param name="blocking">Whether to wait.</param>
    /// <param name="scan">What there is to be found, in the firmware's order.</param>
    /// <param name="cancellationToken">Stops the waiting; the scan goes on.</param>
    public async Task<Status> StartAsync(bool blocking, Func<IEnumerable<TEntry>> scan, CancellationToken cancellationToken)
    {
        // The Wi-Fi driver does not scan while it joins a network.
        if (isRadioBusy())
            return Wire.Status.InternalError;

        // A scan that is under way is neither started again nor waited for.
        if (!_scan.IsCompleted)
            return Wire.Status.Success;
        _results = [];
        _scan = ScanAsync(scan);
        if (blocking)
            await _scan.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Wire.Status.Success;
    }

    /// <summary>Whether a page lies within the table, filled or not. Firmware answers nothing to what does not.</summary>
    public static bool Holds(ScanResultCmd page) => page.StartIndex < MaximumResults && (ulong)page.StartIndex + page.Count <= MaximumResults;

    /// <summary>A page within the table, and whether there are as many results as it asks for; what there are otherwise.</summary>
    public (bool IsWhole, IEnumerable<TEntry> Entries) ReadPage(ScanResultCmd page)
    {
        IReadOnlyList<TEntry> results = _results;
        return (
            (ulong)page.StartIndex + page.Count <= (ulong)results.Count || page.Count == 0,
            results.Skip((int)page.StartIndex).Take((int)page.Count));
    }

    private async Task ScanAsync(Func<IEnumerable<TEntry>> scan)
    {
        if (duration > TimeSpan.Zero)
            await Task.Delay(duration, timeProvider).ConfigureAwait(false);
        _results = [.. scan().Take(MaximumResults)];
    }
}
