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
            // By the third everything that is called often is compiled for good, which costs a process as much as hundreds of devices.
            MixedFleet first = await FleetAsync("first fleet", count, throttle, folder);
            MixedFleet second = await FleetAsync("second fleet", count, throttle, folder);
            MixedFleet third = await FleetAsync("third fleet", count, throttle, folder);
            double[] arithmetic = [await HandshakeAsync(SecurityVersion.Security1), await HandshakeAsync(SecurityVersion.Security2)];
            Console.WriteLine($"handshake arithmetic, client's half: security 1 {arithmetic[0]:0.00} ms, security 2 {arithmetic[1]:0.00} ms, mean {arithmetic.Average():0.00} ms");
            ShowRatio("first fleet", first, count, arithmetic);
            ShowRatio("third fleet", third, count, arithmetic);
            await SequentialAsync(count, folder);
            return first.Wrong.Count + second.Wrong.Count + third.Wrong.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<MixedFleet> FleetAsync(string name, int count, int throttle, string folder)
    {
        MixedFleet fleet = await MixedFleet.RunAsync(count, throttle, folder, Path.Combine(folder, $"{name}.jsonl"));
        FleetFigures.Show(name, count, throttle, fleet);
        return fleet;
    }

    // One handshake for each device is the least; those that were refused or lost had to be made again.
    private static void ShowRatio(string name, MixedFleet fleet, int count, double[] arithmetic)
    {
        double cpu = fleet.ProcessorTime.TotalMilliseconds / count;
        double first = fleet.Handshakes(SecurityVersion.Security1), second = fleet.Handshakes(SecurityVersion.Security2);
        double made = ((first * arithmetic[0]) + (second * arithmetic[1])) / count;
        Console.WriteLine(
            $"{name}: {cpu:0.00} ms a device, {cpu / arithmetic.Average():0.00} x the arithmetic of one handshake, "
            + $"{cpu / made:0.00} x that of the {(first + second) / count:0.00} that were made ({made:0.00} ms)");
    }

    // One after the other, without a journal: what a script with foreach does.
    private static async Task SequentialAsync(int count, string folder)
    {
        MixedFleet loop = await MixedFleet.RunAsync(count, throttle: 1, folder, journalPath: null);
        Console.WriteLine(
            $"one after the other: {loop.Elapsed.TotalSeconds:0.00} s, {count / loop.Elapsed.TotalSeconds:0.0} devices/s, {loop.Results.Count(result => result.Status is FleetStatus.Connected)} connected");
    }

    // Whole handshakes with a virtual device, less the device's half and the link: the client's scheme alone.
    private static async Task<double> HandshakeAsync(SecurityVersion version)
    {
        const int Warm = 20;
        const int Rounds = 60;
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            new VirtualDeviceOptions { SecurityVersion = version, ProofOfPossession = PlannedDevice.RightSecret }, CancellationToken.None);
        var costs = new List<double>();
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
                costs.Add((Stopwatch.GetElapsedTime(start) - away).TotalMilliseconds);
        }

        // The median, because the machine has other things to do as well.
        costs.Sort();
        return costs[Rounds / 2];
    }

    private readonly record struct DeviceCapabilityOf(byte[] Reply)
    {
        public Discovery.DeviceCapability Value => Discovery.DeviceCapability.Parse(Reply);
    }
}
