using System.Diagnostics;
using System.Globalization;

namespace EspProv.FleetRig;

/// <summary>
/// A <see cref="DeviceHolder"/> in a process of its own, so that its devices' cost is not counted for the process that provisions them.
/// </summary>
internal sealed class DeviceProcess : IAsyncDisposable
{
    private readonly Process _process;

    private DeviceProcess(Process process) => _process = process;

    /// <summary>The processor time of the process so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts devices, and waits until their plan is written.</summary>
    public static async Task<DeviceProcess> StartAsync(int count, string plan)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(DeviceProcess).Assembly.Location);
        foreach (string argument in new[] { "devices", count.ToString(CultureInfo.InvariantCulture), plan, "mixed" })
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start)!;
        await process.StandardOutput.ReadLineAsync();
        return new DeviceProcess(process);
    }

    /// <summary>The state of each device, by number.</summary>
    public async Task<IReadOnlyDictionary<int, DeviceState>> StateAsync()
    {
        await _process.StandardInput.WriteLineAsync("state");
        await _process.StandardInput.FlushAsync();
        var states = new Dictionary<int, DeviceState>();
        while (await _process.StandardOutput.ReadLineAsync() is { } line && line != "end")
        {
            string[] cells = line.Split(' ');
            states[int.Parse(cells[0], CultureInfo.InvariantCulture)] =
                new DeviceState(cells[1], cells[2] == "joined", int.Parse(cells[3], CultureInfo.InvariantCulture));
        }

        return states;
    }

    /// <summary>Ends the devices.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

/// <summary>The state of a device.</summary>
/// <param name="Ssid">Its network; - for none.</param>
/// <param name="HasJoined">Whether it is on that network.</param>
/// <param name="Applies">How often it began to join one.</param>
internal sealed record DeviceState(string Ssid, bool HasJoined, int Applies);
