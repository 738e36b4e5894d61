using System.Globalization;
using System.Text;
using EspProv.Tests.Support;
using EspProv.Virtual.Worlds;
using EspProv.Wire;

namespace EspProv.Tests.Virtual;

/// <summary>
/// The stubbed Wi-Fi driver that the vectors were recorded with: the first <c>--aps</c> of one table of networks, one network
/// that can be joined (<c>--net-ssid</c>, <c>--net-pass</c>), and always the same address. A run that heard more than is in the table
/// known here heard what it recorded.
/// </summary>
internal sealed class RecordedWifiWorld(TranscriptDevice device, IReadOnlyList<Transcript> runs) : IWifiWorld
{
    private static readonly (byte[] Ssid, string Bssid, int Channel, int Rssi)[] Table =
    [
        ("espdev-net"u8.ToArray(), "240ac41000a0", 6, -30),
        ([], "240ac41101a1", 6, -42),
        ("Café 网络"u8.ToArray(), "240ac41202a2", 11, -49),
        ("12345678901234567890123456789012"u8.ToArray(), "240ac40003a3", 3, -56),
        ("a"u8.ToArray(), "240ac414ffa4", 8, -63),
        ("with space"u8.ToArray(), "240ac41505a5", 13, -70),
        ("quote\"back\\slash"u8.ToArray(), "240ac41606a6", 5, -77),
        ([0xff, 0xfe, 0x80, .. "raw"u8], "240ac41707a7", 10, -84),
        ("ap-08"u8.ToArray(), "240ac41808a8", 2, -91),
        ("ap-09"u8.ToArray(), "240ac41909a9", 7, -38),
        ("ap-10"u8.ToArray(), "240ac41a0aaa", 12, -45),
        ("ap-11"u8.ToArray(), "240ac41b0bab", 4, -52),
        ("ap-12"u8.ToArray(), "240ac41c0cac", 9, -59),
        ("ap-13"u8.ToArray(), "240ac41d0dad", 1, -66),
        ("ap-14"u8.ToArray(), "240ac41e0eae", 6, -73),
    ];

    public IReadOnlyList<HeardAccessPoint> Scan()
    {
        int count = int.Parse(device.Argument("--aps") ?? "0", CultureInfo.InvariantCulture);
        if (count > Table.Length)
            return Recorded();
        int modes = device.Args.Contains("--auth-ext") ? 10 : 8;
        return
        [
            .. Table.Take(count).Select((entry, i) => new HeardAccessPoint(
                entry.Ssid, Convert.FromHexString(entry.Bssid), entry.Channel, entry.Rssi, i == 0 ? 3 : i % modes)),
        ];
    }

    // In the order of the results, which is that of the signal's strength. What nobody asked for is as strong as the one before it.
    private List<HeardAccessPoint> Recorded()
    {
        uint count = 0;
        var entries = new Dictionary<uint, WifiScanEntry>();
        foreach (TranscriptExchange exchange in runs.SelectMany(run => run.ExchangesWith("prov-scan")))
        {
            if (exchange is not { PlainRequestHex: { } request, PlainResponseHex: { } response })
                continue;
            ScanPayload reply = ScanPayload.Parser.ParseFrom(response);
            count = Math.Max(count, reply.WifiStatusResp?.ResultCount ?? 0);
            uint at = ScanPayload.Parser.ParseFrom(request).WifiResultCmd?.StartIndex ?? 0;
            foreach (WifiScanEntry entry in reply.WifiResultResp?.Entries ?? [])
                entries[at++] = entry;
            count = Math.Max(count, entries.Count == 0 ? 0 : entries.Keys.Max() + 1);
        }

        var heard = new List<HeardAccessPoint>();
        for (uint i = 0; i < count; i++)
        {
            heard.Add(entries.TryGetValue(i, out WifiScanEntry? entry)
                ? new HeardAccessPoint(entry.Ssid.ToByteArray(), entry.Bssid.ToByteArray(), (int)entry.Channel, entry.Rssi, entry.Auth)
                : new HeardAccessPoint([], new byte[6], 1, heard.LastOrDefault()?.Rssi ?? 0, 0));
        }

        return heard;
    }

    public VirtualJoin Join(ReadOnlySpan<byte> ssid, Func<string, bool> acceptsPassphrase)
    {
        if (Encoding.Latin1.GetString(ssid) != device.Argument("--net-ssid"))
            return new VirtualJoin(JoinOutcome.NetworkNotFound);
        if (!acceptsPassphrase(device.Argument("--net-pass") ?? string.Empty))
            return new VirtualJoin(JoinOutcome.AuthError);
        return new VirtualJoin(
            JoinOutcome.Connected, new HeardAccessPoint(ssid.ToArray(), Convert.FromHexString("240ac41020a0"), 6, -30, 3), "192.168.1.42");
    }
}
