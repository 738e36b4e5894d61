using System.Diagnostics;
using System.Globalization;
using EspProv.Fleet;
using EspProv.Fleet.Journal;

namespace EspProv.Tests.Fleet.Run;

/// <summary>A run in a process of its own is killed at random moments; the devices live in another one.</summary>
public sealed class KillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("espprov-kill").FullName;

    private string Plan => Path.Combine(_folder, "plan.csv");

    private string Journal => Path.Combine(_folder, "run.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Killed_twenty_times_and_resumed_a_run_ends_as_an_undisturbed_one()
    {
        const int Devices = 120;
        using Process holder = await HoldAsync(Devices, "staying");
        int kills = await KillAsync(20, throttle: 2);
        Assert.True(kills >= 15, $"The run was over after {kills} kills.");

        (FleetResult[] results, int torn) = Results();
        Assert.Equal(Enumerable.Range(1, Devices), results.Select(result => result.Row));
        Assert.All(results, result => Assert.Equal(FleetStatus.Connected, result.Status));
        Assert.Equal(0, torn);

        // Every device has the network, and was given it once.
        Assert.All(await StateAsync(holder), line => Assert.EndsWith("MyHomeWiFiAP joined 1", line, StringComparison.Ordinal));
        string journal = await File.ReadAllTextAsync(Journal);
        Assert.DoesNotContain("mypassword", journal, StringComparison.Ordinal);
        Assert.DoesNotContain("abcd1234", journal, StringComparison.Ordinal);
        await EndAsync(holder);
    }

    [Fact]
    public async Task A_device_whose_service_ends_before_its_word_was_kept_is_Unknown_and_never_given_the_network_twice()
    {
        const int Devices = 40;
        using Process holder = await HoldAsync(Devices, "plain");
        await KillAsync(6, throttle: 4);

        (FleetResult[] results, _) = Results();
        Assert.Equal(Devices, results.Length);
        Assert.All(results, result => Assert.Contains(result.Status, new[] { FleetStatus.Connected, FleetStatus.Unknown }));
        Assert.All(await StateAsync(holder), line => Assert.EndsWith("MyHomeWiFiAP joined 1", line, StringComparison.Ordinal));
        await EndAsync(holder);
    }

    private async Task<Process> HoldAsync(int devices, string kind)
    {
        Process holder = FleetRigProcess.Start("devices", devices.ToString(CultureInfo.InvariantCulture), Plan, kind);
        Assert.Equal("ready", await holder.StandardOutput.ReadLineAsync());
        return holder;
    }

    // Kills at random moments after the first sign of life; the last run is let come to its end.
    private async Task<int> KillAsync(int times, int throttle)
    {
        var random = new Random(20);
        int kills = 0;
        for (; kills < times; kills++)
        {
            using Process run = FleetRigProcess.Start("run", Plan, Journal, throttle.ToString(CultureInfo.InvariantCulture));
            bool lives = await run.StandardOutput.ReadLineAsync() is not null;
            await Task.Delay(random.Next(0, 250));
            if (!lives || run.HasExited)
                break;
            run.Kill();
            await run.WaitForExitAsync();
        }

        using Process last = FleetRigProcess.Start("run", Plan, Journal, "16");
        await last.StandardOutput.ReadToEndAsync();
        await last.WaitForExitAsync();
        Assert.Equal(0, last.ExitCode);
        return kills;
    }

    private (FleetResult[] Results, int Torn) Results()
    {
        var merge = new FleetJournalMerge();
        merge.Add(Journal);
        return ([.. merge.Results()], merge.Notices.Count);
    }

    private static async Task<List<string>> StateAsync(Process holder)
    {
        await holder.StandardInput.WriteLineAsync("state");
        await holder.StandardInput.FlushAsync();
        var lines = new List<string>();
        while (await holder.StandardOutput.ReadLineAsync() is { } line && line != "end")
            lines.Add(line);
        return lines;
    }

    private static async Task EndAsync(Process holder)
    {
        holder.StandardInput.Close();
        await holder.WaitForExitAsync();
    }
}
