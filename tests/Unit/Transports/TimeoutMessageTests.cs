using EspProv.Tests.Support;
using EspProv.Tests.Transports.Gatt;
using EspProv.Transports.Gatt;

namespace EspProv.Tests.Transports;

/// <summary>Timeouts in messages are written with a point on a machine that writes decimals with a comma.</summary>
[UnderCulture("de-DE")]
public sealed class TimeoutMessageTests
{
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("connect", "24:0A:C4:26:1F:CC could not be connected over Bluetooth within 0.15 s.")]
    [InlineData("read", "24:0A:C4:26:1F:CC did not answer 'prov-session' within 0.15 s.")]
    public async Task A_timeout_over_Bluetooth_is_told_with_a_point(string step, string message)
    {
        var link = InMemoryGattLink.To(("prov-session", request => request), ("proto-ver", request => request));
        link.Step = (operation, _, token) => operation == step ? InMemoryGattLink.Hang(token) : Task.CompletedTask;
        var options = new GattTransportOptions { ConnectTimeout = step == "connect" ? Brief : Ample, ExchangeTimeout = Brief };
        await using var transport = new GattTransport(link, options);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(async () =>
        {
            await transport.OpenAsync(default);
            await transport.ExchangeAsync("prov-session", new byte[] { 1 }, default);
        });
        Assert.Equal(message, error.Message);
    }
}
