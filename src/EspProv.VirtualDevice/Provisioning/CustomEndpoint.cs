using System.Globalization;
using EspProv.Virtual.Protocomm;
using EspProv.Wire;

namespace EspProv.Virtual.Provisioning;

/// <summary>An application's own endpoints.</summary>
internal static class CustomEndpoint
{
    /// <summary>The endpoint of the stock example.</summary>
    public const string StockName = EndpointNames.StockCustom;

    /// <summary>
    /// The stock example: logs the data and answers <c>SUCCESS</c> and a NUL. The data may be secret and is masked like a passphrase.
    /// </summary>
    public static EndpointHandler Stock(MonitorLog log, bool show) => (request, _) =>
    {
        string data = show
            ? UntrustedText.Show(request.Span)
            : string.Create(CultureInfo.InvariantCulture, $"******** ({request.Length} bytes)");
        log.Info("app", $"Received data: {data}");
        return Task.FromResult<byte[]?>("SUCCESS\0"u8.ToArray());
    };

    /// <summary>Other endpoints echo the request.</summary>
    public static EndpointHandler Echo(MonitorLog log, string name) => (request, _) =>
    {
        log.Info("app", string.Create(CultureInfo.InvariantCulture, $"Received {request.Length} bytes on {name}"));
        return Task.FromResult<byte[]?>(request.ToArray());
    };
}
