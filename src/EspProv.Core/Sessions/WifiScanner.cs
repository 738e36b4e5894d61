using System.Globalization;
using System.Text;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>The conversation of a scan: start, wait until it is done, and fetch the results page by page (PROTOCOL.md §9).</summary>
internal static class WifiScanner
{
    /// <summary>
    /// A scan that takes longer than this is not waited for inside one exchange, which has a time-out of its own, but
    /// started and asked after.
    /// </summary>
    private static readonly TimeSpan LongestBlockingScan = TimeSpan.FromSeconds(8);

    /// <summary>2.4 GHz, the most that most chips have. An estimate only: a device keeps 16 results whatever it scans.</summary>
    private const int UsualChannels = 14;

    /// <summary>Far above what a device keeps; a larger count is garbage that would keep us asking for hours.</summary>
    private const int MostResults = 1024;

    public static async Task<IReadOnlyList<WifiAccessPoint>> ScanAsync(
        SecureChannel channel, WifiScanOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.Timeout, timeProvider, cancellationToken);
        try
        {
            return await channel.RepeatableAsync(token => ScanOnceAsync(channel, options, timeProvider, deadline, token), deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (deadline.IsOver && !cancellationToken.IsCancellationRequested)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.ExchangeTimeout,
                string.Create(CultureInfo.InvariantCulture, $"The device's scan did not end within {options.Timeout.TotalSeconds:0.###} s."), e)
            { Endpoint = EndpointNames.Scan };
        }
    }

    private static async Task<IReadOnlyList<WifiAccessPoint>> ScanOnceAsync(
        SecureChannel channel, WifiScanOptions options, TimeProvider timeProvider, Deadline deadline, CancellationToken cancellationToken)
    {
        int groupChannels = options.GroupChannels ?? channel.Transport.ScanGroupChannels;
        bool blocking = TimeSpan.FromMilliseconds(options.PeriodMs) * UsualChannels <= LongestBlockingScan;
        Status status = await channel.RequestAsync(
            EndpointNames.Scan,
            WifiScanCodec.EncodeStart(blocking, options.Passive, (uint)groupChannels, (uint)options.PeriodMs),
            WifiScanCodec.ParseStartReply,
            cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "start a scan", EndpointNames.Scan, "It scans only while it is not connecting; try again later.");

        int count = await WaitForResultsAsync(channel, timeProvider, deadline, cancellationToken).ConfigureAwait(false);
        var accessPoints = new List<WifiAccessPoint>(count);
        while (accessPoints.Count < count)
        {
            // Never beyond the count: firmware answers that with an error, or not at all (PROTOCOL.md §9).
            int page = Math.Min(channel.Transport.ScanPageSize, count - accessPoints.Count);
            accessPoints.AddRange(await FetchAsync(channel, accessPoints.Count, page, cancellationToken).ConfigureAwait(false));
        }

        return accessPoints;
    }

    private static async Task<int> WaitForResultsAsync(
        SecureChannel channel, TimeProvider timeProvider, Deadline deadline, CancellationToken cancellationToken)
    {
        var schedule = new PollSchedule();
        while (true)
        {
            (Status status, ScanStatusResp? response) = await channel.RequestAsync(
                EndpointNames.Scan, WifiScanCodec.EncodeStatus(), ParseBounded, cancellationToken).ConfigureAwait(false);
            DeviceRefusal.ThrowIfRefused(status, "report on its scan", EndpointNames.Scan);
            if (response is { ScanFinished: true })
                return (int)response.ResultCount;
            await Task.Delay(schedule.Next(deadline.Remaining), timeProvider, cancellationToken).ConfigureAwait(false);
        }

        static (Status Status, ScanStatusResp? Response) ParseBounded(byte[] reply)
        {
            (Status Status, ScanStatusResp? Response) parsed = WifiScanCodec.ParseStatusReply(reply);
            return parsed.Response is { ResultCount: > MostResults }
                ? throw Reply.Malformed($"it counts {parsed.Response.ResultCount} results", EndpointNames.Scan)
                : parsed;
        }
    }

    private static async Task<IEnumerable<WifiAccessPoint>> FetchAsync(
        SecureChannel channel, int start, int count, CancellationToken cancellationToken)
    {
        (Status status, IReadOnlyList<WifiScanEntry> entries) = await channel.RequestAsync(
            EndpointNames.Scan, WifiScanCodec.EncodeResult((uint)start, (uint)count), ParseBounded, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "give its scan results", EndpointNames.Scan);
        return entries.Select(ToAccessPoint);

        (Status Status, IReadOnlyList<WifiScanEntry> Entries) ParseBounded(byte[] reply)
        {
            // Fewer than asked for are taken, and the rest asked for again. None at all would go on for ever.
            (Status Status, IReadOnlyList<WifiScanEntry> Entries) parsed = WifiScanCodec.ParseResultReply(reply);
            return parsed.Status is Status.Success && (parsed.Entries.Count == 0 || parsed.Entries.Count > count)
                ? throw Reply.Malformed($"it has {parsed.Entries.Count} entries where {count} were asked for", EndpointNames.Scan)
                : parsed;
        }
    }

    private static WifiAccessPoint ToAccessPoint(WifiScanEntry entry) => new()
    {
        Ssid = Encoding.UTF8.GetString(entry.Ssid.Span),
        SsidBytes = entry.Ssid.ToByteArray(),
        Bssid = HardwareAddress.Format(entry.Bssid.Span),
        Channel = (int)Math.Min(entry.Channel, int.MaxValue),
        Rssi = entry.Rssi,
        Auth = (WifiAuthMode)entry.Auth,
    };
}
