using System.Globalization;
using System.Text.RegularExpressions;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;
using EspProv.Tests.Host.DBus;

namespace EspProv.Tests.Host.Bluetooth.BlueZ;

/// <summary>
/// org.bluez on a private bus: adapters that hear each other. What one adapter's GattManager1 and LEAdvertisingManager1 were given, the
/// others can discover, connect, read and write, with BlueZ's own errors; a test can break every part of it.
/// </summary>
internal sealed partial class BlueZDouble : IAsyncDisposable
{
    public const ushort Mtu = 185;

    private readonly DBusConnection _bus;
    private readonly object _gate = new();
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, DBusVariant>>> _objects = [];
    private readonly Dictionary<string, IDisposable> _exports = [];
    private readonly Dictionary<string, Adapter> _adapters = [];
    private readonly Dictionary<(string Sender, string Path), bool> _agents = [];
    private IDisposable? _names;

    private BlueZDouble(DBusConnection bus) => _bus = bus;

    /// <summary>Sees every call first; null lets it through. A message is the reply, a task that never ends is a service that hangs.</summary>
    public Func<DBusMessage, Task<DBusMessage?>> Intercept { get; set; } = _ => Task.FromResult<DBusMessage?>(null);

    /// <summary>Every call so far, as "Device1.Connect".</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Whether a device that is found has its name at once, or only with a scan response that comes later.</summary>
    public bool NamesComeLate { get; set; }

    public static async Task<BlueZDouble> StartAsync(PrivateBus bus, params string[] adapters)
    {
        var bluez = new BlueZDouble(await bus.ConnectAsync());
        bluez.Export("/");
        bluez.Export(BlueZNames.ServicePath);
        bluez.Add(BlueZNames.ServicePath, (BlueZNames.AgentManager, []));
        for (int i = 0; i < adapters.Length; i++)
            bluez.AddAdapter(adapters[i], $"00:AA:01:00:00:{i:X2}");
        bluez._names = await bluez._bus.SubscribeAsync(
            new DBusMatch(DBusConnection.BusName, null, null, DBusConnection.BusName, "NameOwnerChanged"), bluez.OnNameOwnerChanged, default);
        await bluez.OwnNameAsync("RequestName", "su", BlueZNames.Service, 0u);
        return bluez;
    }

    /// <summary>bluetoothd ends.</summary>
    public Task StopServiceAsync() => OwnNameAsync("ReleaseName", "s", BlueZNames.Service);

    public void AddAdapter(string name, string address)
    {
        string path = $"{BlueZNames.ServicePath}/{name}";
        _adapters[path] = new Adapter(path, address);
        Export(path);
        Add(
            path,
            (BlueZNames.Adapter, new()
            {
                ["Address"] = new("s", address),
                ["Powered"] = new("b", true),
                ["Discovering"] = new("b", false),
                ["Alias"] = new("s", "double"),
            }),
            (BlueZNames.GattManager, []),
            (BlueZNames.AdvertisingManager, []));
    }

    /// <summary>A device object from an earlier day, which nobody hears now.</summary>
    public string AddStaleDevice(string adapter, string address, string name)
    {
        string path = DevicePath($"{BlueZNames.ServicePath}/{adapter}", address);
        Export(path);
        Add(path, (BlueZNames.Device, new() { ["Address"] = new("s", address), ["Name"] = new("s", name), ["Connected"] = new("b", false), ["Paired"] = new("b", false) }));
        return path;
    }

    public void Unplug(string adapter)
    {
        string path = $"{BlueZNames.ServicePath}/{adapter}";
        DropAll(path);
        foreach (string gone in Paths(path))
            Remove(gone);
        lock (_gate)
            _adapters.Remove(path);
    }

    public void Set(string path, string interfaceName, string property, DBusVariant value)
    {
        lock (_gate)
        {
            if (!_objects.TryGetValue(path, out Dictionary<string, Dictionary<string, DBusVariant>>? interfaces) || !interfaces.TryGetValue(interfaceName, out Dictionary<string, DBusVariant>? properties))
                return;
            properties[property] = value;
        }

        _bus.Emit(DBusMessage.Signal(
            path, BlueZNames.Properties, "PropertiesChanged", "sa{sv}as", interfaceName, new Dictionary<string, object> { [property] = value }, Array.Empty<string>()));
    }

