using EspProv.Virtual.Worlds;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Provisioning;

/// <summary>The <c>prov-scan</c> endpoint: starts a scan, reports its status, returns its results in pages (PROTOCOL.md §3, §9).</summary>
/// <param name="wifi">The Wi-Fi networks in range; null in firmware for another kind of network.</param>
/// <param name="thread">The Thread networks in range; null in firmware for another kind of network.</param>
/// <param name="knowsThread">Whether it supports the commands for Thread, as network_provisioning does.</param>
/// <param name="duration">How long a scan takes.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="isRadioBusy">Whether it is joining a Wi-Fi network.</param>
internal sealed class ScanEndpoint(
    IWifiWorld? wifi, ThreadWorld? thread, bool knowsThread, TimeSpan duration, TimeProvider timeProvider, Func<bool> isRadioBusy)
{
    /// <summary>Its name.</summary>
    public const string Name = EndpointNames.Scan;

    // In groups of channels, firmware scans 2.4 GHz only, even with a 5 GHz radio.
    private const int LastGroupedChannel = 13;

    private readonly ScanTable<HeardAccessPoint> _wifi = new(duration, timeProvider, isRadioBusy);

    // A device can scan while it attaches.
    private readonly ScanTable<VirtualThreadNetwork> _thread = new(duration, timeProvider, static () => false);

    /// <summary>Answers a command; null for one that the firmware cannot parse.</summary>
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

    /// <summary>Clears the results.</summary>
    public void Clear()
    {
        _wifi.Clear();
        _thread.Clear();
    }

    // Firmware for another kind of network answers the commands with InvalidArgument, but fails on the one that requests Thread results.
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
                        : await _wifi.StartAsync(start.Blocking, () => Heard(wifi, start), cancellationToken).ConfigureAwait(false),
                    WifiStartResp = new ScanStartResp(),
                };
            case ScanMessage.ScanWifiStatusCmd:
                return new ScanPayload
                {
                    Msg = ScanMessage.ScanWifiStatusResp,
                    Status = wifi is null ? Status.InvalidArgument : Status.Success,
                    WifiStatusResp = wifi is null ? new ScanStatusResp() : _wifi.Status,
                };
            case ScanMessage.ScanWifiResultCmd when command.WifiResultCmd is { } page && ScanTable<HeardAccessPoint>.Holds(page):
                if (wifi is null)
                {
                    return new ScanPayload
                    {
                        Msg = ScanMessage.ScanWifiResultResp,
                        Status = Status.InvalidArgument,
                        WifiResultResp = new WifiScanResultResp(),
                    };
                }

                // If more results are requested than exist, network_provisioning fails, and wifi_provisioning answers with what it has and
                // an error.
                (bool isWhole, IEnumerable<HeardAccessPoint> heard) = _wifi.ReadPage(page);
                return isWhole || !knowsThread
                    ? new ScanPayload
                    {
                        Msg = ScanMessage.ScanWifiResultResp,
                        Status = isWhole ? Status.Success : Status.InternalError,
                        WifiResultResp = new WifiScanResultResp { Entries = { heard.Select(Entry) } },
                    }
                    : null;
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
                        : await _thread.StartAsync(
                            start.Blocking, () => thread.Discover(start.ChannelMask), cancellationToken).ConfigureAwait(false),
                    ThreadStartResp = new ScanStartResp(),
                };
            case ScanMessage.ScanThreadStatusCmd:
                return new ScanPayload
                {
                    Msg = ScanMessage.ScanThreadStatusResp,
                    Status = thread is null ? Status.InvalidArgument : Status.Success,
                    ThreadStatusResp = thread is null ? new ScanStatusResp() : _thread.Status,
                };
            case ScanMessage.ScanThreadResultCmd when thread is not null
                && command.ThreadResultCmd is { } page
                && ScanTable<VirtualThreadNetwork>.Holds(page):
                (bool isWhole, IEnumerable<VirtualThreadNetwork> heard) = _thread.ReadPage(page);
                return isWhole
                    ? new ScanPayload
                    {
                        Msg = ScanMessage.ScanThreadResultResp,
                        ThreadResultResp = new ThreadScanResultResp { Entries = { heard.Select(ThreadWorld.Entry) } },
                    }
                    : null;
            default:
                return null;
        }
    }

    private static IEnumerable<HeardAccessPoint> Heard(IWifiWorld wifi, WifiScanStartCmd start) => wifi.Scan()
        .Where(heard => start.GroupChannels == 0 || heard.Channel <= LastGroupedChannel)
        .OrderByDescending(heard => heard.Rssi);

    private static WifiScanEntry Entry(HeardAccessPoint heard) => new()
    {
        Ssid = ByteString.CopyFrom(heard.Ssid),
        Channel = (uint)heard.Channel,
        Rssi = heard.Rssi,
        Bssid = ByteString.CopyFrom(heard.Bssid),
        Auth = heard.Auth,
    };
}
