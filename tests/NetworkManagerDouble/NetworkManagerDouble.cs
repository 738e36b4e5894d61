using System.Globalization;
using System.Text;
using EspProv.Host.DBus;
using EspProv.Host.Wifi.NetworkManager;
using Names = EspProv.Host.Wifi.NetworkManager.NetworkManagerNames;

namespace EspProv.Tests.NetworkManager;

/// <summary>
/// org.freedesktop.NetworkManager on a private bus: a cable, a Wi-Fi interface "lo" that is on a network "office", and some access points.
/// It handles profiles, keys, volatile activations and disconnected clients like the real one; tests can make each part fail.
/// </summary>
internal sealed class NetworkManagerDouble : IAsyncDisposable
{
    /// <summary>The UUID of the machine's initial network.</summary>
    public const string Former = "6f0d2c0e-5c1b-4a53-9a0c-3b8f6a1d7e42";

    /// <summary>The key of all protected access points.</summary>
    public const string Key = "softap-key";

    private const string Cable = Names.Path + "/Devices/1";
    private const string Wifi = Names.Path + "/Devices/2";
    private const string FormerProfile = Names.SettingsPath + "/1";
    private const uint UserRequested = 4;

    private readonly DBusConnection _bus;
    private readonly object _gate = new();
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, DBusVariant>>> _objects = new(StringComparer.Ordinal);
    private readonly HashSet<string> _agents = new(StringComparer.Ordinal);
    private readonly List<string> _log = [];
    private readonly List<string> _keys = [];
    private IDisposable? _names;
    private (string Path, string Client)? _volatile;
    private int _number = 1;

    private NetworkManagerDouble(DBusConnection bus) => _bus = bus;

    /// <summary>The numeric reason of a failed join; null for success.</summary>
    public uint? FailWith { get; set; }

    /// <summary>Joining is refused with this error.</summary>
    public DBusException? Refuse { get; set; }

    /// <summary>Joining never ends.</summary>
    public bool Stalls { get; set; }

    /// <summary>Joining succeeds without an address.</summary>
    public bool HasNoAddress { get; set; }

    /// <summary>The delay between joining and reporting the address.</summary>
    public TimeSpan AddressDelay { get; set; }

    /// <summary>How many attempts to restore the former network fail.</summary>
    public int FormerFails { get; set; }

    /// <summary>Whether NetworkManager autoconnects to the former network.</summary>
    public bool FormerConnectsByItself { get; set; }

    /// <summary>How many handshakes with the right key fail.</summary>
    public int LostFrames { get; set; }

    /// <summary>How long a scan takes.</summary>
    public Func<TimeSpan> ScanTime { get; set; } = () => TimeSpan.Zero;

    /// <summary>Called for each method call, with its line in the log.</summary>
    public event Action<string>? Called;

    /// <summary>Called for each key that an agent gave.</summary>
    public event Action<string>? GivenKey;

    /// <summary>Every call so far.</summary>
    public string[] Log
    {
        get
        {
            lock (_gate)
                return [.. _log];
        }
    }

    /// <summary>Every key that an agent gave.</summary>
    public string[] Keys
    {
        get
        {
            lock (_gate)
                return [.. _keys];
        }
    }

    /// <summary>The last profile that was joined, as it was sent.</summary>
    public Dictionary<string, object>? Profile { get; private set; }

    /// <summary>The UUID of the network that the machine is on; null for none.</summary>
    public string? Network => Get(Wifi, Names.Device, "ActiveConnection") is string active
        && Get(active, Names.Active, "State") is ActiveState.Activated
        ? Get(active, Names.Active, "Uuid") as string
        : null;

    /// <summary>Whether an agent is registered.</summary>
    public bool HasAgent
    {
        get
        {
            lock (_gate)
                return _agents.Count > 0;
        }
    }

