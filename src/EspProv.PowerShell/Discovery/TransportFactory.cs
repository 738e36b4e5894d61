using EspProv.Devices;
using EspProv.Host.Bluetooth;
using EspProv.Host.Wifi;
using EspProv.Transports;
using EspProv.Transports.Console;
using EspProv.Transports.Gatt;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Discovery;

/// <summary>Makes the link that a device is reached by.</summary>
internal static class TransportFactory
{
    private static readonly TimeSpan HttpConnectTimeout = TimeSpan.FromSeconds(10);

    // The device has to be heard, connected, and asked for its services and their names.
    private static readonly TimeSpan BleConnectTimeout = TimeSpan.FromSeconds(30);

    // Joining a network, address and all.
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan SerialConnectTimeout = TimeSpan.FromSeconds(5);

    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>, <see cref="ProvisioningErrorReason.InvalidAddress"/>.
    /// </exception>
    internal static ITransport Create(ProvisioningDevice device, LinkSettings settings) =>
        device.Transport switch
        {
            ProvisioningTransport.SoftAP when device.GetAccessPointSsid() is { } accessPoint => new SoftApTransport(
                HostWifiPlatform.Create(), accessPoint, settings.SoftApKey?.Copy(), device.Address, JoinTimeoutFor(settings), HttpOptions(settings)),
            ProvisioningTransport.SoftAP => new HttpTransport(device.Address, HttpOptions(settings)),
            ProvisioningTransport.Ble => new GattTransport(
                BluetoothPlatform.CreateHost().CreateLink(device.Address, settings.Adapter ?? device.Adapter),
                new GattTransportOptions
                {
                    ServiceUuid = KnownService(device),
                    Pairing = settings.Pair ? GattPairing.Always : GattPairing.WhenAsked,
                    ConnectTimeout = settings.ConnectTimeout ?? BleConnectTimeout,
                    ExchangeTimeout = settings.ExchangeTimeout,
                }),
            ProvisioningTransport.Serial => new SerialTransport(
                device.Address,
                new SerialTransportOptions
                {
                    BaudRate = settings.BaudRate,
                    LineLimit = settings.LineLimit,
                    ConnectTimeout = settings.ConnectTimeout ?? SerialConnectTimeout,
                    ExchangeTimeout = settings.ExchangeTimeout,
                }),
            ProvisioningTransport.Console => new ConsoleTransport(device.Address, new HostConsoleInteraction(), KnownService(device)),
            _ => throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable,
                $"{device.Name} is reached over {device.Transport}, which is not available on this machine."),
        };

    // Whoever allows a connection more time than that has a slow network.
    private static TimeSpan JoinTimeoutFor(LinkSettings settings) => settings.ConnectTimeout > JoinTimeout ? settings.ConnectTimeout.Value : JoinTimeout;

    private static HttpTransportOptions HttpOptions(LinkSettings settings) => new()
    {
        ConnectTimeout = settings.ConnectTimeout ?? HttpConnectTimeout,
        ExchangeTimeout = settings.ExchangeTimeout,
        BodyLimit = settings.BodyLimit,
    };

    // An application's own service is known only where nothing else is advertised; the transport looks for it otherwise.
    private static Guid? KnownService(ProvisioningDevice device)
    {
        List<Guid> advertised = [.. device.ServiceUuids.Where(text => Guid.TryParse(text, out _)).Select(Guid.Parse)];
        return advertised.Where(ProvisioningService.KnownUuids.Contains).Concat(advertised.Count == 1 ? advertised : [])
            .Select(uuid => (Guid?)uuid).FirstOrDefault();
    }
}

/// <summary>How to make a link.</summary>
/// <param name="ConnectTimeout">How long connecting may take; null for what is usual for the transport.</param>
/// <param name="ExchangeTimeout">How long one request and its reply may take.</param>
internal sealed record LinkSettings(TimeSpan? ConnectTimeout, TimeSpan ExchangeTimeout)
{
    /// <summary>The Bluetooth adapter to use; null for the one that heard the device, or the default one.</summary>
    public string? Adapter { get; init; }

    /// <summary>Pair right after connecting over Bluetooth.</summary>
    public bool Pair { get; init; }

    /// <summary>The key of the device's access point, where this machine joins it; null for an open one. Stays the caller's.</summary>
    public Secret? SoftApKey { get; init; }

    /// <summary>The speed of a serial port, in bits per second.</summary>
    public int BaudRate { get; init; } = 115200;

    /// <summary>The size of the line buffer of a device's serial console, in bytes.</summary>
    public int LineLimit { get; init; } = 256;

    /// <summary>The size of a device's buffer for the body of an HTTP request, in bytes.</summary>
    public int BodyLimit { get; init; } = HttpTransportOptions.StockBodyLimit;
}
