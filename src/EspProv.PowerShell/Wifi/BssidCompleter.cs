using System.Collections;
using EspProv.Commands.Sessions;

namespace EspProv.Commands.Wifi;

/// <summary>Offers the access points of the last scan: those of the network on the command line, or all of them.</summary>
public sealed class BssidCompleter : ScanCompleter
{
    private protected override IEnumerable<(string Text, string Description)> Found(EspProvSession session, IDictionary boundParameters) =>
        session.WifiScan
            .Where(seen => seen.Bssid.Length > 0 && (boundParameters["Ssid"] is not string ssid || ssid == NameOf(seen.SsidBytes)))
            .Select(seen => (seen.Bssid, $"{seen.Ssid}, channel {seen.Channel}, {seen.Rssi} dBm, seen by {session.Name}"));
}
