using EspProv.Transports.Http;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Discovery;

/// <summary>Settings of a link.</summary>
/// <param name="ConnectTimeout">How long connecting may take; null for the transport's default.</param>
/// <param name="ExchangeTimeout">How long one request and its reply may take.</param>
internal sealed record LinkSettings(TimeSpan? ConnectTimeout, TimeSpan ExchangeTimeout)
{
    /// <summary>The Bluetooth adapter to use; null for the one that found the device, or the default one.</summary>
    public string? Adapter { get; init; }

    /// <summary>Pair right after connecting over Bluetooth.</summary>
    public bool Pair { get; init; }

    /// <summary>The key of the device's access point, if this machine joins it; null for an open one. The caller disposes of it.</summary>
    public Secret? SoftApKey { get; init; }

    /// <summary>The speed of a serial port, in bits per second.</summary>
    public int BaudRate { get; init; } = SerialTransportOptions.StockBaudRate;

    /// <summary>The size of the line buffer of a device's serial console, in bytes.</summary>
    public int LineLimit { get; init; } = SerialTransportOptions.StockLineLimit;

    /// <summary>The size of a device's buffer for the body of an HTTP request, in bytes.</summary>
    public int BodyLimit { get; init; } = HttpTransportOptions.StockBodyLimit;
}
