namespace EspProv.Virtual.Transports.Http;

/// <summary>An answer of the device's HTTP server that is not 200; each closes the connection (PROTOCOL.md §6).</summary>
/// <param name="Status">Code and phrase.</param>
/// <param name="Body">What it says.</param>
internal sealed record HttpError(string Status, string Body)
{
    public static HttpError BadRequest { get; } = new("400 Bad Request", "Bad request syntax");

    public static HttpError NotFound { get; } = new("404 Not Found", "Nothing matches the given URI");

    public static HttpError MethodNotAllowed { get; } = new("405 Method Not Allowed", "Specified method is invalid for this resource");

    public static HttpError RequestTimeout { get; } = new("408 Request Timeout", "Server closed this connection");

    public static HttpError UriTooLong { get; } = new("414 URI Too Long", "URI is too long");

    public static HttpError RequestHeaderFieldsTooLarge { get; } = new("431 Request Header Fields Too Large", "Header fields are too long");
}
