namespace EspProv.Host.Wifi.Windows;

/// <summary>The security of an access point.</summary>
internal enum WlanSecurity
{
    /// <summary>Without a key.</summary>
    Open,

    /// <summary>
    /// WPA2 with a key, also for WPA2/WPA3 networks: Windows can join those with either profile, and every adapter supports WPA2.
    /// </summary>
    Wpa2,

    /// <summary>WPA3 only, with a key.</summary>
    Wpa3,
}

/// <summary>Reads the security of an access point from its beacons (IEEE 802.11, RSN element).</summary>
internal static class WlanSecurityReader
{
    private const int PrivacyBit = 0x10;
    private const byte RsnElement = 48;

    // Suites of 00-0F-AC: PSK, PSK with fast transition, PSK with SHA-256; SAE, and SAE for fast transition.
    private static readonly byte[] PskSuites = [2, 4, 6];
    private static readonly byte[] SaeSuites = [8, 9, 24, 25];

    public static WlanSecurity Read(WlanAccessPoint accessPoint)
    {
        if ((accessPoint.Capability & PrivacyBit) == 0)
            return WlanSecurity.Open;
        byte[] suites = KeySuites(accessPoint.Elements);
        return suites.Intersect(SaeSuites).Any() && !suites.Intersect(PskSuites).Any() ? WlanSecurity.Wpa3 : WlanSecurity.Wpa2;
    }

    private static byte[] KeySuites(ReadOnlySpan<byte> elements)
    {
        while (elements.Length >= 2 && elements.Length >= 2 + elements[1])
        {
            if (elements[0] == RsnElement)
                return KeySuitesOfRsn(elements.Slice(2, elements[1]));
            elements = elements[(2 + elements[1])..];
        }

        return [];
    }

    // Version (2), group suite (4), count (2) and pairwise suites (4 each), count (2) and key suites (4 each).
    private static byte[] KeySuitesOfRsn(ReadOnlySpan<byte> rsn)
    {
        int offset = 6;
        if (rsn.Length < offset + 2)
            return [];
        offset += 2 + (4 * (rsn[offset] | (rsn[offset + 1] << 8)));
        if (rsn.Length < offset + 2)
            return [];
        int count = rsn[offset] | (rsn[offset + 1] << 8);
        var suites = new List<byte>();
        for (offset += 2; count > 0 && rsn.Length >= offset + 4; offset += 4, count--)
        {
            if (rsn.Slice(offset, 3).SequenceEqual((ReadOnlySpan<byte>)[0x00, 0x0F, 0xAC]))
                suites.Add(rsn[offset + 3]);
        }

        return [.. suites];
    }
}
