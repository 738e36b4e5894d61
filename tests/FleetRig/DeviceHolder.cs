using EspProv.Security;
using EspProv.Virtual;

namespace EspProv.FleetRig;

/// <summary>Virtual devices that outlive the process that provisions them.</summary>
internal static class DeviceHolder
{

    public static async Task<int> RunAsync(int count, string planPath, string kind)
    {
        var devices = new List<(int Number, VirtualDevice? Device)>();
        var plan = new List<string> { PlannedDevice.Header };
        int[] applies = new int[count + 1];
        for (int number = 1; number <= count; number++)
        {
            SecurityVersion security = PlannedDevice.SecurityOf(number);
            bool mixed = kind == "mixed";
            VirtualDevice? device = mixed && PlannedDevice.IsMissing(number)
                ? null
                : await VirtualDevice.StartAsync(Options(number, security, kind), CancellationToken.None);
            int own = number;
            if (device is not null)
            {
                device.LogWritten += line =>
                    Interlocked.Add(ref applies[own], line.Contains("Received Wi-Fi credentials", StringComparison.Ordinal) ? 1 : 0);
            }

            devices.Add((number, device));
            plan.Add(new PlannedDevice(
                number,
                $"PROV_{number:D6}",
                device?.Address ?? $"127.0.0.{2 + (number / 100 % 200)}:{1 + (number / 20000)}",
                security,
                mixed && PlannedDevice.HasWrongSecret(number) ? "wrong-secret" : PlannedDevice.RightSecret,
                mixed && PlannedDevice.HasWrongPassphrase(number) ? "wrong-passphrase" : PlannedDevice.RightPassphrase).ToLine());
        }

        await File.WriteAllLinesAsync(planPath, plan);
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is { } command)
        {
            if (command != "state")
                continue;
            foreach ((int number, VirtualDevice? device) in devices)
                Console.WriteLine($"{number} {device?.Ssid ?? "-"} {(device?.IPAddress is null ? "-" : "joined")} {applies[number]}");
            Console.WriteLine("end");
        }

        foreach ((_, VirtualDevice? device) in devices)
        {
            if (device is not null)
                await device.DisposeAsync();
        }

        return 0;
    }

    private static VirtualDeviceOptions Options(int number, SecurityVersion security, string kind)
    {
        bool lossy = kind == "mixed" && PlannedDevice.IsLossy(number);
        return new VirtualDeviceOptions
        {
            Name = $"PROV_{number:D6}",
            SecurityVersion = security,
            ProofOfPossession = PlannedDevice.RightSecret,
            Username = PlannedDevice.Username,
            Password = PlannedDevice.RightSecret,
            ConnectDelay = TimeSpan.FromMilliseconds(100),
            KeepServiceUp = kind == "staying",
            Faults = lossy ? request => Lossy(request, number) : null,
        };
    }

    // Every seventh message is lost, request or reply, at a different step for each device.
    private static VirtualFault Lossy(VirtualRequest request, int number) => (request.Number + number) % 7 != 0
        ? VirtualFault.None
        : new VirtualFault((request.Number + number) % 14 == 0 ? VirtualFaultKind.DropRequest : VirtualFaultKind.DropResponse);
}
