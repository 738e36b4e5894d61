using System.Globalization;
using EspProv.Wire;

namespace EspProv.Transports.Gatt;

/// <summary>The GATT service of provisioning: its UUIDs and its numbered endpoints (PROTOCOL.md §7).</summary>
public static class ProvisioningService
{
    /// <summary>The descriptor that holds an endpoint's name: Characteristic User Description.</summary>
    public static readonly Guid UserDescription = FromShort(0x2901);

    /// <summary>The provisioning manager's own default.</summary>
    public static readonly Guid ManagerDefault = new("1775244d-6b43-439b-877c-060f2d9bed07");

    /// <summary>The vendor's stock examples.</summary>
    public static readonly Guid StockExample = new("021a9004-0382-4aea-bff4-6b3f1c5adfb4");

    /// <summary>Firmware 4.0.</summary>
    public static readonly Guid Firmware40 = FromShort(0xFFFF);

    private static readonly Dictionary<string, ushort> Numbers = new(StringComparer.OrdinalIgnoreCase)
    {
        [EndpointNames.Control] = FirstNumber,
        [EndpointNames.Scan] = 0xFF50,
        [EndpointNames.Session] = SessionNumber,
        [EndpointNames.Config] = 0xFF52,
        [EndpointNames.Version] = 0xFF53,
        // The first application endpoint, named as in the stock example.
        [EndpointNames.StockCustom] = FirstCustomNumber,
    };

    /// <summary>
    /// The number of the first endpoint that the manager makes, <c>prov-ctrl</c>; the others follow in order of creation.
    /// </summary>
    public const ushort FirstNumber = 0xFF4F;

    /// <summary>The number of <c>prov-session</c>, which every device has.</summary>
    internal const ushort SessionNumber = 0xFF51;

    /// <summary>The number of the first endpoint that an application makes; the next ones count up in order of creation.</summary>
    public const ushort FirstCustomNumber = 0xFF54;

    /// <summary>The UUIDs of known provisioning services.</summary>
    public static IReadOnlyList<Guid> KnownUuids { get; } = [StockExample, ManagerDefault, Firmware40];

    /// <summary>A 16-bit UUID on the Bluetooth base UUID.</summary>
    public static Guid FromShort(ushort uuid) => new(uuid, 0, 0x1000, 0x80, 0x00, 0x00, 0x80, 0x5F, 0x9B, 0x34, 0xFB);

    /// <summary>A service's characteristic: the service UUID with hex digits 5 to 8 replaced.</summary>
    public static Guid Characteristic(Guid service, ushort number)
    {
        Span<byte> bytes = stackalloc byte[16];
        service.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[2] = (byte)(number >> 8);
        bytes[3] = (byte)number;
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Hex digits 5 to 8 of a characteristic's UUID.</summary>
    public static ushort NumberOf(Guid characteristic)
    {
        Span<byte> bytes = stackalloc byte[16];
        characteristic.TryWriteBytes(bytes, bigEndian: true, out _);
        return (ushort)((bytes[2] << 8) | bytes[3]);
    }

    /// <summary>The number of an endpoint, for firmware without names; four hex digits are the number itself.</summary>
    public static bool TryGetNumber(string endpoint, out ushort number) =>
        Numbers.TryGetValue(endpoint, out number)
        || (endpoint is { Length: 4 }
            && ushort.TryParse(endpoint, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number));

    /// <summary>The name of a numbered endpoint; <c>custom-data</c> for the first custom one, four hex digits for the others.</summary>
    public static string NameOf(ushort number) =>
        Numbers.FirstOrDefault(pair => pair.Value == number).Key ?? number.ToString("x4", CultureInfo.InvariantCulture);
}
