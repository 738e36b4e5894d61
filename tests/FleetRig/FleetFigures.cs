using EspProv.Fleet;

namespace EspProv.FleetRig;

/// <summary>Prints a fleet's figures.</summary>
internal static class FleetFigures
{
    private const double Megabyte = 1 << 20;

    public static void Show(string name, int count, int throttle, MixedFleet fleet)
    {
        TimeSpan time = fleet.Elapsed;
        Console.WriteLine(
            $"{name}: {count} devices, {throttle} at once: {time.TotalSeconds:0.00} s, {count / time.TotalSeconds:0} devices/s; "
            + $"{fleet.Wrong.Count} wrong, {fleet.Lost} lost, {fleet.Doubled} doubled");
        foreach (string wrong in fleet.Wrong)
            Console.WriteLine($"  {wrong}");
        foreach (
            IGrouping<(FleetStatus Status, string? Reason), FleetResult> group in fleet.Results.GroupBy(
                result => (result.Status, result.Reason))
                .OrderByDescending(group => group.Count()))
        {
            Console.WriteLine(
                $"  {group.Count(),5} {group.Key.Status} {group.Key.Reason}, attempts "
                + $"{group.Min(result => result.Attempts)}-{group.Max(result => result.Attempts)}");
        }

        Console.WriteLine(
            $"  processor: {fleet.ProcessorTime.TotalMilliseconds / count:0.00} ms a device; {fleet.ProcessorTime / time:0.00} cores "
            + $"here, {fleet.DevicesProcessorTime / time:0.00} in the devices' process");
        foreach (MemorySample sample in fleet.Memory)
            Console.WriteLine($"  {sample.Done}: heap {sample.Heap / Megabyte:0.0} MB, process {sample.Process / Megabyte:0} MB");
    }
}
