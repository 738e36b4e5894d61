using System.Buffers.Binary;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;

namespace EspProv.Virtual.Transports.BlueZ;

/// <summary>
/// The advertisement for BlueZ's LEAdvertisingManager1: flags and the service UUID, manufacturer data, and the name in the
/// scan response (PROTOCOL.md §7).
/// </summary>
internal sealed class LeAdvertisement : IDisposable
{
    public const string Path = "/io/espprov/advertisement";

    private readonly Dictionary<string, object> _properties;
    private readonly IDisposable _exported;

    public LeAdvertisement(DBusConnection connection, string name, Guid serviceUuid, ReadOnlyMemory<byte> manufacturerData)
    {
        _properties = new Dictionary<string, object>
        {
            ["Type"] = new DBusVariant("s", "peripheral"),
            ["ServiceUUIDs"] = new DBusVariant("as", new[] { serviceUuid.ToString() }),
            ["LocalName"] = new DBusVariant("s", name),
            ["Discoverable"] = new DBusVariant("b", true),
        };
        if (!manufacturerData.IsEmpty)
        {
            _properties["ManufacturerData"] = new DBusVariant("a{qv}", new Dictionary<ushort, object>
            {
                [BinaryPrimitives.ReadUInt16LittleEndian(manufacturerData.Span)] = new DBusVariant("ay", manufacturerData[2..]),
            });
        }

        _exported = connection.Export(Path, call => Task.FromResult(Answer(call)));
    }

    public void Dispose() => _exported.Dispose();

    private DBusMessage Answer(DBusMessage call) => (call.Interface, call.Member) switch
    {
        (BlueZNames.Properties, "GetAll") => call.Return("a{sv}", _properties),
        // BlueZ removed it: its adapter was switched off.
        (BlueZNames.Advertisement, "Release") => call.Return(),
        _ => throw new DBusException(DBusException.UnknownMethod, $"{call.Interface}.{call.Member}"),
    };
}
