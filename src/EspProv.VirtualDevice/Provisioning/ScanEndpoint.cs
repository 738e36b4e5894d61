using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual;

/// <summary>The <c>prov-scan</c> endpoint: start a scan, ask how it goes, read its results in pages (PROTOCOL.md §3, §9).</summary>
/// <param name="wifi">What firmware for Wi-Fi hears; null in firmware that is built for another network.</param>
/// <param name="thread">What firmware for Thread hears; null in firmware that is built for another network.</param>
/// <param name="knowsThread">Whether it knows the commands for Thread, as all of network_provisioning does.</param>
/// <param name="duration">How long a scan takes.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="isRadioBusy">Whether it is joining a network.</param>
internal sealed class ScanEndpoint(
    IWifiWorld? wifi, ThreadWorld? thread, bool knowsThread, TimeSpan duration, TimeProvider timeProvider, Func<bool> isRadioBusy)
{
    /// <summary>Its name.</summary>
    public const string Name = EndpointNames.Scan;

    private readonly ScanTable<HeardAccessPoint> _wifi = new(duration, timeProvider, isRadioBusy);
    private readonly ScanTable<VirtualThreadNetwork> _thread = new(duration, timeProvider, isRadioBusy);

    /// <summary>Answers one command; null for what the firmware cannot make sense of.</summary>
    public async Task<byte[]?> HandleAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        ScanPayload command;
        try
        {
            command = ScanPayload.Parser.ParseFrom(request.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        ScanPayload? answer = command.Msg < ScanMessage.ScanThreadStartCmd
            ? await AnswerWifiAsync(command, cancellationToken).ConfigureAwait(false)
            : knowsThread ? await AnswerThreadAsync(command, cancellationToken).ConfigureAwait(false) : null;
        return answer?.ToByteArray();
    }

    /// <summary>Forgets what was found.</summary>
    public void Clear()
    {
        _wifi.Clear();
        _thread.Clear();
    }

    // Firmware for another kind of network knows the commands, and answers each with InvalidArgument.
    private async Task<ScanPayload?> AnswerWifiAsync(ScanPayload command, CancellationToken cancellationToken)
    {
        switch (command.Msg)
        {
            case ScanMessage.ScanWifiStartCmd when command.WifiStartCmd is { } start:
                return new ScanPayload
                {
                    Msg = ScanMessage.ScanWifiStartResp,
                    Status = wifi is null
                        ? Status.InvalidArgument
                        : await _wifi.StartAsync(start.Blocking, () => wifi.Scan().OrderByDescending(heard => heard.Rssi), cancellationToken).ConfigureAwait(false),
                    WifiStartResp = new ScanStartResp(),
                };
            case ScanMessage.ScanWifiStatusCmd:
                return new ScanPayload
                {
                    Msg = ScanMessage.ScanWifiStatusResp,
                    Status = wifi is null ? Status.InvalidArgument : Status.Success,
                    WifiStatusResp = wifi is null ? new ScanStatusResp() : _wifi.Status,
                };
            case ScanMessage.ScanWifiResultCmd when command.WifiResultCmd is { } page:
                var entries = new WifiScanResultResp();
                Status status = Status.InvalidArgument;
                if (wifi is not null)
                {
                    if (_wifi.ReadPage(page) is not var (whole, heard))
                        return null;
                    status = whole;
                    entries.Entries.Add(heard.Select(Entry));
                }

                return new ScanPayload { Msg = ScanMessage.ScanWifiResultResp, Status = status, WifiResultResp = entries };
            default:
                return null;
        }
    }

    private async Task<ScanPayload?> AnswerThreadAsync(ScanPayload command, CancellationToken cancellationToken)
    {
        switch (command.Msg)
        {
            case ScanMessage.ScanThreadStartCmd when command.ThreadStartCmd is { } start:
                return new ScanPayload
                {
                    Msg = ScanMessage.ScanThreadStartResp,
                    Status = thread is null
                        ? Status.InvalidArgument
                        : await _thread.StartAsync(start.Blocking, () => thread.Discover(start.ChannelMask), cancellationToken).ConfigureAwait(false),
                    ThreadStartResp = new ScanStartResp(),
                };
            case ScanMessage.ScanThreadStatusCmd:
                return new ScanPayload
                {
                    Msg = ScanMessage.ScanThreadStatusResp,
                    Status = thread is null ? Status.InvalidArgument : Status.Success,
                    ThreadStatusResp = thread is null ? new ScanStatusResp() : _thread.Status,
                };
            case ScanMessage.ScanThreadResultCmd when command.ThreadResultCmd is { } page:
                var entries = new ThreadScanResultResp();
                Status status = Status.InvalidArgument;
                if (thread is not null)
                {
                    if (_thread.ReadPage(page) is not var (whole, heard))
                        return null;
                    status = whole;
                    entries.Entries.Add(heard.Select(ThreadWorld.Entry));
                }

                return new ScanPayload { Msg = ScanMessage.ScanThreadResultResp, Status = status, ThreadResultResp = entries };
            default:
                return null;
        }
    }

    private static WifiScanEntry Entry(HeardAccessPoint heard) => new()
    {
        Ssid = ByteString.CopyFrom(heard.Ssid),
        Channel = (uint)heard.Channel,
        Rssi = heard.Rssi,
        Bssid = ByteString.CopyFrom(heard.Bssid),
        Auth = heard.Auth,
    };
}
