using EspProv.Discovery;
using EspProv.Transports;

namespace EspProv.Commands.Abstractions;

/// <summary>Makes the link that a device is reached by.</summary>
internal static class TransportFactory
{
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>, <see cref="ProvisioningErrorReason.InvalidAddress"/>.
    /// </exception>
    internal static ITransport Create(ProvisioningDevice device, TimeSpan connectTimeout, TimeSpan exchangeTimeout) =>
        device.Transport switch
        {
            ProvisioningTransport.SoftAP => new HttpTransport(
                device.Address,
                new HttpTransportOptions { ConnectTimeout = connectTimeout, ExchangeTimeout = exchangeTimeout }),
            _ => throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable,
                $"{device.Name} is reached over {device.Transport}, which is not available on this machine."),
        };
}
