using EspProv.Devices;
using EspProv.Host.Bluetooth;
using EspProv.Host.Wifi;
using EspProv.Transports;
using EspProv.Transports.Console;
using EspProv.Transports.Gatt;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Discovery;

/// <summary>Makes the link to a device.</summary>
internal static class TransportFactory
{
    // For joining the access point and getting an address.
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(45);

    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>, <see cref="ProvisioningErrorReason.InvalidAddress"/>.
    /// </exception>
    internal static ITransport Create(ProvisioningDevice device, LinkSettings settings) =>
        device.Transport switch
        {
            ProvisioningTransport.SoftAP when device.GetAccessPointSsid() is { } accessPoint => new SoftApTransport(
                HostWifiPlatform.Create(),
                accessPoint,
                settings.SoftApKey?.Copy(),
                device.Address,
                JoinTimeoutFor(settings),
                HttpOptions(settings)),
            ProvisioningTransport.SoftAP => new HttpTransport(device.Address, HttpOptions(settings)),
            ProvisioningTransport.Ble => new GattTransport(
                BluetoothPlatform.CreateHost().CreateLink(device.Address, settings.Adapter ?? device.Adapter),
                new GattTransportOptions
                {
                    ServiceUuid = KnownService(device),
                    Pairing = settings.Pair ? GattPairing.Always : GattPairing.WhenAsked,
                    ConnectTimeout = settings.ConnectTimeout ?? DefaultTimeouts.GattConnect,
                    ExchangeTimeout = settings.ExchangeTimeout,
                }),
            ProvisioningTransport.Serial => new SerialTransport(
                device.Address,
                new SerialTransportOptions
                {
                    BaudRate = settings.BaudRate,
                    LineLimit = settings.LineLimit,
                    ConnectTimeout = settings.ConnectTimeout ?? DefaultTimeouts.SerialConnect,
                    ExchangeTimeout = settings.ExchangeTimeout,
                }),
            ProvisioningTransport.Console => new ConsoleTransport(device.Address, new HostConsoleInteraction(), KnownService(device)),
            _ => throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable,
                $"{device.Name} is reached over {device.Transport}, which is not available on this machine."),
        };

    // A longer -ConnectTimeout applies to joining too.
    private static TimeSpan JoinTimeoutFor(LinkSettings settings) =>
        settings.ConnectTimeout > JoinTimeout ? settings.ConnectTimeout.Value : JoinTimeout;

    private static HttpTransportOptions HttpOptions(LinkSettings settings) => new()
    {
        ConnectTimeout = settings.ConnectTimeout ?? DefaultTimeouts.HttpConnect,
        ExchangeTimeout = settings.ExchangeTimeout,
        BodyLimit = settings.BodyLimit,
    };

    // A custom service is known only when it is the only advertised one; otherwise the transport searches for it.
    private static Guid? KnownService(ProvisioningDevice device)
    {
        List<Guid> advertised = [.. device.ServiceUuids.Where(text => Guid.TryParse(text, out _)).Select(Guid.Parse)];
        return advertised.Where(ProvisioningService.KnownUuids.Contains).Concat(advertised.Count == 1 ? advertised : [])
            .Select(uuid => (Guid?)uuid).FirstOrDefault();
    }
}
