using EspProv.Fleet;
using EspProv.Virtual;

namespace EspProv.Tests.Fleet.Run;

/// <summary>What a row makes of devices that have a past.</summary>
public class FleetDeviceRunTests
{
    [Fact]
    public async Task A_failure_from_before_the_reset_is_not_taken_for_the_outcome_of_an_Apply_that_was_lost()
    {
        bool isLossy = false;
        int configs = 0;
        var options = new VirtualDeviceOptions
        {
            ConnectDelay = TimeSpan.Zero,

            // Status, then set and Apply three times, of which each Apply is lost on its way.
            Faults = request => isLossy && request.Endpoint == "prov-config" && ++configs is 3 or 5 or 7 ? new VirtualFault(VirtualFaultKind.DropRequest) : VirtualFault.None,
        };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        FleetResult first = await RunAsync(device, "not-the-passphrase");
        Assert.Equal((FleetStatus.Failed, "AuthError"), (first.Status, first.Reason));

        isLossy = true;
        FleetResult second = await RunAsync(device, "mypassword");
        Assert.Equal((FleetStatus.Connected, 2), (second.Status, second.Attempts));
    }

    private static Task<FleetResult> RunAsync(VirtualDevice device, string passphrase) =>
        SingleRow.RunAsync(StockRow.Of(device.Address, passphrase: passphrase), journal: null);
}