    public static async Task<NetworkManagerDouble> StartAsync(string busAddress, string version = "1.42.4")
    {
        var manager = new NetworkManagerDouble(await DBusConnection.OpenAsync(busAddress, default));
        manager._bus.Export("/org/freedesktop", manager.AnswerObjects);
        foreach (string path in (string[])[Names.Path, Names.SettingsPath, Names.AgentManagerPath, Wifi])
            manager._bus.Export(path, manager.AnswerAsync);
        manager.Add(Names.Path, (Names.Manager, new() { ["Version"] = new("s", version) }));
        manager.Add(Cable, (Names.Device, Device(1, "eth0")));
        manager.Add(
            Wifi,
            (Names.Device, Device(Names.WifiDevice, "lo")),
            (Names.Wireless, new() { ["AccessPoints"] = new("ao", Array.Empty<string>()), ["LastScan"] = new("x", 1000L) }));
        manager.Hear("PROV_261FCC"u8, "24:0A:C4:26:1F:CC", 80, rsn: 0x188);
        manager.Hear("PROV_OPEN"u8, "24:0A:C4:00:00:01", 60, rsn: 0);
        manager.Hear("a:b\\c"u8, "24:0A:C4:00:00:02", 100, rsn: 0x188);
        manager.Hear([], "24:0A:C4:00:00:03", 100, rsn: 0x188);
        manager.ActivateFormer();
        manager._names = await manager._bus.SubscribeAsync(
            new DBusMatch(DBusConnection.BusName, Interface: DBusConnection.BusName, Member: "NameOwnerChanged"),
            manager.OnNameOwnerChanged, default);
        await manager._bus.CallBusAsync("RequestName", default, "su", Names.Service, 0u);
        return manager;
    }

    /// <summary>Adds an access point.</summary>
    public void Hear(ReadOnlySpan<byte> ssid, string address, byte strength, uint rsn) =>
        List(AddAccessPoint(ssid, address, strength, rsn));

    /// <summary>Adds open access points: AIR_0, AIR_1, and so on.</summary>
    public void HearMany(int count) => List([.. Enumerable.Range(0, count).Select(number =>
        AddAccessPoint(Encoding.UTF8.GetBytes($"AIR_{number}"), $"24:0A:C4:01:{number >> 8:X2}:{number & 255:X2}", 50, rsn: 0))]);

    /// <summary>Switches the interface off.</summary>
    public void SwitchOff() => Set(Wifi, Names.Device, "State", new("u", DeviceState.Unavailable));

    /// <summary>Loses the device's network, as when it changes its channel.</summary>
    public void Lose() => Fail(8);

    /// <summary>Disconnects the machine.</summary>
    public void Leave() => End((string)Get(Wifi, Names.Device, "ActiveConnection")!);

    /// <summary>Activates another session's network, of this process number.</summary>
    public void Occupy(int process)
    {
        Leave();
        Activate($"espprov-{process}", "0c7e39de-0000-4000-8000-000000000009", ActiveState.Activated);
    }

    /// <summary>Deletes the former network's profile.</summary>
    public bool IsFormerDeleted { get; set; }

    public async ValueTask DisposeAsync()
    {
        _names?.Dispose();
        await _bus.DisposeAsync();
    }

    private static Dictionary<string, DBusVariant> Device(uint type, string name) => new()
    {
        ["DeviceType"] = new("u", type),
        ["State"] = new("u", DeviceState.Activated),
        ["Interface"] = new("s", name),
        ["ActiveConnection"] = new("o", "/"),
    };

    private string AddAccessPoint(ReadOnlySpan<byte> ssid, string address, byte strength, uint rsn)
    {
        string path = Next("AccessPoint");
        Add(path, (Names.AccessPoint, new()
        {
            ["Ssid"] = new("ay", ssid.ToArray()),
            ["HwAddress"] = new("s", address),
            ["Strength"] = new("y", strength),
            ["Flags"] = new("u", rsn == 0 ? 0u : 1u),
            ["WpaFlags"] = new("u", 0u),
            ["RsnFlags"] = new("u", rsn),
        }));
        return path;
    }

    private void List(params string[] paths) => Set(
        Wifi, Names.Wireless, "AccessPoints", new("ao", (string[])[.. (string[])Get(Wifi, Names.Wireless, "AccessPoints")!, .. paths]));

    private string Next(string kind) =>
        string.Create(CultureInfo.InvariantCulture, $"{Names.Path}/{kind}/{Interlocked.Increment(ref _number)}");

