using System.Diagnostics;
using EspProv.Host.DBus;

namespace EspProv.Tests.Bluetooth;

/// <summary>
/// A dbus-daemon of the test's own: a real bus, with real policies, that nothing else is on. Tests that need one are skipped where there is
/// no dbus-daemon.
/// </summary>
public sealed class PrivateBus : IAsyncDisposable
{
    private readonly Process _daemon;
    private readonly string _directory;

    private PrivateBus(Process daemon, string directory, string address)
    {
        _daemon = daemon;
        _directory = directory;
        Address = address;
    }

    /// <summary>Where clients find it.</summary>
    public string Address { get; }

    /// <summary>Starts a bus; <paramref name="policy"/> is added to one that allows everything.</summary>
    public static async Task<PrivateBus> StartAsync(string policy = "")
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "BlueZ is Linux's.");
        string directory = Directory.CreateTempSubdirectory("espprov-bus").FullName;
        string config = Path.Combine(directory, "bus.conf");
        await File.WriteAllTextAsync(config, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>session</type>
              <listen>unix:dir={directory}</listen>
              <policy context="default">
                <allow send_destination="*" eavesdrop="true"/>
                <allow eavesdrop="true"/>
                <allow own="*"/>
                {policy}
              </policy>
            </busconfig>
            """);
        Process daemon;
        try
        {
            daemon = Process.Start(new ProcessStartInfo("dbus-daemon", ["--config-file=" + config, "--nofork", "--print-address"]) { RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Directory.Delete(directory, recursive: true);
            throw new SkipException("There is no dbus-daemon on this machine (Debian: package dbus).");
        }

        return new PrivateBus(daemon, directory, await daemon.StandardOutput.ReadLineAsync() ?? "");
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
    public void Kill()
    {
        if (!_daemon.HasExited)
        {
            _daemon.Kill();
            _daemon.WaitForExit();
        }
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        _daemon.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
