using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EspProv.Transports.Http;

/// <summary>A host and port, parsed from user input.</summary>
internal sealed class HttpDeviceAddress
{
    private const int DefaultPort = 80;

    // The limit of DNS; the resolver throws on longer names.
    private const int MaxHostLength = 253;

    private HttpDeviceAddress(string host, int port)
    {
        Host = host;
        Port = port;
        bool isV6 = IPAddress.TryParse(host, out IPAddress? ip) && ip.AddressFamily == AddressFamily.InterNetworkV6;
        string shown = isV6 ? $"[{host}]" : host;
        Display = port == DefaultPort ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown}:{port}");

        // A zone (fe80::1%eth0) is local to this host: the socket needs it, the request must not contain it.
        string authority = isV6 ? $"[{host.Split('%')[0]}]" : host;
        BaseUri = new UriBuilder(Uri.UriSchemeHttp, authority, port).Uri;
    }

    /// <summary>A name or an IP address, without brackets.</summary>
    public string Host { get; }

    public int Port { get; }

    /// <summary>The form for messages: with the port only if it is not 80.</summary>
    public string Display { get; }

    public Uri BaseUri { get; }

    /// <summary>Where to connect to.</summary>
    public EndPoint EndPoint => IPAddress.TryParse(Host, out IPAddress? ip) ? new IPEndPoint(ip, Port) : new DnsEndPoint(Host, Port);

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]:port</c>, a bare IPv6 address, or an http:// URL without a path.</summary>
    public static HttpDeviceAddress Parse(string address)
    {
        string text = address.Trim();
        const string Scheme = "http://";
        if (text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            throw Invalid(address, "devices speak plain HTTP, not https; give the host alone, or http://host");
        if (text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            text = text[Scheme.Length..];
            if (text.EndsWith('/'))
                text = text[..^1];
        }

        if (text.IndexOf('/', StringComparison.Ordinal) > 0)
            throw Invalid(address, "give the host without a path: the endpoints behind it are known");

        string host = text;
        int port = DefaultPort;
        bool bracketed = text.StartsWith('[');
        int colon = text.LastIndexOf(':');
        bool isBareV6 = !bracketed && colon != text.IndexOf(':', StringComparison.Ordinal);
        if (!isBareV6 && colon > text.LastIndexOf(']'))
        {
            host = text[..colon];
            if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)
                throw Invalid(address, "the port is not a number from 1 to 65535");
        }

        if (bracketed)
        {
            if (!host.EndsWith(']'))
                throw Invalid(address, "the bracket is not closed");
            host = host[1..^1];
        }

        if (host.Length == 0)
            throw Invalid(address, "there is no host in it");
        if (bracketed || isBareV6)
        {
            // IPAddress.TryParse also accepts brackets and a port.
            if (host.Contains('[') || !IPAddress.TryParse(host, out IPAddress? ip) || ip.AddressFamily != AddressFamily.InterNetworkV6)
                throw Invalid(address, "it is not a valid IPv6 address");
        }
        else if (host.Length > MaxHostLength || Uri.CheckHostName(host) is UriHostNameType.Unknown || IsMalformedV4(host))
        {
            throw NoHostName(address);
        }

        try
        {
            var parsed = new HttpDeviceAddress(host, port);
            _ = parsed.BaseUri.IdnHost; // Computed on demand when a request is sent.
            return parsed;
        }
        catch (UriFormatException)
        {
            // Names that pass the check but are invalid in a URI.
            throw NoHostName(address);
        }
    }

    // A name whose last label is a number is an IPv4 address or nothing (RFC 3696 §2), such as a date of a spreadsheet.
    private static bool IsMalformedV4(string host)
    {
        string[] labels = host.TrimEnd('.').Split('.');
        return !labels[^1].AsSpan().ContainsAnyExceptInRange('0', '9') && (labels.Length != 4 || !IPAddress.TryParse(host, out _));
    }

    private static ProvisioningException NoHostName(string address) =>
        Invalid(address, "that is not a host name; expected host, host:port, [IPv6]:port or http://host:port");

    private static ProvisioningException Invalid(string address, string why) =>
        new(ProvisioningErrorReason.InvalidAddress, $"'{address}' cannot be used as the address of a device over HTTP: {why}.");
}
