using System.Globalization;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>A scan of either kind: start, wait until it ends, and read the results page by page (PROTOCOL.md §9).</summary>
/// <typeparam name="TEntry">One result on the wire.</typeparam>
internal abstract class ScanConversation<TEntry>(SecureChannel channel, TimeProvider timeProvider)
{
    /// <summary>Far above what a device stores; a larger count is invalid and would take hours to read.</summary>
    private const int MostResults = 1024;

    /// <summary>The link underneath.</summary>
    protected SecureChannel Channel => channel;

    /// <summary>Runs a scan; restarted when the link is lost.</summary>
    /// <param name="timeout">How long the whole scan may take.</param>
    /// <param name="cancellationToken">Cancels immediately.</param>
    public async Task<IReadOnlyList<TEntry>> ScanAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(timeout, timeProvider, cancellationToken);
        long start = timeProvider.GetTimestamp();
        try
        {
            IReadOnlyList<TEntry> found = await channel.RepeatableAsync(token => ScanOnceAsync(deadline, token), deadline.Token)
                .ConfigureAwait(false);
            double seconds = timeProvider.GetElapsedTime(start).TotalSeconds;
            channel.Tell($"The device's scan took {seconds:0.0} s and found {found.Count} {Kind}{(found.Count == 1 ? "" : "s")}.");
            return found;
        }
        catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.EndpointNotFound)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.NotSupportedByDevice,
                $"This firmware cannot scan: it has no endpoint '{EndpointNames.Scan}'. {WithoutScan}",
                exception)
            {
                Endpoint = EndpointNames.Scan,
            };
        }
        catch (OperationCanceledException exception) when (deadline.IsOver && !cancellationToken.IsCancellationRequested)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.ExchangeTimeout,
                string.Create(CultureInfo.InvariantCulture, $"The device's scan did not end within {timeout.TotalSeconds:0.###} s."),
                exception)
            { Endpoint = EndpointNames.Scan };
        }
    }

    /// <summary>What is looked for: "access point".</summary>
    protected abstract string Kind { get; }

    /// <summary>What to do where the device cannot scan.</summary>
    protected abstract string WithoutScan { get; }

    /// <summary>ScanStart.</summary>
    protected abstract byte[] EncodeStart();

    /// <summary>The status in the reply to ScanStart.</summary>
    protected abstract Status ParseStartReply(byte[] reply);

    /// <summary>ScanStatus.</summary>
    protected abstract byte[] EncodeStatus();

    /// <summary>The reply to ScanStatus.</summary>
    protected abstract (Status Status, ScanStatusResp? Response) ParseStatusReply(byte[] reply);

    /// <summary>ScanResult.</summary>
    protected abstract byte[] EncodeResult(uint startIndex, uint count);

    /// <summary>The reply to ScanResult.</summary>
    protected abstract (Status Status, IReadOnlyList<TEntry> Entries) ParseResultReply(byte[] reply);

    private async Task<IReadOnlyList<TEntry>> ScanOnceAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        Status status = await channel.RequestAsync(
            EndpointNames.Scan, EncodeStart(), ParseStartReply, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "start a scan", EndpointNames.Scan, "It cannot scan while it is connecting; try again later.");

        int count = await WaitForResultsAsync(deadline, cancellationToken).ConfigureAwait(false);
        var found = new List<TEntry>(count);
        while (found.Count < count)
        {
            // Never beyond the count: firmware answers that with an error, or not at all (PROTOCOL.md §9).
            int page = Math.Min(channel.Transport.ScanPageSize, count - found.Count);
            found.AddRange(await FetchAsync(found.Count, page, cancellationToken).ConfigureAwait(false));
        }

        return found;
    }

    private async Task<int> WaitForResultsAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        var schedule = new PollSchedule();
        while (true)
        {
            (Status status, ScanStatusResp? response) = await channel.RequestAsync(
                EndpointNames.Scan, EncodeStatus(), ParseBounded, cancellationToken).ConfigureAwait(false);
            DeviceRefusal.ThrowIfRefused(status, "report on its scan", EndpointNames.Scan);
            if (response is { ScanFinished: true })
                return (int)response.ResultCount;
            await Task.Delay(schedule.Next(deadline.Remaining), timeProvider, cancellationToken).ConfigureAwait(false);
        }

        (Status Status, ScanStatusResp? Response) ParseBounded(byte[] reply)
        {
            (Status Status, ScanStatusResp? Response) parsed = ParseStatusReply(reply);
            return parsed.Response is { ResultCount: > MostResults }
                ? throw Reply.Malformed($"it counts {parsed.Response.ResultCount} results", EndpointNames.Scan)
                : parsed;
        }
    }

    private async Task<IReadOnlyList<TEntry>> FetchAsync(int start, int count, CancellationToken cancellationToken)
    {
        (Status status, IReadOnlyList<TEntry> entries) = await channel.RequestAsync(
            EndpointNames.Scan, EncodeResult((uint)start, (uint)count), ParseBounded, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "give its scan results", EndpointNames.Scan);
        return entries;

        (Status Status, IReadOnlyList<TEntry> Entries) ParseBounded(byte[] reply)
        {
            // Fewer entries than requested are accepted, and the rest requested again. An empty page would loop without end.
            (Status Status, IReadOnlyList<TEntry> Entries) parsed = ParseResultReply(reply);
            return parsed.Status is Status.Success && (parsed.Entries.Count == 0 || parsed.Entries.Count > count)
                ? throw Reply.Malformed($"it has {parsed.Entries.Count} entries where {count} were asked for", EndpointNames.Scan)
                : parsed;
        }
    }
}
