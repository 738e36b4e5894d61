using System.Collections.Concurrent;
using System.Diagnostics;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Run;
using EspProv.Security;

namespace EspProv.FleetRig;

/// <summary>One run of a mixed plan in this process, over devices in another one: its results and costs.</summary>
internal sealed class MixedFleet
{
    private const int MemorySamples = 10;

    private readonly int _count;
    private readonly ConcurrentDictionary<int, FleetResult> _results = new();
    private readonly ConcurrentQueue<MemorySample> _memory = new();
    private readonly HttpLinks _links = new();
    private readonly Lock _sampling = new();
    private TimeSpan _samplingTime;
    private int _doubled;

    private MixedFleet(int count) => _count = count;

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>The processor time of this process, without the memory measurements.</summary>
    public TimeSpan ProcessorTime { get; private set; }

    /// <summary>The processor time of the devices' process.</summary>
    public TimeSpan DevicesProcessorTime { get; private set; }

    /// <summary>Rows with more than one result.</summary>
    public int Doubled => _doubled;

    /// <summary>Rows without a result.</summary>
    public int Lost => _count - _results.Count;

    /// <summary>The results.</summary>
    public ICollection<FleetResult> Results => _results.Values;

    /// <summary>The rows and devices that differ from the plan, as sentences.</summary>
    public IReadOnlyList<string> Wrong { get; private set; } = [];

    /// <summary>Memory after every tenth of the rows.</summary>
    public IReadOnlyCollection<MemorySample> Memory => _memory;

    /// <summary>The number of handshakes, including lost and refused ones.</summary>
    public double Handshakes(SecurityVersion version) => _links.Handshakes(version);

    /// <summary>Runs a plan of <paramref name="count"/> devices, <paramref name="throttle"/> of them at once.</summary>
    /// <param name="count">How many devices.</param>
    /// <param name="throttle">How many at once.</param>
    /// <param name="folder">Where the plan is written.</param>
    /// <param name="journalPath">The journal; null for none.</param>
    public static async Task<MixedFleet> RunAsync(int count, int throttle, string folder, string? journalPath)
    {
        var fleet = new MixedFleet(count);
        string path = Path.Combine(folder, "plan.csv");
        DeviceProcess devices = await DeviceProcess.StartAsync(count, path);
        await using (devices)
        {
            IReadOnlyList<PlannedDevice> plan = PlannedDevice.Read(path);
            if (journalPath is null)
            {
                await fleet.RunAsync(throttle, plan, journal: null, devices);
            }
            else
            {
                var journal = FleetJournal.Open(journalPath, resume: false);
                await using (journal)
                    await fleet.RunAsync(throttle, plan, journal, devices);
            }

            fleet.Wrong = [.. fleet.FindWrong(await devices.StateAsync())];
        }

        return fleet;
    }

    private async Task RunAsync(int throttle, IReadOnlyList<PlannedDevice> plan, FleetJournal? journal, DeviceProcess devices)
    {
        var options = new FleetOptions
        {
            ThrottleLimit = throttle,
            MaxAttempts = 5,
            RetryDelay = TimeSpan.FromMilliseconds(100),
            JoinTimeout = TimeSpan.FromSeconds(10),
        };
        (TimeSpan own, TimeSpan theirs) = (Environment.CpuUsage.TotalTime, devices.ProcessorTime);
        var watch = Stopwatch.StartNew();
        var run = new FleetRun(options, _links, journal, Collect, (_, _, _) => { });
        await using (run)
            await PlanRunner.FeedAsync(run, plan);
        Elapsed = watch.Elapsed;
        ProcessorTime = Environment.CpuUsage.TotalTime - own - _samplingTime;
        DevicesProcessorTime = devices.ProcessorTime - theirs;
    }

    private void Collect(FleetResult result)
    {
        if (!_results.TryAdd(result.Row, result))
            Interlocked.Increment(ref _doubled);
        int done = _results.Count;
        if (done % Math.Max(1, _count / MemorySamples) == 0)
            SampleMemory(done);
    }

    // Live memory, after a collection. The run is paused, so this is measured separately.
    private void SampleMemory(int done)
    {
        lock (_sampling)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            GC.Collect();
            _samplingTime += Environment.CpuUsage.TotalTime - before;
            GCMemoryInfo heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
            _memory.Enqueue(new MemorySample(done, heap.HeapSizeBytes - heap.FragmentedBytes, Environment.WorkingSet));
        }
    }

    private IEnumerable<string> FindWrong(IReadOnlyDictionary<int, DeviceState> devices)
    {
        for (int number = 1; number <= _count; number++)
        {
            (FleetStatus status, string? reason) = PlannedDevice.Expected(number);
            _results.TryGetValue(number, out FleetResult? result);
            if (!PlannedDevice.IsAsExpected(number, result))
            {
                yield return $"row {number}: expected {status} {reason}, got {result?.Status} {result?.Reason} {result?.Stage} "
                    + $"{result?.Attempts} {result?.Error}";
            }

            // The device's view: it joined only if expected, and got credentials once.
            DeviceState device = devices[number];
            if (device.Applies > 1 || device.HasJoined != (status is FleetStatus.Connected))
            {
                yield return $"device {number}: {(device.HasJoined ? "joined" : "did not join")} '{device.Ssid}', "
                    + $"told {device.Applies} times; its row says {result?.Status}";
            }
        }
    }
}

/// <summary>Memory at one moment of a run.</summary>
/// <param name="Done">Rows with a result.</param>
/// <param name="Heap">Managed objects that are alive, in bytes.</param>
/// <param name="Process">The process, in bytes.</param>
internal readonly record struct MemorySample(int Done, long Heap, long Process);
