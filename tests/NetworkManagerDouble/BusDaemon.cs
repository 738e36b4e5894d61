using System.Diagnostics;

namespace EspProv.Tests.NetworkManager;

/// <summary>A private dbus-daemon: a real bus with real policies.</summary>
public sealed class BusDaemon : IDisposable
{
    private readonly Process _daemon;
    private readonly string _directory;

    private BusDaemon(Process daemon, string directory, string address) =>
        (_daemon, _directory, Address) = (daemon, directory, address);

    /// <summary>Its address.</summary>
    public string Address { get; }

    /// <summary>Starts a bus; <paramref name="policy"/> is added to one that allows everything.</summary>
    /// <returns>Null where there is no dbus-daemon.</returns>
    public static async Task<BusDaemon?> StartAsync(string policy = "")
    {
        string directory = Directory.CreateTempSubdirectory("espprov-bus").FullName;
        string config = Path.Combine(directory, "bus.conf");
        await File.WriteAllTextAsync(config, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
              "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
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
        try
        {
            Process daemon = Process.Start(new ProcessStartInfo("dbus-daemon", ["--config-file=" + config, "--nofork", "--print-address"])
            {
                RedirectStandardOutput = true,
            })!;
            return new BusDaemon(daemon, directory, await daemon.StandardOutput.ReadLineAsync() ?? "");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Directory.Delete(directory, recursive: true);
            return null;
        }
    }

    /// <summary>Stops the bus.</summary>
    public void Kill()
    {
        if (!_daemon.HasExited)
        {
            _daemon.Kill();
            _daemon.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        _daemon.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
