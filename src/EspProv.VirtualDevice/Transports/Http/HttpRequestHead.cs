using System.Globalization;
using System.Text;

namespace EspProv.Virtual.Transports.Http;

/// <summary>A request line and its headers, as far as the device's HTTP server uses them.</summary>
/// <param name="Method">The method.</param>
/// <param name="Uri">The URI as it was sent, with its query string.</param>
/// <param name="ContentLength">Length of the body; 0 if absent.</param>
/// <param name="Cookie">The whole Cookie header, or null.</param>
internal sealed record HttpRequestHead(string Method, string Uri, long ContentLength, string? Cookie)
{
    /// <summary>The longest URI, in bytes.</summary>
    public const int MaximumUriLength = 512;

    /// <summary>The longest head, in bytes.</summary>
    public const int MaximumLength = 1024;

    private static readonly string[] Methods =
    [
        "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE", "COPY", "LOCK", "MKCOL", "MOVE", "PROPFIND",
        "PROPPATCH", "SEARCH", "UNLOCK",
    ];

    private static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    /// <summary>The endpoint's name, including a query string, which does not affect whether the URI exists.</summary>
    public string Endpoint => Uri[1..];

    /// <summary>The URI without its query string.</summary>
    public string Path => Uri.Split('?', 2)[0];

    /// <summary>Parses the bytes received so far.</summary>
    /// <param name="received">The bytes so far.</param>
    /// <param name="length">The length of the head, if complete.</param>
    /// <param name="error">The error, if any.</param>
    /// <returns>The head, or null if it is invalid or incomplete.</returns>
    public static HttpRequestHead? TryParse(ReadOnlySpan<byte> received, out int length, out HttpError? error)
    {
        length = 0;
        error = Fault(received);
        if (error is not null)
            return null;

        int end = received.IndexOf(End);
        if (end < 0)
        {
            if (received.Length >= MaximumLength)
                error = received.Contains((byte)'\n') ? HttpError.RequestHeaderFieldsTooLarge : HttpError.UriTooLong;
            return null;
        }

        length = end + End.Length;
        HttpRequestHead? head = length > MaximumLength ? null : Parse(Encoding.Latin1.GetString(received[..end]));
        if (head is null)
            error = length > MaximumLength ? HttpError.RequestHeaderFieldsTooLarge : HttpError.BadRequest;
        return head;
    }

    // Errors that show before the head is complete: no method at the start, or a URI that is too long.
    private static HttpError? Fault(ReadOnlySpan<byte> received)
    {
        int space = received.IndexOf((byte)' ');
        string method = Encoding.Latin1.GetString(space < 0 ? received : received[..space]);
        bool possible = space < 0 ? Methods.Any(known => known.StartsWith(method, StringComparison.Ordinal)) : Methods.Contains(method);
        if (!possible)
            return HttpError.BadRequest;
        if (space < 0)
            return null;

        ReadOnlySpan<byte> uri = received[(space + 1)..];
        int uriEnd = uri.IndexOfAny((byte)' ', (byte)'\r', (byte)'\n');
        return (uriEnd < 0 ? uri.Length : uriEnd) > MaximumUriLength ? HttpError.UriTooLong : null;
    }

    private static HttpRequestHead? Parse(string head)
    {
        string[] lines = head.Split("\r\n");
        string[] request = lines[0].Split(' ');
        if (request.Length != 3 || !request[1].StartsWith('/') || request[2] is not ("HTTP/1.1" or "HTTP/1.0"))
            return null;

        long contentLength = 0;
        string? cookie = null;
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
                return null;
            string name = line[..colon];
            string value = line[(colon + 1)..].Trim(' ', '\t');
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out contentLength))
            {
                return null;
            }

            if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
                cookie ??= value;
        }

        return new HttpRequestHead(request[0], request[1], contentLength, cookie);
    }
}
