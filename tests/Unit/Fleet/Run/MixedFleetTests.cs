using System.Diagnostics;

namespace EspProv.Tests.Fleet.Run;

/// <summary>The whole scale at once: a thousand devices of every kind, in processes of their own.</summary>
public sealed class MixedFleetTests
{
    [Fact]
    public async Task A_thousand_mixed_devices_have_their_right_outcome_once_each_in_memory_that_does_not_grow()
    {
        using Process rig = FleetRigProcess.Start("check", "1000", "64");
        string figures = await rig.StandardOutput.ReadToEndAsync();
        await rig.WaitForExitAsync();

        Assert.True(rig.ExitCode == 0, figures);
    }
}
