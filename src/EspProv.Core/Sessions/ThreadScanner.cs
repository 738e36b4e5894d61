using EspProv.Networks.Thread;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>A scan for Thread networks (PROTOCOL.md §3, §9).</summary>
internal sealed class ThreadScanner(SecureChannel channel, ThreadScanOptions options, TimeProvider timeProvider)
    : ScanConversation<ThreadScanEntry>(channel, timeProvider)
{
    /// <summary>The networks in the order of their replies.</summary>
    public static async Task<IReadOnlyList<ThreadNetwork>> ScanAsync(
        SecureChannel channel, ThreadScanOptions options, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var scanner = new ThreadScanner(channel, options, timeProvider);
        IReadOnlyList<ThreadScanEntry> entries = await scanner.ScanAsync(options.Timeout, cancellationToken).ConfigureAwait(false);
        return [.. entries.Select(ToNetwork)];
    }

    protected override string Kind => "Thread router";

    protected override string WithoutScan => "Give the network's dataset yourself, with -DatasetTlvs.";

    // Blocking, as in the vendor's tool: a discovery on all 16 channels takes about five seconds.
    protected override byte[] EncodeStart() => ThreadScanCodec.EncodeStart(blocking: true, options.ChannelMask);

    protected override Status ParseStartReply(byte[] reply) => ThreadScanCodec.ParseStartReply(reply);

    protected override byte[] EncodeStatus() => ThreadScanCodec.EncodeStatus();

    protected override (Status Status, ScanStatusResp? Response) ParseStatusReply(byte[] reply) => ThreadScanCodec.ParseStatusReply(reply);

    protected override byte[] EncodeResult(uint startIndex, uint count) => ThreadScanCodec.EncodeResult(startIndex, count);

    protected override (Status Status, IReadOnlyList<ThreadScanEntry> Entries) ParseResultReply(byte[] reply) =>
        ThreadScanCodec.ParseResultReply(reply);

    private static ThreadNetwork ToNetwork(ThreadScanEntry entry) => new()
    {
        NetworkName = UntrustedText.Show(entry.NetworkName.Span),
        NetworkNameBytes = entry.NetworkName.Memory,
        PanId = (int)entry.PanId,
        ExtendedPanId = Convert.ToHexString(entry.ExtPanId.Span).ToLowerInvariant(),
        ExtendedAddress = Convert.ToHexString(entry.ExtAddr.Span).ToLowerInvariant(),
        Channel = (int)entry.Channel,
        Rssi = entry.Rssi,
        Lqi = (int)entry.Lqi,
    };
}
