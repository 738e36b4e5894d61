namespace EspProv.Fleet.Run;

/// <summary>What another attempt can help, and when to make it.</summary>
internal static class FleetRetry
{
    /// <summary>
    /// Whether another attempt may succeed: after a lost link, a timeout, a busy device or malformed replies, but not after a refused proof
    /// or value.
    /// </summary>
    public static bool CanHelp(ProvisioningException error) => error.Reason switch
    {
        ProvisioningErrorReason.DeviceUnreachable or
        ProvisioningErrorReason.ConnectTimeout or
        ProvisioningErrorReason.ExchangeTimeout or
        ProvisioningErrorReason.SessionLost or
        ProvisioningErrorReason.SessionClosed or
        ProvisioningErrorReason.DecryptionFailed or
        ProvisioningErrorReason.MalformedResponse or
        ProvisioningErrorReason.UnexpectedResponse or
        ProvisioningErrorReason.NotAProvisioningDevice or
        ProvisioningErrorReason.InvalidDeviceState => true,
        ProvisioningErrorReason.DeviceError => error.DeviceStatus is not DeviceStatus.InvalidArgument and not DeviceStatus.InvalidSecScheme,
        _ => false,
    };

    /// <summary>The wait after this number of attempts. It varies, so that devices that failed together are not retried together.</summary>
    public static TimeSpan Delay(FleetOptions options, int attempts)
    {
        double doubled = options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempts - 1, 20));
        double capped = Math.Min(doubled, options.LongestDelay.TotalMilliseconds);
        Span<byte> random = stackalloc byte[1];
        options.Random.Fill(random);
        return TimeSpan.FromMilliseconds(capped * (0.75 + (random[0] / 255.0 * 0.5)));
    }
}