    public void SetPowered(string adapter, bool on, string? powerState = null)
    {
        string path = $"{BlueZNames.ServicePath}/{adapter}";
        if (powerState is not null)
            Set(path, BlueZNames.Adapter, "PowerState", new("s", powerState));
        Set(path, BlueZNames.Adapter, "Powered", new("b", on));
        if (!on)
            DropAll(path);
    }

    /// <summary>A property's value, as a client would see it.</summary>
    public object? Get(string path, string interfaceName, string property)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(path, out Dictionary<string, Dictionary<string, DBusVariant>>? interfaces) && interfaces.TryGetValue(interfaceName, out Dictionary<string, DBusVariant>? properties)
                ? properties.GetValueOrDefault(property)?.Value
                : null;
        }
    }

    /// <summary>The radio loses all connections of an adapter.</summary>
    public void DropAll(string adapterPath)
    {
        Adapter[] all;
        lock (_gate)
            all = [.. _adapters.Values];
        foreach (Adapter adapter in all)
        {
            if (adapter.Path == adapterPath)
            {
                foreach (Adapter other in all)
                    Disconnect(adapter, other);
            }
        }
    }

    public bool IsDiscovering(string adapter) => Get($"{BlueZNames.ServicePath}/{adapter}", BlueZNames.Adapter, "Discovering") is true;

    /// <summary>Whether an adapter has an advertisement now.</summary>
    public bool IsAdvertising(string adapter)
    {
        lock (_gate)
            return _adapters[$"{BlueZNames.ServicePath}/{adapter}"].Advertisement is not null;
    }

    public async ValueTask DisposeAsync()
    {
        _names?.Dispose();
        await _bus.DisposeAsync();
    }

    private static string DevicePath(string adapterPath, string address) => $"{adapterPath}/dev_{address.Replace(':', '_')}";

    private static DBusException Error(string name, string message) => new(BlueZNames.Error + name, message);

    private Task<DBusMessage> OwnNameAsync(string member, string signature, params object[] arguments) =>
        _bus.CallAsync(DBusMessage.Call(DBusConnection.BusName, DBusConnection.BusPath, DBusConnection.BusName, member, signature, arguments), default);

    private void Export(string path)
    {
        lock (_gate)
            _exports[path] = _bus.Export(path, AnswerAsync);
    }

    private void Add(string path, params (string Interface, Dictionary<string, DBusVariant> Properties)[] interfaces)
    {
        Dictionary<string, Dictionary<string, DBusVariant>> added = interfaces.ToDictionary(entry => entry.Interface, entry => entry.Properties);
        lock (_gate)
            _objects[path] = added;
        _bus.Emit(DBusMessage.Signal("/", DBusConnection.ObjectManager, "InterfacesAdded", "oa{sa{sv}}", path, added));
    }

    private void Remove(string path)
    {
        string[] interfaces;
        lock (_gate)
        {
            if (!_objects.Remove(path, out Dictionary<string, Dictionary<string, DBusVariant>>? removed))
                return;
            interfaces = [.. removed.Keys];
            if (_exports.Remove(path, out IDisposable? export))
                export.Dispose();
        }

        _bus.Emit(DBusMessage.Signal("/", DBusConnection.ObjectManager, "InterfacesRemoved", "oas", path, interfaces));
    }

    private List<string> Paths(string root)
    {
        lock (_gate)
            return [.. _objects.Keys.Where(path => path == root || path.StartsWith(root + "/", StringComparison.Ordinal)).OrderDescending(StringComparer.Ordinal)];
    }

    private Adapter AdapterOf(string path) => _adapters[string.Join('/', path.Split('/').Take(4))];

    private Adapter? Peer(string devicePath)
    {
        string address = (string)Get(devicePath, BlueZNames.Device, "Address")!;
        lock (_gate)
            return _adapters.Values.FirstOrDefault(adapter => adapter.Address == address);
    }

    private async Task<DBusMessage> AnswerAsync(DBusMessage call)
    {
        lock (_gate)
            Calls.Add($"{call.Interface![(call.Interface!.LastIndexOf('.') + 1)..]}.{call.Member}");
        if (await Intercept(call) is { } reply)
            return reply;
        string path = call.Path!;
        switch (call.Interface, call.Member)
        {
            case (DBusConnection.ObjectManager, "GetManagedObjects"):
                lock (_gate)
                    return call.Return("a{oa{sa{sv}}}", _objects.ToDictionary(entry => entry.Key, entry => (object)entry.Value.ToDictionary(e => e.Key, e => new Dictionary<string, DBusVariant>(e.Value))));
            case (BlueZNames.Properties, "Get"):
                return Get(path, (string)call.Body[0], (string)call.Body[1]) is { } value and (ushort or string or bool)
                    ? call.Return("v", new DBusVariant(value switch { ushort => "q", bool => "b", _ => "s" }, value))
                    : throw new DBusException(DBusException.InvalidArgs, "No such property");
            case (BlueZNames.Properties, "Set"):
                Set(path, (string)call.Body[0], (string)call.Body[1], new("s", call.Body[2]));
                return call.Return();
            case (BlueZNames.AgentManager, "RegisterAgent"):
                lock (_gate)
                    return _agents.TryAdd((call.Sender!, (string)call.Body[0]), false) ? call.Return() : throw Error("AlreadyExists", "Already Exists");
            case (BlueZNames.AgentManager, "RequestDefaultAgent"):
                lock (_gate)
                    _agents[(call.Sender!, (string)call.Body[0])] = true;
                return call.Return();
            case (BlueZNames.AgentManager, "UnregisterAgent"):
                lock (_gate)
                    return _agents.Remove((call.Sender!, (string)call.Body[0])) ? call.Return() : throw Error("DoesNotExist", "Does Not Exist");
            case (BlueZNames.Adapter, _):
                return AnswerAdapter(call, AdapterOf(path));
            case (BlueZNames.GattManager, _) or (BlueZNames.AdvertisingManager, _):
                return await AnswerManagerAsync(call, AdapterOf(path));
            case (BlueZNames.Device, _):
                return await AnswerDeviceAsync(call, AdapterOf(path));
            case (BlueZNames.GattCharacteristic or BlueZNames.GattDescriptor, "ReadValue" or "WriteValue"):
                return await ForwardAsync(call, AdapterOf(path));
            default:
                throw new DBusException(DBusException.UnknownMethod, $"{call.Interface}.{call.Member}");
        }
    }

    private DBusMessage AnswerAdapter(DBusMessage call, Adapter adapter)
    {
        if (Get(adapter.Path, BlueZNames.Adapter, "Powered") is not true)
            throw Error("NotReady", "Resource Not Ready");
        switch (call.Member)
        {
            case "SetDiscoveryFilter":
                return call.Return();
            case "StartDiscovery":
                lock (_gate)
                    adapter.Scanners.Add(call.Sender!);
                Set(adapter.Path, BlueZNames.Adapter, "Discovering", new("b", true));
                Hear(adapter);
                return call.Return();
            case "StopDiscovery":
                lock (_gate)
                {
                    if (!adapter.Scanners.Remove(call.Sender!))
                        throw Error("Failed", "No discovery started");
                }

                EndDiscovery(adapter);
                return call.Return();
            case "RemoveDevice":
                string device = (string)call.Body[0];
                if (Get(device, BlueZNames.Device, "Address") is null)
                    throw Error("DoesNotExist", "Does Not Exist");
                if (Peer(device) is { } peer)
                    Disconnect(adapter, peer);
                foreach (string gone in Paths(device))
                    Remove(gone);
                return call.Return();
            default:
                throw new DBusException(DBusException.UnknownMethod, call.Member!);
        }
    }

    private void EndDiscovery(Adapter adapter)
    {
        lock (_gate)
        {
            if (adapter.Scanners.Count > 0)
                return;
        }

        Set(adapter.Path, BlueZNames.Adapter, "Discovering", new("b", false));
        foreach (string path in Paths(adapter.Path))
        {
            lock (_gate)
            {
                if (!_objects[path].TryGetValue(BlueZNames.Device, out Dictionary<string, DBusVariant>? properties) || !properties.Remove("RSSI"))
                    continue;
            }

            _bus.Emit(DBusMessage.Signal(
                path, BlueZNames.Properties, "PropertiesChanged", "sa{sv}as", BlueZNames.Device, new Dictionary<string, object>(), new[] { "RSSI" }));
        }
    }

    // Every advertiser is heard by every other adapter that scans.
    private void Hear(Adapter listener)
    {
        Adapter[] others;
        lock (_gate)
            others = [.. _adapters.Values.Where(adapter => adapter != listener && adapter.Advertisement is not null)];
        foreach (Adapter advertiser in others)
        {
            string path = DevicePath(listener.Path, advertiser.Address);
            if (Get(path, BlueZNames.Device, "Address") is null)
            {
                var properties = new Dictionary<string, DBusVariant>
                {
                    ["Address"] = new("s", advertiser.Address),
                    ["Alias"] = new("s", advertiser.Address.Replace(':', '-')),
                    ["Paired"] = new("b", false),
                    ["Connected"] = new("b", false),
                    ["ServicesResolved"] = new("b", false),
                    ["RSSI"] = new("n", (short)-57),
                };
                foreach ((string source, string target, string signature) in new[] { ("ServiceUUIDs", "UUIDs", "as"), ("LocalName", "Name", "s") })
                {
                    if (advertiser.Advertisement!.TryGetValue(source, out object? value) && !(NamesComeLate && target == "Name"))
                        properties[target] = new(signature, value);
                }

                if (advertiser.Advertisement!.TryGetValue("ManufacturerData", out object? data))
                    properties["ManufacturerData"] = new("a{qv}", ((Dictionary<object, object>)data).ToDictionary(e => (ushort)e.Key, e => new DBusVariant("ay", e.Value)));
                Export(path);
                Add(path, (BlueZNames.Device, properties));
            }
            else
            {
                Set(path, BlueZNames.Device, "RSSI", new("n", (short)-58));
            }

            if (NamesComeLate)
                Set(path, BlueZNames.Device, "Name", new("s", advertiser.Advertisement!["LocalName"]));
        }
    }

    private async Task<DBusMessage> AnswerManagerAsync(DBusMessage call, Adapter adapter)
    {
        string path = (string)call.Body[0];
        switch (call.Member)
        {
            case "RegisterApplication":
                DBusMessage objects = await _bus.CallAsync(DBusMessage.Call(call.Sender!, path, DBusConnection.ObjectManager, "GetManagedObjects"), default);
                adapter.Application = (call.Sender!, (Dictionary<string, object>)objects.Body[0]);
                return call.Return();
            case "UnregisterApplication":
                adapter.Application = null;
                return call.Return();
            case "RegisterAdvertisement":
                DBusMessage properties = await _bus.CallAsync(
                    DBusMessage.Call(call.Sender!, path, BlueZNames.Properties, "GetAll", "s", BlueZNames.Advertisement), default);
                lock (_gate)
                    adapter.Advertisement = adapter.Advertisement is null ? (Dictionary<string, object>)properties.Body[0] : throw Error("AlreadyExists", "Already Exists");
                Adapter[] listeners;
                lock (_gate)
                    listeners = [.. _adapters.Values.Where(other => other.Scanners.Count > 0)];
                Array.ForEach(listeners, Hear);
                return call.Return();
            case "UnregisterAdvertisement":
                lock (_gate)
                    adapter.Advertisement = adapter.Advertisement is null ? throw Error("DoesNotExist", "Does Not Exist") : null;
                return call.Return();
            default:
                throw new DBusException(DBusException.UnknownMethod, call.Member!);
        }
    }

    private async Task<DBusMessage> AnswerDeviceAsync(DBusMessage call, Adapter adapter)
    {
        string path = call.Path!;
        Adapter? peer = Peer(path);
        switch (call.Member)
        {
            case "Connect":
                if (peer?.Application is null || (peer.Advertisement is null && Get(path, BlueZNames.Device, "Connected") is not true))
                    throw Error("Failed", "le-connection-abort-by-local");
                Connect(adapter, peer);
                return call.Return();
            case "Disconnect":
                if (peer is null || Get(path, BlueZNames.Device, "Connected") is not true)
                    throw Error("NotConnected", "Not Connected");
                Disconnect(adapter, peer);
                return call.Return();
            case "Pair":
                if (Get(path, BlueZNames.Device, "Paired") is true)
                    throw Error("AlreadyExists", "Already Exists");
                await AskAgentAsync(agent => agent.Sender == call.Sender, path);
                await AskAgentAsync(agent => _agents[agent], DevicePath(peer!.Path, adapter.Address));
                SetBoth(adapter, peer, "Paired", true);
                return call.Return();
            case "CancelPairing":
                return call.Return();
            default:
                throw new DBusException(DBusException.UnknownMethod, call.Member!);
        }
    }

    private async Task AskAgentAsync(Predicate<(string Sender, string Path)> which, string device)
    {
        (string Sender, string Path)[] agents;
        lock (_gate)
            agents = [.. _agents.Keys.Where(agent => which(agent))];
        if (agents.Length == 0)
            throw Error("AuthenticationRejected", "Authentication Rejected");
        try
        {
            await _bus.CallAsync(DBusMessage.Call(agents[0].Sender, agents[0].Path, BlueZNames.Agent, "RequestAuthorization", "o", device), default);
        }
        catch (DBusException)
        {
            throw Error("AuthenticationRejected", "Authentication Rejected");
        }
    }

    private void SetBoth(Adapter one, Adapter other, string property, bool value)
    {
        Set(DevicePath(one.Path, other.Address), BlueZNames.Device, property, new("b", value));
        Set(DevicePath(other.Path, one.Address), BlueZNames.Device, property, new("b", value));
    }

    private void Connect(Adapter central, Adapter peripheral)
    {
        string mirrored = DevicePath(peripheral.Path, central.Address);
        if (Get(mirrored, BlueZNames.Device, "Address") is null)
        {
            Export(mirrored);
            Add(mirrored, (BlueZNames.Device, new() { ["Address"] = new("s", central.Address), ["Connected"] = new("b", false), ["Paired"] = new("b", false) }));
        }

        SetBoth(central, peripheral, "Connected", true);
        string device = DevicePath(central.Path, peripheral.Address);
        foreach ((string source, object interfaces) in peripheral.Application!.Value.Objects.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            string path = device + source[GattRoot.Length..];
            var given = (Dictionary<string, object>)interfaces;
            var added = new List<(string, Dictionary<string, DBusVariant>)>();
            foreach ((string name, object properties) in given)
            {
                var values = new Dictionary<string, DBusVariant>();
                foreach ((string key, object value) in (Dictionary<string, object>)properties)
                {
                    values[key] = value switch
                    {
                        // Object paths in there are the application's; on this side they are the device's.
                        string text when text.StartsWith(GattRoot, StringComparison.Ordinal) => new("o", device + text[GattRoot.Length..]),
                        string text => new("s", text),
                        bool flag => new("b", flag),
                        string[] list => new("as", list),
                        _ => throw new InvalidDataException(key),
                    };
                }

                if (name == BlueZNames.GattCharacteristic)
                    values["MTU"] = new("q", Mtu);
                added.Add((name, values));
            }

            Export(path);
            Add(path, [.. added]);
        }

        Set(device, BlueZNames.Device, "ServicesResolved", new("b", true));
    }

    private const string GattRoot = "/io/espprov/device";

    private void Disconnect(Adapter one, Adapter other)
    {
        foreach ((Adapter local, Adapter remote) in new[] { (one, other), (other, one) })
        {
            string device = DevicePath(local.Path, remote.Address);
            if (Get(device, BlueZNames.Device, "Connected") is not true)
                continue;
            Set(device, BlueZNames.Device, "ServicesResolved", new("b", false));
            Set(device, BlueZNames.Device, "Connected", new("b", false));
            foreach (string path in Paths(device).Where(path => path != device))
                Remove(path);
        }
    }

    private async Task<DBusMessage> ForwardAsync(DBusMessage call, Adapter central)
    {
        string device = string.Join('/', call.Path!.Split('/').Take(5));
        Adapter peripheral = Peer(device)!;
        if (peripheral.Application is not { } application)
            throw Error("Failed", "Not connected");
        string[] flags = Get(call.Path!, call.Interface!, "Flags") as string[] ?? [];
        if (flags.Any(flag => flag.StartsWith("encrypt", StringComparison.Ordinal)) && Get(device, BlueZNames.Device, "Paired") is not true)
            throw Error("NotPermitted", "Not paired");
        var options = new Dictionary<string, object>
        {
            ["device"] = new DBusVariant("o", DevicePath(peripheral.Path, central.Address)),
            ["mtu"] = new DBusVariant("q", Mtu),
            ["link"] = new DBusVariant("s", "LE"),
        };
        string target = GattRoot + call.Path![device.Length..];
        try
        {
            if (call.Member == "WriteValue")
            {
                await _bus.CallAsync(DBusMessage.Call(application.Owner, target, call.Interface!, "WriteValue", "aya{sv}", call.Body[0], options), default);
                return call.Return();
            }

            // As ATT does: the first part by a read, the rest by blob reads with an offset.
            var value = new List<byte>();
            while (true)
            {
                options["offset"] = new DBusVariant("q", (ushort)value.Count);
                DBusMessage reply = await _bus.CallAsync(DBusMessage.Call(application.Owner, target, call.Interface!, "ReadValue", "a{sv}", options), default);
                byte[] part = [.. ((byte[])reply.Body[0]).Take(Mtu - 1)];
                value.AddRange(part);
                if (part.Length < Mtu - 1)
                    return call.Return("ay", value.ToArray());
            }
        }
        catch (DBusException exception)
        {
            throw AsClientSees(exception);
        }
    }

    // gatt-database.c makes an ATT code of the application's error, gatt-client.c makes an error of that code.
    private static DBusException AsClientSees(DBusException error) => error.Name[BlueZNames.Error.Length..] switch
    {
        "InvalidOffset" => Error("InvalidArguments", "Invalid offset"),
        "InvalidValueLength" => Error("InvalidArguments", "Invalid Length"),
        "NotAuthorized" => Error("NotAuthorized", "Operation Not Authorized"),
        "NotSupported" => Error("NotSupported", "Operation is not supported"),
        _ => Error("Failed", string.Create(CultureInfo.InvariantCulture, $"Operation failed with ATT error: 0x{0x80:x2}")),
    };

    private void OnNameOwnerChanged(DBusMessage signal)
    {
        if (signal.Body is not [string name, string, ""] || !UniqueName().IsMatch(name))
            return;
        List<Adapter> ended = [];
        lock (_gate)
        {
            foreach (Adapter adapter in _adapters.Values)
            {
                if (adapter.Scanners.Remove(name))
                    ended.Add(adapter);
                if (adapter.Application?.Owner == name)
                {
                    adapter.Application = null;
                    adapter.Advertisement = null;
                }
            }

            foreach ((string Sender, string Path) agent in _agents.Keys.Where(agent => agent.Sender == name).ToList())
                _agents.Remove(agent);
        }

        ended.ForEach(EndDiscovery);
    }

    [GeneratedRegex("^:")]
    private static partial Regex UniqueName();

    private sealed class Adapter(string path, string address)
    {
        public string Path => path;

        public string Address => address;

        public HashSet<string> Scanners { get; } = [];

        public (string Owner, Dictionary<string, object> Objects)? Application { get; set; }

        public Dictionary<string, object>? Advertisement { get; set; }
    }
}
