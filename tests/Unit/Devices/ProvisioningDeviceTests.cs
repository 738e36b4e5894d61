using EspProv.Devices;
using EspProv.Transports;

namespace EspProv.Tests.Devices;

public class ProvisioningDeviceTests
{
    [Fact]
    public void Devices_with_the_same_values_are_equal()
    {
        Assert.Equal(Make([]), Make([]));
        Assert.Equal(Make([]), new ProvisioningDevice { Name = "PROV_1", Transport = ProvisioningTransport.Ble, Address = "1" });
    }

    [Fact]
    public void Its_services_are_one_text_in_a_row_of_a_file()
    {
        Assert.Equal("a, b", Make(["a", "b"]).ServiceUuids.ToString());
        Assert.Equal("", Make([]).ServiceUuids.ToString());
    }

    private static ProvisioningDevice Make(IReadOnlyList<string> services) =>
        new() { Name = "PROV_1", Transport = ProvisioningTransport.Ble, Address = "1", ServiceUuids = services };
}
