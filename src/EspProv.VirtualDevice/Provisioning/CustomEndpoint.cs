using System.Globalization;
using EspProv.Virtual.Protocomm;
using EspProv.Virtual.Worlds;
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

    /// <summary>The endpoint for a fixed address, by the convention of docs/FLEETS.md.</summary>
    public const string IpConfigName = "ip-config";

    /// <summary>The endpoint for the login of an Enterprise network, by the convention of docs/FLEETS.md.</summary>
    public const string EapConfigName = "eap-config";

    /// <summary>The endpoint of a name: one of those of the convention, or another, which echoes the request.</summary>
    public static EndpointHandler Of(string name, MonitorLog log, NetworkSettings settings) => name switch
    {
        IpConfigName => Take(log, name, settings.SetIp),
        EapConfigName => Take(log, name, settings.SetEap),
        _ => Echo(log, name),
    };

    // What cannot be used is not answered: the session ends, and whoever sent it learns that.
    private static EndpointHandler Take(MonitorLog log, string name, Setter set) => (request, _) =>
    {
        if (set(request.Span) is { } error)
        {
            log.Error("app", $"{name}: {error}");
            return Task.FromResult<byte[]?>(null);
        }

        log.Info("app", $"Received {name}");
        return Task.FromResult<byte[]?>("SUCCESS\0"u8.ToArray());
    };

    private static EndpointHandler Echo(MonitorLog log, string name) => (request, _) =>
    {
        log.Info("app", string.Create(CultureInfo.InvariantCulture, $"Received {request.Length} bytes on {name}"));
        return Task.FromResult<byte[]?>(request.ToArray());
    };

    private delegate string? Setter(ReadOnlySpan<byte> json);
}
