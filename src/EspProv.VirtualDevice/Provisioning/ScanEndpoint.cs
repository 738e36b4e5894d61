using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual;

/// <summary>The <c>prov-scan</c> endpoint: start a Wi-Fi scan, ask how it goes, read its results in pages (PROTOCOL.md §3, §9).</summary>
internal sealed class ScanEndpoint(IWifiWorld world, TimeSpan duration, TimeProvider timeProvider, Func<bool> isRadioBusy)
{
    /// <summary>Its name.</summary>
    public const string Name = "prov-scan";

    /// <summary>How many results the firmware keeps.</summary>
    public const int MaximumResults = 16;

    private volatile IReadOnlyList<HeardAccessPoint> _results = [];
    private volatile Task _scan = Task.CompletedTask;

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

        ScanPayload? answer = command.Msg switch
        {
            ScanMessage.ScanWifiStartCmd when command.WifiStartCmd is { } start => await StartAsync(start, cancellationToken).ConfigureAwait(false),
            ScanMessage.ScanWifiStatusCmd => new ScanPayload
            {
                Msg = ScanMessage.ScanWifiStatusResp,
                WifiStatusResp = new ScanStatusResp { ScanFinished = _scan.IsCompleted, ResultCount = (uint)_results.Count },
            },
            ScanMessage.ScanWifiResultCmd when command.WifiResultCmd is { } page => ReadPage(page),
            _ => null,
        };
        return answer?.ToByteArray();
    }

    /// <summary>Forgets what was found.</summary>
    public void Clear() => _results = [];

    private static WifiScanEntry Entry(HeardAccessPoint heard) => new()
    {
        Ssid = ByteString.CopyFrom(heard.Ssid),
        Channel = (uint)heard.Channel,
        Rssi = heard.Rssi,
        Bssid = ByteString.CopyFrom(heard.Bssid),
        Auth = heard.Auth,
    };

    private async Task<ScanPayload> StartAsync(WifiScanStartCmd command, CancellationToken cancellationToken)
    {
        var answer = new ScanPayload { Msg = ScanMessage.ScanWifiStartResp, WifiStartResp = new ScanStartResp() };

        // The driver does not scan while it joins a network.
        if (isRadioBusy())
        {
            answer.Status = Status.InternalError;
            return answer;
        }

        // A scan that is under way is neither started again nor waited for.
        if (!_scan.IsCompleted)
            return answer;
        _results = [];
        _scan = ScanAsync();
        if (command.Blocking)
            await _scan.WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer;
    }

    private async Task ScanAsync()
    {
        if (duration > TimeSpan.Zero)
            await Task.Delay(duration, timeProvider).ConfigureAwait(false);
        _results = [.. world.Scan().OrderByDescending(heard => heard.Rssi).Take(MaximumResults)];
    }

    // Asked for more than there is, the firmware answers with what it has and an error; past its table it answers nothing.
    private ScanPayload? ReadPage(ScanResultCmd page)
    {
        ulong end = (ulong)page.StartIndex + page.Count;
        if (page.StartIndex >= MaximumResults || end > MaximumResults)
            return null;

        IReadOnlyList<HeardAccessPoint> results = _results;
        var entries = new WifiScanResultResp();
        entries.Entries.Add(results.Skip((int)page.StartIndex).Take((int)page.Count).Select(Entry));
        return new ScanPayload
        {
            Msg = ScanMessage.ScanWifiResultResp,
            Status = end > (ulong)results.Count ? Status.InternalError : Status.Success,
            WifiResultResp = entries,
        };
    }
}
