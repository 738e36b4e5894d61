using System.Text;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;
using EspProv.Transports.Gatt;

namespace EspProv.Virtual.Transports.BlueZ;

/// <summary>A client's read or write of an endpoint's characteristic; its result is the value for a read.</summary>
/// <param name="endpoint">The endpoint's name.</param>
/// <param name="client">BlueZ's path of the client.</param>
/// <param name="value">The written value; null for a read.</param>
internal delegate Task<byte[]> GattAccess(string endpoint, string client, byte[]? value);

/// <summary>
/// The objects for BlueZ's GattManager1: a service, a characteristic for each endpoint, and in its 0x2901 descriptor the
/// endpoint's name (PROTOCOL.md §7).
/// </summary>
internal sealed class GattApplication : IDisposable
{
    private const string ServicePath = Path + "/service";

    private static readonly string[] ReadOnly = ["read"];

    private readonly Guid _serviceUuid;
    private readonly IReadOnlyList<string> _endpoints;
    private readonly bool _encrypted;
    private readonly GattAccess _access;
    private readonly List<IDisposable> _exported = [];

    public GattApplication(DBusConnection connection, Guid serviceUuid, IReadOnlyList<string> endpoints, bool encrypted, GattAccess access)
    {
        _serviceUuid = serviceUuid;
        _endpoints = endpoints;
        _encrypted = encrypted;
        _access = access;
        _exported.Add(connection.Export(Path, AnswerRoot));
        _exported.Add(connection.Export(ServicePath, call => Task.FromResult(GetAll(call, ServicePath))));
        for (int i = 0; i < endpoints.Count; i++)
        {
            int index = i;
            _exported.Add(connection.Export(CharacteristicPath(i), call => AnswerCharacteristicAsync(call, index)));
            _exported.Add(connection.Export(NamePath(i), call => Task.FromResult(AnswerName(call, index))));
        }
    }

    /// <summary>The application's root, which is registered with BlueZ.</summary>
    public const string Path = "/io/espprov/device";

    public void Dispose() => _exported.ForEach(item => item.Dispose());

    private static string CharacteristicPath(int index) => $"{ServicePath}/char{index:D2}";

    private static string NamePath(int index) => CharacteristicPath(index) + "/name";

    private static Dictionary<string, object> Properties(params (string Name, string Signature, object Value)[] properties) =>
        properties.ToDictionary(property => property.Name, property => (object)new DBusVariant(property.Signature, property.Value));

    private Dictionary<string, object> Objects()
    {
        var objects = new Dictionary<string, object>
        {
            [ServicePath] = Interface(BlueZNames.GattService, Properties(("UUID", "s", _serviceUuid.ToString()), ("Primary", "b", true))),
        };
        string[] flags = _encrypted ? ["encrypt-read", "encrypt-write"] : ["read", "write"];
        for (int i = 0; i < _endpoints.Count; i++)
        {
            // In order of creation, counted from the first of the manager's own (PROTOCOL.md §7).
            Guid uuid = ProvisioningService.Characteristic(_serviceUuid, (ushort)(ProvisioningService.FirstNumber + i));
            objects[CharacteristicPath(i)] = Interface(
                BlueZNames.GattCharacteristic,
                Properties(("UUID", "s", uuid.ToString()), ("Service", "o", ServicePath), ("Flags", "as", flags)));
            objects[NamePath(i)] = Interface(
                BlueZNames.GattDescriptor,
                Properties(
                    ("UUID", "s", ProvisioningService.UserDescription.ToString()), ("Characteristic", "o", CharacteristicPath(i)),
                    ("Flags", "as", ReadOnly)));
        }

        return objects;

        static Dictionary<string, object> Interface(string name, Dictionary<string, object> properties) => new() { [name] = properties };
    }

    private Task<DBusMessage> AnswerRoot(DBusMessage call) => Task.FromResult(call.Member == "GetManagedObjects"
        ? call.Return("a{oa{sa{sv}}}", Objects())
        : throw Unknown(call));

    private DBusMessage GetAll(DBusMessage call, string path) =>
        call is { Interface: BlueZNames.Properties, Member: "GetAll", Body: [string name] }
        && ((Dictionary<string, object>)Objects()[path]).TryGetValue(name, out object? properties)
            ? call.Return("a{sv}", properties)
            : throw Unknown(call);

    private DBusMessage AnswerName(DBusMessage call, int index) => call is { Interface: BlueZNames.GattDescriptor, Member: "ReadValue" }
        ? call.Return("ay", Slice(Encoding.UTF8.GetBytes(_endpoints[index]), Options(call, 0)))
        : GetAll(call, NamePath(index));

    private async Task<DBusMessage> AnswerCharacteristicAsync(DBusMessage call, int index)
    {
        switch (call.Interface, call.Member)
        {
            case (BlueZNames.GattCharacteristic, "WriteValue") when call.Body is [byte[] value, ..]:
                Dictionary<string, object> options = Options(call, 1);
                // BlueZ joins prepared writes before it passes them on.
                if (OffsetOf(options) != 0)
                    throw new DBusException(BlueZNames.Error + "InvalidOffset", "Write from the start.");
                await _access(_endpoints[index], ClientOf(options), value).ConfigureAwait(false);
                return call.Return();
            case (BlueZNames.GattCharacteristic, "ReadValue"):
                options = Options(call, 0);
                return call.Return("ay", Slice(await _access(_endpoints[index], ClientOf(options), null).ConfigureAwait(false), options));
            default:
                return GetAll(call, CharacteristicPath(index));
        }
    }

    private static Dictionary<string, object> Options(DBusMessage call, int argument) =>
        call.Body.ElementAtOrDefault(argument) as Dictionary<string, object> ?? [];

    private static int OffsetOf(Dictionary<string, object> options) => options.GetValueOrDefault("offset") is ushort offset ? offset : 0;

    private static string ClientOf(Dictionary<string, object> options) => options.GetValueOrDefault("device") as string ?? "";

    private static byte[] Slice(byte[] value, Dictionary<string, object> options)
    {
        int offset = OffsetOf(options);
        return offset <= value.Length
            ? value[offset..]
            : throw new DBusException(BlueZNames.Error + "InvalidOffset", "Past the end of the value.");
    }

    private static DBusException Unknown(DBusMessage call) => new(DBusException.UnknownMethod, $"{call.Interface}.{call.Member}");
}
