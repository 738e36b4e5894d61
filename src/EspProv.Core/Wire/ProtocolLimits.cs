namespace EspProv.Wire;

/// <summary>What the protocol can carry of a network (PROTOCOL.md §3, §6, §9). Lengths are in bytes; text is UTF-8.</summary>
public static class ProtocolLimits
{
    /// <summary>The longest SSID; the shortest has 1.</summary>
    public const int MaxSsidLength = 32;

    /// <summary>The shortest key of a protected Wi-Fi network, the device's own access point included.</summary>
    public const int MinPassphraseLength = 8;

    /// <summary>The longest passphrase.</summary>
    public const int MaxPassphraseLength = 63;

    /// <summary>The last Wi-Fi channel of the 5 GHz band; the first of the 2.4 GHz band is 1.</summary>
    public const int LastWifiChannel = 196;

    /// <summary>The longest dataset of a Thread network.</summary>
    public const int MaxDatasetLength = 254;

    /// <summary>The longest name of a Thread network.</summary>
    public const int MaxThreadNameLength = 16;

    /// <summary>The extended address of a Thread router.</summary>
    internal const int ExtendedAddressLength = 8;

    /// <summary>An extended PAN ID.</summary>
    public const int ExtendedPanIdLength = 8;

    /// <summary>The network key of a Thread network.</summary>
    public const int NetworkKeyLength = 16;

    /// <summary>The PSKc, the key of a Thread network's commissioner.</summary>
    public const int PskcLength = 16;

    /// <summary>The first channel of IEEE 802.15.4 in the 2.4 GHz band.</summary>
    public const int FirstThreadChannel = 11;

    /// <summary>The last channel of IEEE 802.15.4 in the 2.4 GHz band.</summary>
    public const int LastThreadChannel = 26;

    /// <summary>Whether a key can be the passphrase of a protected Wi-Fi network.</summary>
    /// <param name="length">The key's length.</param>
    internal static bool IsPassphraseLength(int length) => length is >= MinPassphraseLength and <= MaxPassphraseLength;
}
