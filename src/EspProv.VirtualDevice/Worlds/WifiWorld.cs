using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Virtual.Worlds;

/// <summary>Simulated Wi-Fi made of <see cref="VirtualAccessPoint"/>s.</summary>
internal sealed class WifiWorld : IWifiWorld
{
    private readonly List<(VirtualAccessPoint AccessPoint, HeardAccessPoint Heard)> _inRange = [];
    private readonly string _address;
    private readonly NetworkSettings _settings;

    /// <summary>Checks the access points.</summary>
    /// <param name="accessPoints">The access points.</param>
    /// <param name="deviceName">Determines the DHCP address.</param>
    /// <param name="settings">What the application took beside the credentials.</param>
    /// <exception cref="ArgumentException">A BSSID is not 6 bytes, or an SSID is over 32 bytes.</exception>
    public WifiWorld(IReadOnlyList<VirtualAccessPoint> accessPoints, string deviceName, NetworkSettings settings)
    {
        _settings = settings;
        foreach (VirtualAccessPoint accessPoint in accessPoints)
            _inRange.Add((accessPoint, Heard(accessPoint)));
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(deviceName));
        _address = string.Create(CultureInfo.InvariantCulture, $"192.168.{hash[0]}.{2 + (hash[1] % 252)}");
    }

    public IReadOnlyList<HeardAccessPoint> Scan() => [.. _inRange.Select(entry => entry.Heard)];

    public VirtualJoin Join(ReadOnlySpan<byte> ssid, Func<string, bool> acceptsPassphrase)
    {
        byte[] wanted = ssid.ToArray();
        var candidates = _inRange.Where(entry => entry.Heard.Ssid.AsSpan().SequenceEqual(wanted) && wanted.Length > 0)
            .OrderByDescending(entry => entry.Heard.Rssi)
            .ToList();
        if (candidates.Count == 0)
            return new VirtualJoin(JoinOutcome.NetworkNotFound);

        foreach ((VirtualAccessPoint accessPoint, HeardAccessPoint heard) in candidates)
        {
            var mode = (WifiAuthMode)heard.Auth;
            if (mode.IsEnterprise() && accessPoint is { Username: { } username, Passphrase: { } password }
                && _settings.IsLogin(username, password))
            {
                return Connected(heard);
            }

            // 802.1X needs more than a passphrase, and a key of 8 or more characters excludes WEP and WPA without WPA2. Firmware does not
            // treat the driver's reasons as final.
            if (mode.IsEnterprise() || (accessPoint.Passphrase is { } key && mode.IsBelowThreshold(Encoding.UTF8.GetByteCount(key))))
                return new VirtualJoin(JoinOutcome.NoAnswer);
            if (accessPoint.Passphrase is null || acceptsPassphrase(accessPoint.Passphrase))
                return Connected(heard);
        }

        return new VirtualJoin(JoinOutcome.AuthError);
    }

    private VirtualJoin Connected(HeardAccessPoint heard)
    {
        NetworkSettings.IpConfig? own = _settings.Ip;
        return new VirtualJoin(JoinOutcome.Connected, heard, own?.Ip ?? _address) { Netmask = own?.Netmask, Gateway = own?.Gw };
    }

    private static HeardAccessPoint Heard(VirtualAccessPoint accessPoint)
    {
        byte[] ssid = Encoding.UTF8.GetBytes(accessPoint.Ssid);
        if (ssid.Length > ProtocolLimits.MaxSsidLength)
        {
            throw new ArgumentException(
                $"The SSID '{accessPoint.Ssid}' is longer than {ProtocolLimits.MaxSsidLength} bytes.", nameof(accessPoint));
        }

        int auth = accessPoint.Auth ?? (int)DefaultAuth(accessPoint);
        return new HeardAccessPoint(ssid, Bssid(accessPoint), accessPoint.Channel, accessPoint.Rssi, auth);
    }

    private static WifiAuthMode DefaultAuth(VirtualAccessPoint accessPoint) =>
        accessPoint.Username is not null ? WifiAuthMode.WPA2_ENTERPRISE
        : accessPoint.Passphrase is not null ? WifiAuthMode.WPA2_PSK
        : WifiAuthMode.Open;

    private static byte[] Bssid(VirtualAccessPoint accessPoint)
    {
        if (accessPoint.Bssid is null)
        {
            // Locally administered, unicast, and deterministic.
            byte[] made = SHA256.HashData(Encoding.UTF8.GetBytes(accessPoint.Ssid))[..6];
            made[0] = (byte)((made[0] | 0x02) & 0xFE);
            return made;
        }

        return HardwareAddress.TryParse(accessPoint.Bssid, out byte[]? bssid) && bssid.Length == HardwareAddress.Length
            ? bssid
            : throw new ArgumentException($"The BSSID '{accessPoint.Bssid}' is not 6 bytes in hex.", nameof(accessPoint));
    }
}
