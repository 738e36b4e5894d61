using Properties = System.Collections.Generic.Dictionary<string, object>;

namespace EspProv.Host.DBus;

/// <summary>An interface of an object was added, changed or removed.</summary>
/// <param name="Path">The object.</param>
/// <param name="Interface">The interface.</param>
/// <param name="Properties">The names of the changed properties; null if the interface was removed.</param>
internal sealed record DBusChange(string Path, string Interface, IReadOnlyCollection<string>? Properties);

/// <summary>Selects the objects of a service to mirror.</summary>
/// <param name="Service">The service's name on the bus.</param>
/// <param name="ManagerPath">The path of its ObjectManager.</param>
/// <param name="Root">The root path of its objects.</param>
/// <param name="Interfaces">The interfaces that are mirrored.</param>
/// <param name="ObjectList">
/// The property that lists objects: the first <see cref="DBusObjects.MaxObjects"/> of its paths are kept. Null for none.
/// </param>
internal sealed record DBusObjectTree(
    string Service, string ManagerPath, string Root, IReadOnlySet<string> Interfaces, string? ObjectList = null);

/// <summary>
/// A mirror of a service's objects and properties, updated by signals: reading needs no call, and waiting needs no polling.
/// </summary>
/// <remarks>
/// Limits what devices in range can fill: BlueZ has an object for each address, NetworkManager one for each access point. A message is
/// first read completely, up to <see cref="DBusStream.MaxMessageSize"/> at most.
/// </remarks>
internal sealed class DBusObjects : IDisposable
{
    /// <summary>The most mirrored objects per interface; further ones are ignored.</summary>
    internal const int MaxObjects = 4096;

    /// <summary>The longest property, in characters or bytes; longer ones are ignored, unless they list objects.</summary>
    internal const int MaxValueLength = 8192;

    private readonly DBusObjectTree _tree;
    private readonly object _gate = new();

    // By interface, then by path: too many access points cannot displace the objects that joining needs.
    private readonly Dictionary<string, Dictionary<string, Properties>> _objects;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly List<Waiter> _waiters = [];

