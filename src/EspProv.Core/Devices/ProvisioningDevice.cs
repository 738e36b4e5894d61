using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Devices;

/// <summary>A device that was found or given by its address. All texts are safe to show (see <see cref="UntrustedText"/>).</summary>
public sealed record ProvisioningDevice
{
    /// <summary>The prefix of the service names of the vendor's examples; six digits of the MAC address follow it.</summary>
    public const string StockNamePrefix = "PROV_";

    // One object, so that devices with the same values are equal.
    private static readonly TextList NoServices = new([]);

    private readonly string _name = "";
    private readonly string _address = "";
    private readonly string? _accessPoint;
    private readonly string? _description;
    private readonly TextList _serviceUuids = NoServices;

    /// <summary>The service name (PROV_261FCC), or the address where no name is known.</summary>
    public required string Name
    {
        get => _name;
        init => _name = UntrustedText.Show(value);
    }

    /// <summary>The transport.</summary>
    public required ProvisioningTransport Transport { get; init; }

    /// <summary>Its address: <c>host[:port]</c>, a Bluetooth address, or a serial port.</summary>
    public required string Address
    {
        get => _address;
        init => _address = UntrustedText.Show(value);
    }

    /// <summary>Signal strength in dBm, for radio transports.</summary>
    public int? Rssi { get; init; }

    /// <summary>The scheme known from a QR code or virtual device; the device itself may use another.</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>Advertised service UUIDs, for BLE.</summary>
    public IReadOnlyList<string> ServiceUuids
    {
        get => _serviceUuids;
        init => _serviceUuids = value is { Count: > 0 } ? new TextList(value) : NoServices;
    }

    /// <summary>Manufacturer data as hex, for BLE.</summary>
    public string? ManufacturerData { get; init; }

    /// <summary>The local adapter to use, for BLE; null for the default one.</summary>
    public string? Adapter { get; init; }

    /// <summary>
    /// The device's own access point, to be joined first; null if the device is reachable already. <see cref="GetAccessPointSsid"/> has the
    /// name to join.
    /// </summary>
    public string? AccessPoint
    {
        get => UntrustedText.Show(_accessPoint);
        init => _accessPoint = value;
    }

    /// <summary>Further details: for a serial port, the USB manufacturer, product and numbers.</summary>
    public string? Description
    {
        get => _description;
        init => _description = UntrustedText.Show(value);
    }

    /// <summary>When it was last seen.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary><see cref="AccessPoint"/> with its exact bytes; a method, so that formatters do not display it.</summary>
    public string? GetAccessPointSsid() => _accessPoint;

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
