using EspProv.Host.DBus;
using EspProv.Tests.NetworkManager;

namespace EspProv.Tests.Host.DBus;

/// <summary>A bus of the test's own. Tests that need one are skipped where there is no dbus-daemon.</summary>
public sealed class PrivateBus : IAsyncDisposable
{
    private readonly BusDaemon _daemon;

    private PrivateBus(BusDaemon daemon) => _daemon = daemon;

    /// <summary>Where clients find it.</summary>
    public string Address => _daemon.Address;

    /// <summary>Starts a bus; <paramref name="policy"/> is added to one that allows everything.</summary>
    public static async Task<PrivateBus> StartAsync(string policy = "")
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "D-Bus is Linux's.");
        BusDaemon? daemon = await BusDaemon.StartAsync(policy);
        Skip.If(daemon is null, "There is no dbus-daemon on this machine (Debian: package dbus).");
        return new PrivateBus(daemon);
    }

    /// <summary>A connection for the test itself.</summary>
    internal Task<DBusConnection> ConnectAsync() => DBusConnection.OpenAsync(Address, default);

    /// <summary>All match rules of all clients, as the bus has them.</summary>
    internal static async Task<string[]> MatchRulesAsync(DBusConnection observer)
    {
        DBusMessage reply = await observer.CallAsync(
            DBusMessage.Call(DBusConnection.BusName, DBusConnection.BusPath, "org.freedesktop.DBus.Debug.Stats", "GetAllMatchRules"), default);
        return [.. ((Dictionary<string, object>)reply.Body[0]).Values.SelectMany(rules => (string[])rules)];
    }

    /// <summary>How many clients there are, the bus itself not counted.</summary>
    internal static async Task<int> ClientsAsync(DBusConnection observer)
    {
        DBusMessage reply = await observer.CallAsync(
            DBusMessage.Call(DBusConnection.BusName, DBusConnection.BusPath, DBusConnection.BusName, "ListNames"), default);
        return ((string[])reply.Body[0]).Count(name => name.StartsWith(':'));
    }

    /// <summary>The bus goes away under its clients.</summary>
    public void Kill() => _daemon.Kill();

    public ValueTask DisposeAsync()
    {
        _daemon.Dispose();
        return ValueTask.CompletedTask;
    }
}