    internal DBusObjects(DBusObjectTree tree)
    {
        _tree = tree;
        _objects = tree.Interfaces.ToDictionary(
            name => name, _ => new Dictionary<string, Properties>(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>Called on the bus connection's reading loop after the mirror was updated.</summary>
    public event Action<DBusChange>? Changed;

    public static async Task<DBusObjects> StartAsync(
        DBusConnection connection, DBusObjectTree tree, CancellationToken cancellationToken)
    {
        var objects = new DBusObjects(tree);
        try
        {
            DBusMatch[] matches =
            [
                new(tree.Service, Path: tree.ManagerPath, Interface: DBusConnection.ObjectManager),
                new(tree.Service, PathNamespace: tree.Root, Interface: DBusConnection.Properties, Member: "PropertiesChanged"),
            ];
            foreach (DBusMatch match in matches)
            {
                objects._subscriptions.Add(
                    await connection.SubscribeAsync(match, objects.OnSignal, cancellationToken).ConfigureAwait(false));
            }

            await objects.ReadAllAsync(connection, cancellationToken).ConfigureAwait(false);
            return objects;
        }
        catch
        {
            objects.Dispose();
            throw;
        }
    }

    /// <summary>Reads all objects of the service that has the name now.</summary>
    // Applied in order on the reading loop: earlier signals are included in it, later ones are newer.
    public Task ReadAllAsync(DBusConnection connection, CancellationToken cancellationToken) => connection.CallAsync(
        DBusMessage.Call(_tree.Service, _tree.ManagerPath, DBusConnection.ObjectManager, "GetManagedObjects"),
        cancellationToken,
        onReply: Fill);

    /// <summary>A property's value; null when there is no such object, interface or property.</summary>
    public object? Get(string path, string interfaceName, string property)
    {
        lock (_gate)
        {
            return _objects[interfaceName].TryGetValue(path, out Properties? properties) ? properties.GetValueOrDefault(property) : null;
        }
    }

    /// <summary>Whether a boolean property is true; false when it is not there.</summary>
    public bool Is(string path, string interfaceName, string property) => Get(path, interfaceName, property) is true;

    /// <summary>Whether there is such an interface on such an object.</summary>
    public bool Has(string path, string interfaceName)
    {
        lock (_gate)
        {
            return _objects[interfaceName].ContainsKey(path);
        }
    }

    /// <summary>The paths of all objects with an interface, at or below <paramref name="root"/>, in order.</summary>
    public IReadOnlyList<string> Find(string interfaceName, string? root = null)
    {
        root ??= _tree.Root;
        lock (_gate)
        {
            return [.. _objects[interfaceName].Keys
                .Where(path => path == root || path.StartsWith(root + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Waits until <paramref name="condition"/> holds, checking now and after every change.</summary>
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

    /// <summary>As <see cref="WaitAsync"/>, with a timeout; false if it expired.</summary>
    public async Task<bool> TryWaitAsync(Func<bool> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        either.CancelAfter(limit);
        try
        {
            await WaitAsync(condition, either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The service is gone, and so are its objects.</summary>
    public void Clear()
    {
        List<DBusChange> changes;
        lock (_gate)
        {
            changes = [.. _objects.SelectMany(entry => entry.Value.Keys.Select(path => new DBusChange(path, entry.Key, null)))];
            RemoveAll();
        }

        Announce(changes);
    }

    public void Dispose() => _subscriptions.ForEach(subscription => subscription.Dispose());

    /// <summary>Applies the reply to GetManagedObjects. Values of a wrong type are ignored.</summary>
    internal void Fill(DBusMessage reply)
    {
        if (reply.Body is not [Dictionary<string, object> snapshot])
            return;
        lock (_gate)
        {
            RemoveAll();
            foreach ((string path, object interfaces) in snapshot)
            {
                if (interfaces is Dictionary<string, object> ofPath)
                    Add(path, ofPath, []);
            }
        }
    }

    /// <summary>Applies a signal.</summary>
    internal void OnSignal(DBusMessage signal)
    {
        var changes = new List<DBusChange>();
        lock (_gate)
        {
            Apply(signal, changes);
        }

        Announce(changes);
    }

    private void Announce(List<DBusChange> changes)
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

    private void Apply(DBusMessage signal, List<DBusChange> changes)
    {
        switch (signal.Member, signal.Body)
        {
            case ("InterfacesAdded", [string path, Dictionary<string, object> interfaces]):
                Add(path, interfaces, changes);
                break;
            case ("InterfacesRemoved", [string path, string[] names]):
                changes.AddRange(names
                    .Where(name => _objects.TryGetValue(name, out Dictionary<string, Properties>? paths) && paths.Remove(path))
                    .Select(name => new DBusChange(path, name, null)));
                break;
            case ("PropertiesChanged", [string name, Dictionary<string, object> changed, string[] invalidated]):
                if (_objects.TryGetValue(name, out Dictionary<string, Properties>? objects)
                    && objects.TryGetValue(signal.Path!, out Properties? properties))
                {
                    foreach ((string property, object value) in changed)
                        Set(properties, property, value);
                    Array.ForEach(invalidated, property => properties.Remove(property));
                    changes.Add(new DBusChange(signal.Path!, name, changed.Keys));
                }

                break;
        }
    }

    private void Add(string path, Dictionary<string, object> interfaces, List<DBusChange> changes)
    {
        foreach ((string name, object properties) in interfaces)
        {
            if (properties is not Properties values || !_objects.TryGetValue(name, out Dictionary<string, Properties>? objects)
                || (objects.Count >= MaxObjects && !objects.ContainsKey(path)))
            {
                continue;
            }

            var present = new Dictionary<string, object>(StringComparer.Ordinal);
            objects[path] = present;
            foreach ((string property, object value) in values)
                Set(present, property, value);
            changes.Add(new DBusChange(path, name, present.Keys));
        }
    }

    private void RemoveAll()
    {
        foreach (Dictionary<string, Properties> objects in _objects.Values)
            objects.Clear();
    }

    private void Set(Dictionary<string, object> properties, string property, object value)
    {
        if (property == _tree.ObjectList && value is string[] paths)
            properties[property] = paths.Where(path => path.Length <= MaxValueLength).Take(MaxObjects).ToArray();
        else if (LengthOf(value) <= MaxValueLength)
            properties[property] = value;
        else
            properties.Remove(property);
    }

    private static long LengthOf(object value) => value switch
    {
        string text => text.Length,
        byte[] bytes => bytes.Length,
        System.Collections.IDictionary entries => entries.Keys.Cast<object>().Sum(LengthOf) + entries.Values.Cast<object>().Sum(LengthOf),
        System.Collections.IEnumerable items => items.Cast<object>().Sum(LengthOf),
        _ => sizeof(long),
    };

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
