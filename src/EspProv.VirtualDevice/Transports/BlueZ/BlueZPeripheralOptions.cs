using EspProv.Host;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Transports.Gatt;

namespace EspProv.Virtual.Transports.BlueZ;

/// <summary>Options of a virtual device's Bluetooth.</summary>
public sealed record BlueZPeripheralOptions
{
    /// <summary>The adapter's name or address; null for the default one.</summary>
    public string? Adapter { get; init; }

    /// <summary>The service's UUID; by default the one of the vendor's stock examples.</summary>
    public Guid ServiceUuid { get; init; } = ProvisioningService.StockExample;

    /// <summary>Manufacturer data to advertise, with the little-endian company identifier first; empty for none.</summary>
    public ReadOnlyMemory<byte> ManufacturerData { get; init; }

    /// <summary>Firmware with forced link encryption: reads and writes are refused until the link is paired.</summary>
    public bool ForceEncryption { get; init; }

    /// <summary>Where BlueZ is, and how to wait.</summary>
    public BlueZOptions BlueZ { get; init; } = new();

    /// <summary>The end of this process, replaceable for tests.</summary>
    internal ProcessEnd ProcessEnd { get; init; } = ProcessEnd.Current;
}
