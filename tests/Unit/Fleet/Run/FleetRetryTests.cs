using EspProv.Fleet.Run;

namespace EspProv.Tests.Fleet.Run;

public class FleetRetryTests
{
    [Theory]
    [InlineData(ProvisioningErrorReason.WrongCredentials)]
    [InlineData(ProvisioningErrorReason.ProofOfPossessionRequired)]
    [InlineData(ProvisioningErrorReason.UsernamePasswordRequired)]
    [InlineData(ProvisioningErrorReason.SecurityDowngrade)]
    [InlineData(ProvisioningErrorReason.InvalidPassphrase)]
    [InlineData(ProvisioningErrorReason.EndpointNotFound)]
    [InlineData(ProvisioningErrorReason.TransportUnavailable)]
    public void What_stays_wrong_is_not_tried_again(ProvisioningErrorReason reason) =>
        Assert.False(FleetRetry.CanHelp(new ProvisioningException(reason, "")));

    [Theory]
    [InlineData(ProvisioningErrorReason.DeviceUnreachable)]
    [InlineData(ProvisioningErrorReason.ConnectTimeout)]
    [InlineData(ProvisioningErrorReason.ExchangeTimeout)]
    [InlineData(ProvisioningErrorReason.SessionLost)]
    [InlineData(ProvisioningErrorReason.DecryptionFailed)]
    public void What_may_pass_is_tried_again(ProvisioningErrorReason reason) =>
        Assert.True(FleetRetry.CanHelp(new ProvisioningException(reason, "")));

    [Theory]
    [InlineData(DeviceStatus.TooManySessions, true)]
    [InlineData(DeviceStatus.InternalError, true)]
    [InlineData(DeviceStatus.InvalidArgument, false)]
    public void A_busy_device_is_tried_again_and_one_that_refuses_a_value_is_not(DeviceStatus status, bool helps) =>
        Assert.Equal(helps, FleetRetry.CanHelp(new ProvisioningException(ProvisioningErrorReason.DeviceError, "") { DeviceStatus = status }));

    [Fact]
    public void Waits_double_are_capped_and_are_spread()
    {
        var options = new FleetOptions { RetryDelay = TimeSpan.FromSeconds(2), LongestDelay = TimeSpan.FromSeconds(10) };
        for (int attempts = 1; attempts <= 50; attempts++)
        {
            double middle = Math.Min(2 * Math.Pow(2, attempts - 1), 10);
            Assert.InRange(FleetRetry.Delay(options, attempts).TotalSeconds, middle * 0.75, middle * 1.25);
        }

        Assert.True(Enumerable.Range(0, 20).Select(_ => FleetRetry.Delay(options, 1)).Distinct().Count() > 1);
    }
}
