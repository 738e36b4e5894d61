using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Devices;

/// <summary>
/// A device that was found, or named by its address; flat enough for Export-Csv. Its texts are text to show (see <see
/// cref="UntrustedText"/>).
/// </summary>
public sealed record ProvisioningDevice
{
    private readonly string _name = "";
    private readonly string _address = "";
    private readonly string? _accessPoint;
    private readonly string? _description;

    /// <summary>The service name (PROV_261FCC), or the address where no name is known.</summary>
    public required string Name
    {
        get => _name;
        init => _name = UntrustedText.Show(value);
    }

    /// <summary>How to reach it.</summary>
    public required ProvisioningTransport Transport { get; init; }

    /// <summary>Where it is: <c>host[:port]</c>, a Bluetooth address, or a serial port.</summary>
    public required string Address
    {
        get => _address;
        init => _address = UntrustedText.Show(value);
    }

    /// <summary>Signal strength in dBm, for radio transports.</summary>
    public int? Rssi { get; init; }

    /// <summary>The scheme that is known beforehand (from a QR code or a virtual device); not a promise of the device's.</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>Advertised service UUIDs, for BLE.</summary>
    public IReadOnlyList<string> ServiceUuids { get; init; } = [];

    /// <summary>Manufacturer data as hex, for BLE.</summary>
    public string? ManufacturerData { get; init; }

    /// <summary>The adapter of this machine that it is to be reached by, for BLE; null for the default one.</summary>
    public string? Adapter { get; init; }

    /// <summary>
    /// The device's own access point, which this machine has to join first; null where it is reached as it is. <see
    /// cref="GetAccessPointSsid"/>
    /// has the name to join.
    /// </summary>
    public string? AccessPoint
    {
        get => UntrustedText.Show(_accessPoint);
        init => _accessPoint = value;
    }

    /// <summary>What is known of it beside its name: for a serial port, the USB device's maker, product and numbers.</summary>
    public string? Description
    {
        get => _description;
        init => _description = UntrustedText.Show(value);
    }

    /// <summary>When it was last seen.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary><see cref="AccessPoint"/> as it was heard or given; a method, so that no view has it.</summary>
    public string? GetAccessPointSsid() => _accessPoint;

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
