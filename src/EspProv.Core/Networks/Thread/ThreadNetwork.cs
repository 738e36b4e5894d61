namespace EspProv.Networks.Thread;

/// <summary>A Thread router in range of the device. A network has one entry for each router.</summary>
public sealed record ThreadNetwork
{
    /// <summary>The network's name as text to show (see <see cref="UntrustedText"/>); empty if the device does not report it.</summary>
    public required string NetworkName { get; init; }

    /// <summary>The network's name as received.</summary>
    public ReadOnlyMemory<byte> NetworkNameBytes { get; init; }

    /// <summary>The PAN ID, 0…65535.</summary>
    public required int PanId { get; init; }

    /// <summary>The extended PAN ID: 8 bytes as lower-case hex.</summary>
    public required string ExtendedPanId { get; init; }

    /// <summary>The router's own address: 8 bytes as lower-case hex.</summary>
    public required string ExtendedAddress { get; init; }

    /// <summary>The channel, 11…26.</summary>
    public required int Channel { get; init; }

    /// <summary>Signal strength in dBm.</summary>
    public required int Rssi { get; init; }

    /// <summary>Link quality, 0…255.</summary>
    public required int Lqi { get; init; }
}
