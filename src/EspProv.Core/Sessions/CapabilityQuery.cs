using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>Reads a device's <c>proto-ver</c>, which needs no session and is not authenticated.</summary>
internal static class CapabilityQuery
{
    /// <summary>Any bytes work; these are sent by one of the vendor's phone apps (PROTOCOL.md §1).</summary>
    private static readonly byte[] Request = "ESP"u8.ToArray();

    /// <summary>Opens the transport and reads the reply. The query is idempotent: after a lost link it is retried once.</summary>
    /// <param name="transport">The transport; it stays open.</param>
    /// <param name="parse">Parses the reply.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="notify">Receives a notice of each exchange; null for none.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<DeviceCapability> ReadAsync(
        ITransport transport,
        Func<byte[], DeviceCapability> parse,
        TimeProvider timeProvider,
        Action<SessionNotice>? notify,
        CancellationToken cancellationToken)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            await transport.OpenAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return parse(await transport.ExchangeAsync(EndpointNames.Version, Request, timeProvider, notify, cancellationToken)
                    .ConfigureAwait(false));
            }
            catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.SessionLost && !isRetry)
            {
            }
            catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.EndpointNotFound)
            {
                throw new ProvisioningException(
                    ProvisioningErrorReason.NotAProvisioningDevice,
                    $"The service at {transport.Address} is not an Espressif provisioning service: {exception.Message}",
                    exception)
                { Endpoint = EndpointNames.Version };
            }
        }
    }

    /// <summary>Parses a reply. If the user named the scheme, the reply decides nothing, and an unreadable one is only a warning.</summary>
    /// <param name="reply">The reply.</param>
    /// <param name="named">The scheme that the user named; null for none.</param>
    /// <param name="notify">Receives the warning.</param>
    public static DeviceCapability Parse(byte[] reply, SecurityVersion? named, Action<SessionNotice> notify)
    {
        try
        {
            return DeviceCapability.Parse(reply);
        }
        catch (ProvisioningException exception) when (named is not null)
        {
            notify(new SessionNotice(
                $"{exception.Message} The session continues without it, because the security scheme was named.",
                SessionNoticeLevel.Warning));
            return DeviceCapability.Unreadable;
        }
    }
}
