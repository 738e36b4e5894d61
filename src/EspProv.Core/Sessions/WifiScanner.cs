using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>A scan for Wi-Fi networks (PROTOCOL.md §3, §9).</summary>
internal sealed class WifiScanner(SecureChannel channel, WifiScanOptions options, TimeProvider timeProvider)
    : ScanConversation<WifiScanEntry>(channel, timeProvider)
{
    /// <summary>
    /// A scan that takes longer than this is started and polled, instead of waiting for it in one exchange, which has its own timeout.
    /// </summary>
    private static readonly TimeSpan LongestBlockingScan = TimeSpan.FromSeconds(8);

    /// <summary>Those of 2.4 GHz, which most chips are limited to; an estimate.</summary>
    private const int UsualChannels = 14;

    /// <summary>The access points in the device's order.</summary>
    public static async Task<IReadOnlyList<WifiAccessPoint>> ScanAsync(
        SecureChannel channel, WifiScanOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var scanner = new WifiScanner(channel, options, timeProvider);
        IReadOnlyList<WifiScanEntry> entries = await scanner.ScanAsync(options.Timeout, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(ToAccessPoint)];
    }

    protected override string Kind => "access point";

    protected override string WithoutScan => "Give the network's name yourself, with -Ssid.";

    protected override byte[] EncodeStart() => WifiScanCodec.EncodeStart(
        blocking: TimeSpan.FromMilliseconds(options.PeriodMs) * UsualChannels <= LongestBlockingScan,
        options.Passive,
        (uint)(options.GroupChannels ?? Channel.Transport.ScanGroupChannels),
        (uint)options.PeriodMs);

    protected override Status ParseStartReply(byte[] reply) => WifiScanCodec.ParseStartReply(reply);

    protected override byte[] EncodeStatus() => WifiScanCodec.EncodeStatus();

    protected override (Status Status, ScanStatusResp? Response) ParseStatusReply(byte[] reply) => WifiScanCodec.ParseStatusReply(reply);

    protected override byte[] EncodeResult(uint startIndex, uint count) => WifiScanCodec.EncodeResult(startIndex, count);

    protected override (Status Status, IReadOnlyList<WifiScanEntry> Entries) ParseResultReply(byte[] reply) =>
        WifiScanCodec.ParseResultReply(reply);

    private static WifiAccessPoint ToAccessPoint(WifiScanEntry entry) => new()
    {
        Ssid = UntrustedText.Show(entry.Ssid.Span),
        SsidBytes = entry.Ssid.ToByteArray(),
        Bssid = HardwareAddress.Format(entry.Bssid.Span),
        Channel = (int)entry.Channel,
        Rssi = entry.Rssi,
        Auth = (WifiAuthMode)entry.Auth,
    };
}
