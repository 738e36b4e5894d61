using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using EspProv.Fleet;
using EspProv.Security;
using EspProv.Virtual;

namespace EspProv.FleetRig;

/// <summary>The figures of a fleet: throughput, processor time per device, memory over the run, and what a plain loop takes.</summary>
internal static class Measurement
{
    public static async Task<int> RunAsync(int count, int throttle)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        string folder = Directory.CreateTempSubdirectory("espprov-rig").FullName;
        try
        {
            (double first, double second) = (await HandshakeAsync(SecurityVersion.Security1), await HandshakeAsync(SecurityVersion.Security2));
            Console.WriteLine($"handshake arithmetic, client's half: security 1 {first:0.00} ms, security 2 {second:0.00} ms, mean {(first + second) / 2:0.00} ms");
            bool fleet = await FleetAsync(count, throttle, folder, (first + second) / 2);
            await SequentialAsync(count, folder);
            return fleet ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> FleetAsync(int count, int throttle, string folder, double arithmetic)
    {
        string plan = Path.Combine(folder, "fleet.csv");
        using Process holder = await HoldDevicesAsync(count, plan);
        var results = new ConcurrentDictionary<int, FleetResult>();
        int doubled = 0;
        var memory = new ConcurrentQueue<string>();
        Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        FleetJournal journal = FleetJournal.Open(Path.Combine(folder, "run.jsonl"), resume: false);
        await using (journal)
        {
            var run = new FleetRun(
                new FleetOptions { ThrottleLimit = throttle, MaxAttempts = 5, RetryDelay = TimeSpan.FromMilliseconds(100), JoinTimeout = TimeSpan.FromSeconds(10) },
                new HttpLinks(),
                journal,
                result =>
                {
                    if (!results.TryAdd(result.Row, result))
                        Interlocked.Increment(ref doubled);
                    if (results.Count % Math.Max(1, count / 10) == 0)
                        memory.Enqueue($"{results.Count}: heap {GC.GetTotalMemory(forceFullCollection: true) / 1048576.0:0.0} MB, process {Environment.WorkingSet / 1048576.0:0} MB");
                },
                (_, _, _) => { });
            await using (run)
                await PlanRunner.FeedAsync(run, PlannedDevice.Read(plan));
        }

        watch.Stop();
        self.Refresh();
        double cpu = (self.TotalProcessorTime - before).TotalMilliseconds;
        holder.Refresh();
        double deviceCpu = holder.TotalProcessorTime.TotalMilliseconds;
        int wrong = 0;
        for (int number = 1; number <= count; number++)
        {
            (FleetStatus status, string? reason) = PlannedDevice.Expected(number);
            if (!results.TryGetValue(number, out FleetResult? result) || result.Status != status || result.Reason != reason)
            {
                wrong++;
                Console.WriteLine($"  row {number}: expected {status} {reason}, got {result?.Status} {result?.Reason} {result?.Stage} {result?.Attempts} {result?.Error}");
            }
        }

        Console.WriteLine($"fleet of {count}, {throttle} at once: {watch.Elapsed.TotalSeconds:0.00} s, {count / watch.Elapsed.TotalSeconds:0} devices/s; {wrong} wrong, {count - results.Count} lost, {doubled} doubled");
        foreach (var group in results.Values.GroupBy(result => (result.Status, result.Reason)).OrderByDescending(group => group.Count()))
            Console.WriteLine($"  {group.Count(),5} {group.Key.Status} {group.Key.Reason}, attempts {group.Min(result => result.Attempts)}-{group.Max(result => result.Attempts)}");
        Console.WriteLine($"processor: {cpu / count:0.00} ms per device here ({cpu / count / arithmetic:0.00} x its handshake arithmetic), {(cpu / watch.Elapsed.TotalMilliseconds):0.00} cores; devices' process {(deviceCpu / watch.Elapsed.TotalMilliseconds):0.00} cores");
        foreach (string sample in memory)
            Console.WriteLine($"  {sample}");
        await EndAsync(holder);
        return wrong == 0 && doubled == 0;
    }

    // One after the other, without a journal: what a script with foreach does.
    private static async Task SequentialAsync(int count, string folder)
    {
        string plan = Path.Combine(folder, "loop.csv");
        using Process holder = await HoldDevicesAsync(count, plan);
        var options = new FleetOptions { ThrottleLimit = 1, MaxAttempts = 5, RetryDelay = TimeSpan.FromMilliseconds(100), JoinTimeout = TimeSpan.FromSeconds(10) };
        var watch = Stopwatch.StartNew();
        int connected = 0;
        var run = new FleetRun(options, new HttpLinks(), journal: null, result => connected += result.Status is FleetStatus.Connected ? 1 : 0, (_, _, _) => { });
        await using (run)
            await PlanRunner.FeedAsync(run, PlannedDevice.Read(plan));
        Console.WriteLine($"one after the other: {watch.Elapsed.TotalSeconds:0.00} s, {count / watch.Elapsed.TotalSeconds:0.0} devices/s, {connected} connected");
        await EndAsync(holder);
    }

    private static async Task<Process> HoldDevicesAsync(int count, string plan)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(Measurement).Assembly.Location);
        foreach (string argument in new[] { "devices", count.ToString(CultureInfo.InvariantCulture), plan, "mixed" })
            start.ArgumentList.Add(argument);
        Process holder = Process.Start(start)!;
        await holder.StandardOutput.ReadLineAsync();
        return holder;
    }

    private static async Task EndAsync(Process holder)
    {
        holder.StandardInput.Close();
        await holder.WaitForExitAsync();
    }

    // Whole handshakes with a virtual device, less the device's half and the link: the client's scheme alone.
    private static async Task<double> HandshakeAsync(SecurityVersion version)
    {
        const int Warm = 20;
        const int Rounds = 60;
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            new VirtualDeviceOptions { SecurityVersion = version, ProofOfPossession = PlannedDevice.RightSecret }, CancellationToken.None);
        double total = 0;
        for (int round = -Warm; round < Rounds; round++)
        {
            await using var transport = new Transports.HttpTransport(device.Address, new Transports.HttpTransportOptions());
            await transport.OpenAsync(CancellationToken.None);
            DeviceCapabilityOf capability = new(await transport.ExchangeAsync("proto-ver", "ESP"u8.ToArray(), CancellationToken.None));
            using var credential = new SecurityCredential
            {
                ProofOfPossession = Secret.FromUtf8(PlannedDevice.RightSecret),
                Username = PlannedDevice.Username,
                Password = Secret.FromUtf8(PlannedDevice.RightSecret),
            };
            long start = Stopwatch.GetTimestamp();
            var away = TimeSpan.Zero;
            using ISecurityScheme scheme = SecuritySchemeFactory.Create(
                SecurityNegotiation.Choose(capability.Value, version, credential, allowUnencrypted: false), credential, capability.Value.SecurityPatchVersion, SystemRandomSource.Instance);
            await scheme.EstablishAsync(
                async (request, token) =>
                {
                    long left = Stopwatch.GetTimestamp();
                    byte[] reply = await transport.ExchangeAsync("prov-session", request, token);
                    away += Stopwatch.GetElapsedTime(left);
                    return reply;
                },
                CancellationToken.None);
            if (round >= 0)
                total += (Stopwatch.GetElapsedTime(start) - away).TotalMilliseconds;
        }

        return total / Rounds;
    }

    private readonly record struct DeviceCapabilityOf(byte[] Reply)
    {
        public Discovery.DeviceCapability Value => Discovery.DeviceCapability.Parse(Reply);
    }
}
