using EspProv.Wire;

namespace EspProv.Virtual.Provisioning;

/// <summary>The firmware's table of scan results: filled by a scan, read in pages (PROTOCOL.md §9).</summary>
internal sealed class ScanTable<TEntry>(TimeSpan duration, TimeProvider timeProvider, Func<bool> isRadioBusy)
{
    /// <summary>The most results: the default of a configuration from 1 to 255.</summary>
    public const int MaximumResults = 16;

    private volatile IReadOnlyList<TEntry> _results = [];
    private volatile Task _scan = Task.CompletedTask;

    /// <summary>ScanFinished and ResultCount.</summary>
    public ScanStatusResp Status => new() { ScanFinished = _scan.IsCompleted, ResultCount = (uint)_results.Count };

    /// <summary>Clears the results.</summary>
    public void Clear() => _results = [];

    /// <summary>Starts a scan, and waits for its end if requested.</summary>
    /// <param name="blocking">Whether to wait.</param>
    /// <param name="scan">Returns the results, in the firmware's order.</param>
    /// <param name="cancellationToken">Stops waiting; the scan continues.</param>
    public async Task<Status> StartAsync(bool blocking, Func<IEnumerable<TEntry>> scan, CancellationToken cancellationToken)
    {
        // The Wi-Fi driver cannot scan while it joins a network.
        if (isRadioBusy())
            return Wire.Status.InternalError;

        // A running scan is neither restarted nor waited for.
        if (!_scan.IsCompleted)
            return Wire.Status.Success;
        _results = [];
        _scan = ScanAsync(scan);
        if (blocking)
            await _scan.WaitAsync(cancellationToken).ConfigureAwait(false);
        return Wire.Status.Success;
    }

    /// <summary>Whether a page is within the table's size. Firmware does not answer otherwise.</summary>
    public static bool Holds(ScanResultCmd page) =>
        page.StartIndex < MaximumResults && (ulong)page.StartIndex + page.Count <= MaximumResults;

    /// <summary>The results of a page, and whether it is complete.</summary>
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
