using System.Management.Automation;
using System.Text;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Networks.Wifi;
using EspProv.Transports;

namespace EspProv.Commands.Wifi;

/// <summary>Lets a device scan for Wi-Fi networks.</summary>
[Cmdlet(VerbsCommon.Get, "EspWifiScan", DefaultParameterSetName = AddressSet)]
[OutputType(typeof(EspWifiAccessPoint))]
public sealed class GetEspWifiScanCommand : ScanCmdlet
{
    /// <summary>Only networks with these names; wildcards are allowed.</summary>
    [Parameter(Position = 1)]
    [ArgumentCompleter(typeof(SsidPatternCompleter))]
    [SupportsWildcards]
    public string[]? Ssid { get; set; }

    /// <summary>Listen for beacons instead of probing.</summary>
    [Parameter]
    public SwitchParameter Passive { get; set; }

    /// <summary>Channels to scan before a pause.</summary>
    [Parameter]
    [ValidateRange(0, 255)]
    public int GroupChannels { get; set; }

    /// <summary>Time on each channel, in milliseconds.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int PeriodMs { get; set; } = WifiScanOptions.DefaultPeriodMs;

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        var options = new WifiScanOptions
        {
            Passive = Passive,
            GroupChannels = MyInvocation.BoundParameters.ContainsKey(nameof(GroupChannels)) ? GroupChannels : null,
            PeriodMs = PeriodMs,
        };
        IReadOnlyList<WifiAccessPoint> found = Scan(session, "Wi-Fi", (core, timeout, token) =>
            core.ScanWifiAsync(options with { Timeout = timeout }, token));
        WifiAccessPoint[] bestFirst = [.. found.OrderByDescending(accessPoint => accessPoint.Rssi)];
        session.RememberScan(bestFirst);
        WifiAccessPoint[] selected = [.. Selected(bestFirst)];
        if (selected.Length == 0)
            WriteNoneSelected(session, "Wi-Fi", bestFirst.Length, "access points");
        foreach (WifiAccessPoint accessPoint in selected.Take(First))
            WriteObject(new EspWifiAccessPoint(session.Session.Device, kept, accessPoint));
        if (options.GroupChannels is > 0 || (options.GroupChannels is null && session.Transport is ProvisioningTransport.SoftAP))
            WriteBandHint(session, isWarning: Ssid is { Length: > 0 } && selected.Length == 0);
    }

    // A hint for all devices: the protocol does not report which bands a chip has.
    private void WriteBandHint(EspProvSession session, bool isWarning)
    {
        string hint = $"{session.Name}: the device scanned in groups of channels, to keep its access point connected to this machine. "
            + "A dual-band chip, such as the ESP32-C5, then scans only channels 1 to 13: scan with -GroupChannels 0 for 5 GHz.";
        if (isWarning)
            WriteWarning(hint);
        else
            WriteVerbose(hint);
    }

    private IEnumerable<WifiAccessPoint> Selected(IReadOnlyList<WifiAccessPoint> bestFirst)
    {
        IEnumerable<WifiAccessPoint> selected = bestFirst;
        if (Ssid is { Length: > 0 })
        {
            HashSet<WifiAccessPoint> named = [.. Ssid.SelectMany(ssid => new NamePattern(ssid, ignoreCase: false).Select(
                bestFirst, accessPoint => [accessPoint.Ssid, Encoding.UTF8.GetString(accessPoint.SsidBytes.Span)]))];
            selected = bestFirst.Where(named.Contains);
        }

        // All hidden networks have the empty name, but they are different networks.
        return Unique
            ? selected.DistinctBy(accessPoint =>
                accessPoint.Ssid.Length > 0 ? Convert.ToHexString(accessPoint.SsidBytes.Span) : accessPoint.Bssid)
            : selected;
    }
}
