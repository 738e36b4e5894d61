namespace EspProv.Host.DBus;

/// <summary>An interface of an object appeared, or some of its properties changed, or it (or the whole object) is gone.</summary>
/// <param name="Path">The object.</param>
/// <param name="Interface">The interface.</param>
/// <param name="Properties">The names of what changed; null when the interface is gone.</param>
internal sealed record DBusChange(string Path, string Interface, IReadOnlyCollection<string>? Properties);

/// <summary>Which objects of a service are mirrored.</summary>
/// <param name="Service">The service's name on the bus.</param>
/// <param name="ManagerPath">Where its ObjectManager is.</param>
/// <param name="Root">Where its objects are: at or below this path.</param>
/// <param name="Interfaces">The interfaces that are mirrored.</param>
/// <param name="ObjectList">
/// The property that lists objects: the first <see cref="DBusObjects.MaxObjects"/> of its paths are kept. Null for none.
/// </param>
internal sealed record DBusObjectTree(
    string Service, string ManagerPath, string Root, IReadOnlySet<string> Interfaces, string? ObjectList = null);

/// <summary>
/// A mirror of a service's objects and properties, kept by signals: reading it costs no call, and waiting for a state costs no polling.
/// </summary>
/// <remarks>
/// What devices on the air can fill is bounded: BlueZ keeps an object for each address that it hears, NetworkManager one for each
/// access point. A message is read whole before that, of <see cref="DBusStream.MaxMessageSize"/> at most.
/// </remarks>
internal sealed class DBusObjects : IDisposable
{
    /// <summary>How many objects are mirrored for each interface; more are left out.</summary>
    internal const int MaxObjects = 4096;

    /// <summary>The longest property, in characters or bytes; a longer one is left out, unless it lists objects.</summary>
    internal const int MaxValueLength = 8192;

    private readonly DBusObjectTree _tree;
    private readonly object _gate = new();

    // By interface, then by path: access points without end leave room for what joining one of them needs.
    private readonly Dictionary<string, Dictionary<string, Dictionary<string, object>>> _objects;
    private readonly List<IDisposable> _subscriptions = [];
    private readonly List<Waiter> _waiters = [];

    internal DBusObjects(DBusObjectTree tree)
    {
        _tree = tree;
        _objects = tree.Interfaces.ToDictionary(
            name => name, _ => new Dictionary<string, Dictionary<string, object>>(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    /// <summary>Called on the bus connection's reading loop after the mirror took a change in.</summary>
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

            // Read in order, on the reading loop: what signals said before is in it, what they say after it is newer.
            await connection.CallAsync(
                DBusMessage.Call(tree.Service, tree.ManagerPath, DBusConnection.ObjectManager, "GetManagedObjects"),
                cancellationToken, onReply: objects.Fill).ConfigureAwait(false);
            return objects;
        }
        catch
        {
            objects.Dispose();
            throw;
        }
    }

    /// <summary>A property's value; null when there is no such object, interface or property.</summary>
    public object? Get(string path, string interfaceName, string property)
    {
        lock (_gate)
        {
            return _objects[interfaceName].TryGetValue(path, out var properties) ? properties.GetValueOrDefault(property) : null;
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

    /// <summary>As <see cref="WaitAsync"/>, for so long at most; false when the condition did not hold in time.</summary>
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

    /// <summary>The service went away: so did its objects.</summary>
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

    /// <summary>Takes in the reply to GetManagedObjects. What is of another type than the interface says is passed over.</summary>
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

    /// <summary>Takes a signal in.</summary>
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
                    .Where(name => _objects.TryGetValue(name, out var paths) && paths.Remove(path))
                    .Select(name => new DBusChange(path, name, null)));
                break;
            case ("PropertiesChanged", [string name, Dictionary<string, object> changed, string[] invalidated]):
                if (_objects.TryGetValue(name, out var objects) && objects.TryGetValue(signal.Path!, out var properties))
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
            if (properties is not Dictionary<string, object> values || !_objects.TryGetValue(name, out var objects)
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
        foreach (var objects in _objects.Values)
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
