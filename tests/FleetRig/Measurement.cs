using System.Globalization;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports.Http;
using EspProv.Virtual;
using EspProv.Wire;

namespace EspProv.FleetRig;

/// <summary>The figures of a fleet: throughput, processor time per device, memory over the run, and a plain loop for comparison.</summary>
internal static class Measurement
{
    public static async Task<int> RunAsync(int count, int throttle)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        string folder = Directory.CreateTempSubdirectory("espprov-rig").FullName;
        try
        {
            // By the second run the JIT has optimised the hot code, which costs as much as hundreds of devices.
            MixedFleet first = await FleetAsync("first fleet", count, throttle, folder);
            MixedFleet second = await FleetAsync("second fleet", count, throttle, folder);
            double[] arithmetic = [await HandshakeAsync(SecurityVersion.Security1), await HandshakeAsync(SecurityVersion.Security2)];
            Console.WriteLine(
                $"handshake arithmetic, client's half: security 1 {arithmetic[0]:0.00} ms, security 2 {arithmetic[1]:0.00} ms, mean "
                + $"{arithmetic.Average():0.00} ms");
            ShowRatio("first fleet", first, count, arithmetic);
            ShowRatio("second fleet", second, count, arithmetic);
            await SequentialAsync(count, folder);
            return first.Wrong.Count + second.Wrong.Count == 0 ? 0 : 1;
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

    // At least one handshake per device; refused or lost ones were repeated.
    private static void ShowRatio(string name, MixedFleet fleet, int count, double[] arithmetic)
    {
        double cpu = fleet.ProcessorTime.TotalMilliseconds / count;
        double first = fleet.Handshakes(SecurityVersion.Security1), second = fleet.Handshakes(SecurityVersion.Security2);
        double made = ((first * arithmetic[0]) + (second * arithmetic[1])) / count;
        Console.WriteLine(
            $"{name}: {cpu:0.00} ms a device, {cpu / arithmetic.Average():0.00} x the arithmetic of one handshake, "
            + $"{cpu / made:0.00} x that of the {(first + second) / count:0.00} that were made ({made:0.00} ms)");
    }

    // Sequentially, without a journal, as a script with foreach.
    private static async Task SequentialAsync(int count, string folder)
    {
        MixedFleet loop = await MixedFleet.RunAsync(count, throttle: 1, folder, journalPath: null);
        Console.WriteLine(
            $"one after the other: {loop.Elapsed.TotalSeconds:0.00} s, {count / loop.Elapsed.TotalSeconds:0.0} devices/s, "
            + $"{loop.Results.Count(result => result.Status is FleetStatus.Connected)} connected");
    }

    // Records a handshake, then replays the client's half: with the same random numbers it makes the same requests, so the recorded replies
    // fit. This measures the processor time of the scheme's arithmetic.
    private static async Task<double> HandshakeAsync(SecurityVersion version)
    {
        const int Rounds = 200;
        using var credential = new SecurityCredential
        {
            ProofOfPossession = Secret.FromUtf8(PlannedDevice.RightSecret),
            Username = PlannedDevice.Username,
            Password = Secret.FromUtf8(PlannedDevice.RightSecret),
        };
        var replies = new List<byte[]>();
        DeviceCapability capability;
        VirtualDevice device = await VirtualDevice.StartAsync(
            new VirtualDeviceOptions { SecurityVersion = version, ProofOfPossession = PlannedDevice.RightSecret }, CancellationToken.None);
        await using (device)
        {
            await using var transport = new HttpTransport(device.Address);
            await transport.OpenAsync(CancellationToken.None);
            capability = DeviceCapability.Parse(
                await transport.ExchangeAsync(EndpointNames.Version, "ESP"u8.ToArray(), CancellationToken.None));
            await EstablishAsync(async (request, token) =>
            {
                replies.Add(await transport.ExchangeAsync(EndpointNames.Session, request, token));
                return replies[^1];
            });
        }

        TimeSpan before = Environment.CpuUsage.TotalTime;
        for (int round = 0; round < Rounds; round++)
        {
            int step = 0;
            await EstablishAsync((_, _) => Task.FromResult(replies[step++]));
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Rounds;

        async Task EstablishAsync(HandshakeExchange exchange)
        {
            using ISecurityScheme scheme = SecuritySchemeFactory.Create(
                SecurityNegotiation.Choose(
                    capability,
                    version,
                    credential,
                    allowUnencrypted: false), credential, capability.SecurityPatchVersion, new SameRandom());
            await scheme.EstablishAsync(exchange, CancellationToken.None);
        }
    }

    private sealed class SameRandom : IRandomSource
    {
        public void Fill(Span<byte> buffer) => buffer.Fill(0x5A);
    }
}
