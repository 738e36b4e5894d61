using System.Diagnostics;

namespace EspProv.Tests.Fleet.Run;

/// <summary>The fleet rig, which is built beside the tests, as a process of its own.</summary>
internal static class FleetRigProcess
{
    public static Process Start(params string[] arguments)
    {
        string output = AppContext.BaseDirectory.Replace($"{Path.DirectorySeparatorChar}Unit{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}FleetRig{Path.DirectorySeparatorChar}", StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(output, "EspProv.FleetRig.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start)!;
    }
}
