using EspProv.Transports.Gatt;

namespace EspProv.Tests.Transports.Gatt;

public sealed class BluetoothAddressTests
{
    [Theory]
    [InlineData("24:0a:c4:26:1f:cc")]
    [InlineData("24-0A-C4-26-1F-CC")]
    [InlineData(" 240ac4261fcc ")]
    public void Every_common_notation_becomes_the_one(string text) => Assert.Equal("24:0A:C4:26:1F:CC", BluetoothAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("PROV_261FCC")]
    [InlineData("24:0a:c4:26:1f")]
    [InlineData("24:0a:c4:26:1f:cc:00")]
    [InlineData("24:0a-c4:26:1f:cc")]
    [InlineData("24:0a:c4:26:1f:cg")]
    [InlineData("2:40:ac:42:61:fcc")]
    [InlineData("+4:0a:c4:26:1f:cc")]
    [InlineData("192.168.4.1")]
    public void Anything_else_is_refused(string text) =>
        Assert.Equal(ProvisioningErrorReason.InvalidAddress, Assert.Throws<ProvisioningException>(() => BluetoothAddress.Parse(text)).Reason);

    [Fact]
    public void A_characteristic_is_the_service_with_digits_5_to_8_replaced()
    {
        Guid characteristic = ProvisioningService.Characteristic(new Guid("021a9004-0382-4aea-bff4-6b3f1c5adfb4"), 0xFF51);
        Assert.Equal("021aff51-0382-4aea-bff4-6b3f1c5adfb4", characteristic.ToString());
        Assert.Equal(0xFF51, ProvisioningService.NumberOf(characteristic));
        Assert.Equal("0000ffff-0000-1000-8000-00805f9b34fb", ProvisioningService.Firmware40.ToString());
    }
}
