namespace EspProv.Virtual.Worlds;

/// <summary>A simulated Thread network, with one router in range.</summary>
public sealed record VirtualThreadNetwork
{
    /// <summary>The network's name, up to 16 bytes in UTF-8.</summary>
    public required string NetworkName { get; init; }

    /// <summary>The network key: 16 bytes. Owned by the caller, and needed as long as the device runs.</summary>
    public required Secret NetworkKey { get; init; }

    /// <summary>The PAN ID, 0…65534.</summary>
    public int PanId { get; init; } = 0x1234;

    /// <summary>The extended PAN ID: 8 bytes in hex; derived from the name if null.</summary>
    public string? ExtendedPanId { get; init; }

    /// <summary>The router's own address: 8 bytes in hex; derived from the name if null.</summary>
    public string? ExtendedAddress { get; init; }

    /// <summary>The channel, 11…26.</summary>
    public int Channel { get; init; } = 15;

    /// <summary>Signal strength in dBm.</summary>
    public int Rssi { get; init; } = -50;

    /// <summary>Link quality, 0…255.</summary>
    public int Lqi { get; init; } = 200;

    /// <summary>Never the network key.</summary>
    public override string ToString() => NetworkName;
}
