using EspProv.Bluetooth.DBus;

namespace EspProv.Bluetooth.BlueZ;

/// <summary>An interface of an object appeared, or some of its properties changed, or it (or the whole object) is gone.</summary>
/// <param name="Path">The object.</param>
/// <param name="Interface">The interface.</param>
/// <param name="Properties">The names of what changed; null when the interface is gone.</param>
internal sealed record BlueZChange(string Path, string Interface, IReadOnlyCollection<string>? Properties);

/// <summary>
/// A mirror of BlueZ's objects and properties, kept by signals: reading it costs no call, and waiting for a state costs no polling.
/// </summary>
internal sealed class BlueZObjects : IAsyncDisposable
{
    /// <summary>So many objects are mirrored: devices in range, and what a connected one has. Further ones are left out.</summary>
    public const int MaxObjects = 8192;

    // Of the signals that come before the snapshot does, the newest.
    private const int MaxEarly = 4096;

    private readonly object _gate = new();
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, object>>> _objects = new(StringComparer.Ordinal);
    private readonly List<IAsyncDisposable> _subscriptions = [];
    private readonly List<Waiter> _waiters = [];
    private List<DBusMessage>? _early = [];

    internal BlueZObjects()
    {
    }

    /// <summary>Called on the bus connection's thread after the mirror took a change in.</summary>
    public event Action<BlueZChange>? Changed;

    public static async Task<BlueZObjects> StartAsync(DBusConnection connection, CancellationToken cancellationToken)
    {
        var objects = new BlueZObjects();
        try
        {
            DBusMatch[] matches =
            [
                new(BlueZNames.Service, Path: "/", Interface: BlueZNames.ObjectManager),
                new(BlueZNames.Service, PathNamespace: BlueZNames.ServicePath, Interface: BlueZNames.Properties, Member: "PropertiesChanged"),
            ];
            foreach (DBusMatch match in matches)
            {
                objects._subscriptions.Add(await connection.SubscribeAsync(match, objects.OnSignal, cancellationToken).ConfigureAwait(false));
            }

            DBusMessage reply = await connection.CallAsync(
                DBusMessage.Call(BlueZNames.Service, "/", BlueZNames.ObjectManager, "GetManagedObjects"), cancellationToken).ConfigureAwait(false);
            objects.Fill(reply.Body is [Dictionary<string, object> snapshot, ..] ? snapshot : []);
            return objects;
        }
        catch
        {
            await objects.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A property's value; null when there is no such object, interface or property.</summary>
    public object? Get(string path, string interfaceName, string property)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(path, out var interfaces) && interfaces.TryGetValue(interfaceName, out var properties)
                ? properties.GetValueOrDefault(property)
                : null;
        }
    }

    /// <summary>Whether a boolean property is true; false when it is not there.</summary>
    public bool Is(string path, string interfaceName, string property) => Get(path, interfaceName, property) is true;

    /// <summary>Whether there is such an interface on such an object.</summary>
    public bool Has(string path, string interfaceName)
    {
        lock (_gate)
        {
            return _objects.TryGetValue(path, out var interfaces) && interfaces.ContainsKey(interfaceName);
        }
    }

    /// <summary>The paths of all objects with an interface, at or below <paramref name="root"/>, in order.</summary>
    public IReadOnlyList<string> Find(string interfaceName, string root = BlueZNames.ServicePath)
    {
        lock (_gate)
        {
            return [.. _objects.Where(entry => entry.Value.ContainsKey(interfaceName)
                && (entry.Key == root || entry.Key.StartsWith(root + "/", StringComparison.Ordinal))).Select(entry => entry.Key).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Waits until <paramref name="condition"/> holds; it is looked at now and after every change.</summary>
    public async Task WaitAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition);
        lock (_gate)
        {
            _waiters.Add(waiter);
        }

        try
        {
            waiter.Look();
            await waiter.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    /// <summary>BlueZ went away: so did its objects.</summary>
    public void Clear()
    {
        List<BlueZChange> changes;
        lock (_gate)
        {
            changes = [.. _objects.SelectMany(entry => entry.Value.Keys.Select(name => new BlueZChange(entry.Key, name, null)))];
            _objects.Clear();
        }

        Announce(changes);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable subscription in _subscriptions)
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
        }

        _subscriptions.Clear();
    }

    /// <summary>Takes in all objects that there are, and the signals that came before them.</summary>
    internal void Fill(Dictionary<string, object> snapshot)
    {
        lock (_gate)
        {
            foreach ((string path, object interfaces) in snapshot)
            {
                if (interfaces is Dictionary<string, object> ofPath)
                {
                    Add(path, ofPath, []);
                }
            }

            // Signals that came meanwhile may be older or newer than the snapshot. In order, the last one wins either way.
            foreach (DBusMessage signal in _early!)
            {
                Apply(signal, []);
            }

            _early = null;
        }
    }

    /// <summary>Takes a signal in.</summary>
    internal void OnSignal(DBusMessage signal)
    {
        var changes = new List<BlueZChange>();
        lock (_gate)
        {
            if (_early is not null)
            {
                if (_early.Count == MaxEarly)
                    _early.RemoveAt(0);
                _early.Add(signal);
                return;
            }

            Apply(signal, changes);
        }

        Announce(changes);
    }

    private void Announce(List<BlueZChange> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        changes.ForEach(change => Changed?.Invoke(change));
        Waiter[] waiters;
        lock (_gate)
        {
            waiters = [.. _waiters];
        }

        Array.ForEach(waiters, waiter => waiter.Look());
    }

    private void Apply(DBusMessage signal, List<BlueZChange> changes)
    {
        switch (signal.Member, signal.Body)
        {
            case ("InterfacesAdded", [string path, Dictionary<string, object> interfaces]):
                Add(path, interfaces, changes);
                break;
            case ("InterfacesRemoved", [string path, string[] names]):
                if (_objects.TryGetValue(path, out var present))
                {
                    foreach (string name in names.Where(present.Remove))
                    {
                        changes.Add(new BlueZChange(path, name, null));
                    }

                    if (present.Count == 0)
                    {
                        _objects.Remove(path);
                    }
                }

                break;
            case ("PropertiesChanged", [string name, Dictionary<string, object> changed, string[] invalidated]):
                if (_objects.TryGetValue(signal.Path!, out var interfacesOfPath) && interfacesOfPath.TryGetValue(name, out var properties))
                {
                    foreach ((string property, object value) in changed)
                    {
                        properties[property] = value;
                    }

                    Array.ForEach(invalidated, property => properties.Remove(property));
                    changes.Add(new BlueZChange(signal.Path!, name, changed.Keys));
                }

                break;
        }
    }

    private void Add(string path, Dictionary<string, object> interfaces, List<BlueZChange> changes)
    {
        if (!_objects.TryGetValue(path, out var present))
        {
            if (_objects.Count >= MaxObjects)
                return;
            _objects[path] = present = new(StringComparer.Ordinal);
        }

        foreach ((string name, object properties) in interfaces)
        {
            // What is of another type than the interface says is passed over.
            if (properties is not Dictionary<string, object> values)
            {
                continue;
            }

            present[name] = new Dictionary<string, object>(values, StringComparer.Ordinal);
            changes.Add(new BlueZChange(path, name, values.Keys));
        }
    }

    private sealed class Waiter(Func<bool> condition)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Look()
        {
            if (condition())
            {
                Done.TrySetResult();
            }
        }
    }
}
