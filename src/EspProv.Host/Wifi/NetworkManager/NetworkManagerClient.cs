using System.Text;
using EspProv.Host.DBus;
using EspProv.Wire;
using Names = EspProv.Host.Wifi.NetworkManager.NetworkManagerNames;

namespace EspProv.Host.Wifi.NetworkManager;

/// <summary>
/// A connection to NetworkManager: calls with their errors translated, and the mirror of its objects. Networks that it activated end with
/// it, also when the process is killed.
/// </summary>
internal sealed class NetworkManagerClient : IAsyncDisposable
{
    /// <summary>The first version with volatile profiles bound to a client.</summary>
    public const string MinVersion = "1.16";

    // For drivers that never end a scan.
    private static readonly TimeSpan ScanTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan AppearTimeout = TimeSpan.FromSeconds(2);

    private readonly DBusNameWatch _service;

    private NetworkManagerClient(DBusConnection connection, DBusNameWatch service, DBusObjects objects, string owner)
    {
        (Connection, _service, Objects, Owner) = (connection, service, objects, owner);
        // Operations end with the owner, and its objects are removed.
        service.Changed += _ => objects.Clear();
        connection.Closed.Register(objects.Clear);
    }

    public DBusConnection Connection { get; }

    public DBusObjects Objects { get; }

    /// <summary>NetworkManager's own name on the bus.</summary>
    public string Owner { get; }

    /// <summary>Whether the NetworkManager that this client was opened to is still running.</summary>
    public bool IsRunning => _service.Owner == Owner && !Connection.Closed.IsCancellationRequested;

    /// <summary>NetworkManager's version.</summary>
    public Version Version { get; private set; } = new(0, 0);

    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: it does not run, or is too old.
    /// </exception>
    public static async Task<NetworkManagerClient> OpenAsync(string? busAddress, CancellationToken cancellationToken)
    {
        DBusConnection? connection = null;
        try
        {
            connection = await DBusConnection.OpenAsync(busAddress, cancellationToken).ConfigureAwait(false);
            DBusNameWatch service = await DBusNameWatch.StartAsync(connection, Names.Service, cancellationToken).ConfigureAwait(false);
            // This call starts NetworkManager if the system starts it on demand.
            DBusObjects objects = await DBusObjects.StartAsync(connection, Names.Tree, cancellationToken).ConfigureAwait(false);
            var client = new NetworkManagerClient(connection, service, objects, service.Owner ?? "");
            string version = objects.Get(Names.Path, Names.Manager, "Version") as string ?? "";
            // "1.42.4-1": only the numbers count.
            string numbers = new([.. version.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.')]);
            client.Version = Version.TryParse(numbers, out Version? parsed) && parsed >= Version.Parse(MinVersion)
                ? parsed
                : throw NetworkManagerErrors.TooOld(version);
            return client;
        }
        catch (Exception exception)
        {
            if (connection is not null)
                await connection.DisposeAsync().ConfigureAwait(false);
            if (exception is DBusException error)
                throw NetworkManagerErrors.Translate(error);
            throw;
        }
    }

    /// <summary>Calls a method of one of NetworkManager's objects.</summary>
    /// <exception cref="DBusException">As it came; see <see cref="NetworkManagerErrors"/>.</exception>
    public async Task<IReadOnlyList<object>> CallAsync(
        string path, string interfaceName, string member, CancellationToken cancellationToken,
        string signature = "", params object[] arguments)
    {
        DBusMessage reply = await Connection.CallAsync(
            DBusMessage.Call(Names.Service, path, interfaceName, member, signature, arguments), cancellationToken).ConfigureAwait(false);
        return reply.Body;
    }

    /// <summary>The path of the first Wi-Fi interface that can be used.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>: there is none.</exception>
    public string FindDevice() => Objects.Find(Names.Device)
        .Where(path => Objects.Get(path, Names.Device, "DeviceType") is Names.WifiDevice
            && Objects.Get(path, Names.Device, "State") is > DeviceState.Unavailable)
        .OrderBy(NameOf, StringComparer.Ordinal).FirstOrDefault()
        ?? throw NetworkManagerErrors.NoDevice();

    /// <summary>An interface's name: wlan0.</summary>
    public string NameOf(string device) => Objects.Get(device, Names.Device, "Interface") as string ?? "";

    /// <summary>The active connection of an interface; null for none.</summary>
    public string? FindActive(string device) =>
        Objects.Get(device, Names.Device, "ActiveConnection") is string path && path != Names.None ? path : null;

    /// <summary>Whether a network is joined, including an address.</summary>
    public bool IsActivated(string? active) =>
        active is not null && Objects.Get(active, Names.Active, "State") is ActiveState.Activated;

    /// <summary>The access points of an interface's last scan.</summary>
    public IReadOnlyList<HeardAccessPoint> GetAccessPoints(string device) =>
        [.. (Objects.Get(device, Names.Wireless, "AccessPoints") as string[] ?? []).Select(Read).OfType<HeardAccessPoint>()];

    /// <summary>Scans, and waits for the end. If NetworkManager refuses to scan now, earlier results are used.</summary>
    public async Task ScanAsync(string device, CancellationToken cancellationToken)
    {
        object? before = LastScan();
        try
        {
            await CallAsync(device, Names.Wireless, "RequestScan", cancellationToken, "a{sv}", new Dictionary<string, object>())
                .ConfigureAwait(false);
        }
        catch (DBusException)
        {
            return;
        }

        await Objects.TryWaitAsync(() => !Equals(LastScan(), before), ScanTimeout, cancellationToken).ConfigureAwait(false);

        object? LastScan() => Objects.Get(device, Names.Wireless, "LastScan");
    }

    /// <summary>Waits until an activation succeeds (true) or fails.</summary>
    public async Task<bool> WaitForActivationAsync(string active, CancellationToken cancellationToken)
    {
        // An activation that never appears has ended before.
        if (!await Objects.TryWaitAsync(() => Objects.Has(active, Names.Active), AppearTimeout, cancellationToken).ConfigureAwait(false))
            return false;

        bool activated = false;
        await Objects.WaitAsync(
            () => (activated = IsActivated(active))
                || Objects.Get(active, Names.Active, "State") is not uint state || state == ActiveState.Deactivated,
            cancellationToken).ConfigureAwait(false);
        return activated;
    }

    public async ValueTask DisposeAsync()
    {
        Objects.Dispose();
        _service.Dispose();
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private HeardAccessPoint? Read(string path)
    {
        if (Objects.Get(path, Names.AccessPoint, "Ssid") is not byte[] { Length: > 0 and <= ProtocolLimits.MaxSsidLength } ssid)
            return null;
        uint security = Number("Flags") & 1 | Number("WpaFlags") | Number("RsnFlags");
        // NetworkManager computes the percentage as 2 * (dBm + 100).
        int rssi = Objects.Get(path, Names.AccessPoint, "Strength") is byte percent ? (percent / 2) - 100 : -100;
        string bssid = (Objects.Get(path, Names.AccessPoint, "HwAddress") as string ?? "").ToLowerInvariant();
        return new HeardAccessPoint(ssid, new HostWifiNetwork(Encoding.UTF8.GetString(ssid), bssid, rssi, security != 0));

        uint Number(string property) => Objects.Get(path, Names.AccessPoint, property) is uint number ? number : 0;
    }
}

/// <summary>An access point, and its exact name.</summary>
internal sealed record HeardAccessPoint(byte[] Ssid, HostWifiNetwork Network);