    private object? Get(string path, string interfaceName, string property)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(path, out Dictionary<string, Dictionary<string, DBusVariant>>? interfaces) && interfaces.TryGetValue(interfaceName, out Dictionary<string, DBusVariant>? properties)
                ? properties.GetValueOrDefault(property)?.Value
                : null;
        }
    }

    private void Set(string path, string interfaceName, string property, DBusVariant value)
    {
        lock (_gate)
        {
            if (!_objects.TryGetValue(path, out Dictionary<string, Dictionary<string, DBusVariant>>? interfaces))
                return;
            interfaces[interfaceName][property] = value;
        }

        _bus.Emit(DBusMessage.Signal(
            path, DBusConnection.Properties, "PropertiesChanged", "sa{sv}as",
            interfaceName, new Dictionary<string, object> { [property] = value }, Array.Empty<string>()));
    }

    private void Add(string path, params (string Interface, Dictionary<string, DBusVariant> Properties)[] interfaces)
    {
        Dictionary<string, Dictionary<string, DBusVariant>> added = interfaces.ToDictionary(entry => entry.Interface, entry => entry.Properties);
        lock (_gate)
            _objects[path] = added;
        _bus.Emit(DBusMessage.Signal("/org/freedesktop", DBusConnection.ObjectManager, "InterfacesAdded", "oa{sa{sv}}", path, added));
    }

    private Task<DBusMessage> AnswerObjects(DBusMessage call)
    {
        lock (_gate)
        {
            // A copy, because it is written later.
            return Task.FromResult(call.Return(
                "a{oa{sa{sv}}}",
                _objects.ToDictionary(
                    o => o.Key, o => o.Value.ToDictionary(i => i.Key, i => new Dictionary<string, DBusVariant>(i.Value)))));
        }

    }

    private void Write(string line)
    {
        lock (_gate)
            _log.Add(line);
        Called?.Invoke(line);
    }

    private async Task<DBusMessage> AnswerAsync(DBusMessage call)
    {
        switch (call.Member, call.Body)
        {
            case ("Register", [string]):
                lock (_gate)
                    _agents.Add(call.Sender!);
                return call.Return();
            case ("Unregister", _):
                lock (_gate)
                    _agents.Remove(call.Sender!);
                return call.Return();
            case ("RequestScan", _):
                Write("RequestScan");
                _ = ScanAsync();
                return call.Return();
            case ("GetConnectionByUuid", [string uuid]):
                return uuid == Former && !IsFormerDeleted
                    ? call.Return("o", FormerProfile)
                    : throw new DBusException(Names.UnknownProfile, "No connection with the UUID was found.");
            case ("ActivateConnection", [FormerProfile, Wifi, string]):
                Write($"ActivateConnection {Former}");
                return call.Return("o", ActivateFormer());
            case ("DeactivateConnection", [string active]):
                Write("DeactivateConnection");
                End(active);
                return call.Return();
            case ("AddAndActivateConnection2", [Dictionary<string, object> profile, Wifi, string, Dictionary<string, object> options]):
                return Join(call, profile, options);
            default:
                throw new DBusException(DBusException.UnknownMethod, $"{call.Interface}.{call.Member}");
        }

        async Task ScanAsync()
        {
            await Task.Delay(ScanTime());
            Set(Wifi, Names.Wireless, "LastScan", new("x", (long)Get(Wifi, Names.Wireless, "LastScan")! + 1000));
        }
    }

    private DBusMessage Join(DBusMessage call, Dictionary<string, object> profile, Dictionary<string, object> options)
    {
        var connection = (Dictionary<string, object>)profile["connection"];
        string ssid = Encoding.UTF8.GetString((byte[])((Dictionary<string, object>)profile["802-11-wireless"])["ssid"]);
        Write($"AddAndActivateConnection2 {ssid} {options["persist"]} {options["bind-activation"]}");
        Profile = profile;
        if (Refuse is { } refusal)
            throw refusal;
        string active = Activate((string)connection["id"], (string)connection["uuid"], 1);
        _volatile = (active, call.Sender!);
        _ = Task.Run(() => ConnectAsync(call.Sender!, profile, active));
        return call.Return("ooa{sv}", Names.SettingsPath + "/2", active, new Dictionary<string, object>());
    }

    private async Task ConnectAsync(string client, Dictionary<string, object> profile, string active)
    {
        if (profile.ContainsKey(NetworkManagerProfile.Security) && !await IsKeyGivenAsync(client, profile))
        {
            Fail((uint)DeviceReason.NoSecrets);
            return;
        }

        if (Stalls)
            return;
        if (FailWith is { } reason)
        {
            Fail(reason);
            return;
        }

        if (AddressDelay > TimeSpan.Zero)
        {
            Set(active, Names.Active, "State", new("u", ActiveState.Activated));
            await Task.Delay(AddressDelay);
        }

        if (!HasNoAddress)
        {
            string config = Next("IP4Config");
            Add(config, (Names.Ip4Config, new()
            {
                ["AddressData"] = new("aa{sv}", new[]
                {
                    new Dictionary<string, DBusVariant> { ["address"] = new("s", "127.0.0.1"), ["prefix"] = new("u", 8u) },
                }),
            }));
            Set(active, Names.Active, "Ip4Config", new("o", config));
        }

        Set(active, Names.Active, "State", new("u", ActiveState.Activated));
    }

    private async Task<bool> IsKeyGivenAsync(string client, Dictionary<string, object> profile)
    {
        // As sent to agents: without the secrets, as variants.
        var shown = profile.ToDictionary(
            setting => setting.Key,
            setting => (object)((Dictionary<string, object>)setting.Value).Where(entry => entry.Value is string)
                .ToDictionary(entry => entry.Key, entry => (object)new DBusVariant("s", entry.Value)));
        for (uint flags = UserRequested | 1; ; flags |= 2)
        {
            try
            {
                DBusMessage reply = await _bus.CallAsync(
                    DBusMessage.Call(
                        client, Names.AgentPath, Names.SecretAgent, "GetSecrets", "a{sa{sv}}osasu",
                        shown, Names.SettingsPath + "/2", NetworkManagerProfile.Security, Array.Empty<string>(), flags),
                    default);
                var given = (Dictionary<string, object>)((Dictionary<string, object>)reply.Body[0])[NetworkManagerProfile.Security];
                string key = (string)given["psk"];
                lock (_gate)
                    _keys.Add(key);
                GivenKey?.Invoke(key);
                if (key == Key && LostFrames-- <= 0)
                    return true;
            }
            catch (DBusException)
            {
                return false;
            }
        }
    }

    private string ActivateFormer()
    {
        string path = Activate("office", Former, 1);
        if (FormerFails > 0)
        {
            FormerFails--;
            _ = Task.Run(() => Fail((uint)DeviceReason.SsidNotFound));
        }
        else
        {
            Set(path, Names.Active, "State", new("u", ActiveState.Activated));
        }

        return path;
    }

    private string Activate(string name, string uuid, uint state)
    {
        End((string)Get(Wifi, Names.Device, "ActiveConnection")!);
        string path = Next("ActiveConnection");
        Add(path, (Names.Active, new()
        {
            ["Id"] = new("s", name),
            ["Uuid"] = new("s", uuid),
            ["State"] = new("u", state),
            ["Ip4Config"] = new("o", "/"),
        }));
        Set(Wifi, Names.Device, "ActiveConnection", new("o", path));
        return path;
    }

    private void Fail(uint reason)
    {
        _bus.Emit(DBusMessage.Signal(Wifi, Names.Device, "StateChanged", "uuu", DeviceState.Failed, 50u, reason));
        End((string)Get(Wifi, Names.Device, "ActiveConnection")!);
    }

    private void End(string active)
    {
        lock (_gate)
        {
            if (!_objects.ContainsKey(active))
                return;
            if (_volatile?.Path == active)
                _volatile = null;
        }

        Set(active, Names.Active, "State", new("u", ActiveState.Deactivated));
        Set(Wifi, Names.Device, "ActiveConnection", new("o", "/"));
        lock (_gate)
            _objects.Remove(active);
        _bus.Emit(DBusMessage.Signal(
            "/org/freedesktop", DBusConnection.ObjectManager, "InterfacesRemoved", "oas", active, (string[])[Names.Active]));
    }

    private void OnNameOwnerChanged(DBusMessage signal)
    {
        if (signal.Body is not [string name, string, ""])
            return;
        lock (_gate)
            _agents.Remove(name);
        if (_volatile is not { } bound || bound.Client != name)
            return;
        End(bound.Path);
        if (FormerConnectsByItself)
            ActivateFormer();
    }
}
