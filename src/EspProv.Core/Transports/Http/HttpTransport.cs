using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace EspProv.Transports.Http;

/// <summary>PROTOCOL.md §6: one HTTP/1.1 connection to the device.</summary>
/// <remarks>
/// <see cref="SocketsHttpHandler"/> does the framing, and the protocol's own rules fit its extension points: it opens connections only
/// through <see cref="HandOutConnectionAsync"/>, so a keep-alive connection is never replaced unnoticed; and it never repeats a request
/// after its body was begun, so a ciphertext is sent once. Both are tested against raw sockets.
/// </remarks>
public sealed class HttpTransport : ITransport
{
    /// <summary>The address of a device on its own access point (PROTOCOL.md §6).</summary>
    public const string AccessPointAddress = "192.168.4.1";

    /// <summary>The most scan entries to ask for at once: far more than a device stores.</summary>
    internal const int EntriesPerPage = 100;

    /// <summary>Channels to scan between pauses, in which the device's access point serves its stations (PROTOCOL.md §9).</summary>
    internal const int ChannelsPerGroup = 5;

    /// <summary>Far above anything a device sends (a page of 100 scan entries is about 6 KiB).</summary>
    private const int MaxResponseBody = 64 * 1024;

    private const int MaxResponseHeadersKilobytes = 8;
    private const int LinuxSocketLevel = 1;
    private const int LinuxBindToDevice = 25;
    private const string CookiePrefix = "session=";
    private const int MaxCookieDigits = 10; // A 32-bit number: the device compares no more (PROTOCOL.md §6).

    private static readonly SearchValues<char> EndpointCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@");

    private readonly HttpDeviceAddress _address;
    private readonly HttpTransportOptions _options;
    private HttpMessageInvoker? _invoker;
    private Socket? _prepared;
    private string? _cookie;

    /// <summary>
    /// Creates a link to <paramref name="address"/>: <c>host</c>, <c>host:port</c>, <c>[v6]:port</c> or an http:// URL without a path.
    /// </summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidAddress"/>.</exception>
    public HttpTransport(string address, HttpTransportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _address = HttpDeviceAddress.Parse(address);
        _options = options ?? new HttpTransportOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.BodyLimit, nameof(options));
    }

    /// <inheritdoc/>
    public string Address => _address.Display;

    /// <inheritdoc/>
    public int ScanPageSize => EntriesPerPage;

    /// <inheritdoc/>
    public int ScanGroupChannels => ChannelsPerGroup;

    /// <inheritdoc/>
    public int MaxRequestLength => _options.BodyLimit;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);

        // Connects here, not on the first request, to distinguish an unreachable device from one that does not answer.
        _prepared = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        _invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = HandOutConnectionAsync,
            ConnectTimeout = _options.ConnectTimeout,
            MaxConnectionsPerServer = 1, // The device serves one socket at a time: a second one evicts the first.
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan, // Without cookies the session ends with the connection.
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            MaxResponseHeadersLength = MaxResponseHeadersKilobytes,
            MaxResponseDrainSize = 0,
            UseCookies = false, // The device compares the whole Cookie header: it is set below.
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null, // No extra header: the device's buffer is small.
        });
    }

    /// <inheritdoc/>
    public async Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        HttpMessageInvoker invoker = _invoker ?? throw Lost(endpoint, "the link is not open", null);
        using var deadline = new Deadline(_options.ExchangeTimeout, _options.TimeProvider, cancellationToken);
        try
        {
            using HttpRequestMessage message = CreateRequest(endpoint, request);
            using HttpResponseMessage response = await invoker.SendAsync(message, deadline.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw RefusedBy(response.StatusCode, endpoint);
            RememberCookie(response.Headers);
            return await ReadBodyAsync(response.Content, endpoint, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // It is unknown what the device received, and so the state of the security session (PROTOCOL.md §1).
            await CloseAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (deadline.IsOver && exception is OperationCanceledException or HttpRequestException or IOException)
                throw TransportErrors.ExchangeTimeout(Address, endpoint, _options.ExchangeTimeout, exception);
            if (exception is HttpRequestException or IOException)
                throw Translate(exception, endpoint);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync()
    {
        Interlocked.Exchange(ref _invoker, null)?.Dispose();
        Interlocked.Exchange(ref _prepared, null)?.Dispose();
        _cookie = null;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private HttpRequestMessage CreateRequest(string endpoint, ReadOnlyMemory<byte> request)
    {
        if (endpoint.AsSpan().ContainsAnyExcept(EndpointCharacters))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.EndpointNotFound, $"'{endpoint}' cannot be the name of an endpoint over HTTP.")
            { Endpoint = endpoint };
        }

        // The device closes the connection on either without a response (PROTOCOL.md §6).
        if (request.Length is 0 || request.Length > _options.BodyLimit)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.RequestTooLarge,
                $"A request over HTTP is from 1 to {_options.BodyLimit} bytes long; this one to '{endpoint}' has {request.Length}.")
            { Endpoint = endpoint };
        }

        var content = new ReadOnlyMemoryContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_address.BaseUri, "/" + endpoint))
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/plain"));
        message.Headers.ExpectContinue = false;
        if (_cookie is { } cookie)
            message.Headers.TryAddWithoutValidation("Cookie", cookie);
        return message;
    }

    /// <summary>
    /// Returns the connection of <see cref="OpenAsync"/> first. Another one is requested only if the device closed it between two
    /// exchanges, before the next request was sent. With a cookie the session continues; without one it ended with the connection
    /// (PROTOCOL.md §6).
    /// </summary>
    private async ValueTask<Stream> HandOutConnectionAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        Socket? socket = Interlocked.Exchange(ref _prepared, null);
        if (socket is null)
        {
            if (_cookie is null)
                throw Lost(null, "the device closed the connection", null);
            socket = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        }

        return new QuickAckStream(socket);
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(_options.ConnectTimeout, _options.TimeProvider, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            BindToInterface(socket);
            await socket.ConnectAsync(_address.EndPoint, deadline.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception exception)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is OperationCanceledException or SocketException { SocketErrorCode: SocketError.TimedOut })
                throw TransportErrors.ConnectTimeout($"{Address} could not be connected to", _options.ConnectTimeout, exception);
            if (exception is SocketException refused)
            {
                throw new ProvisioningException(
                    ProvisioningErrorReason.DeviceUnreachable, $"{Address} cannot be reached: {refused.Message}.", exception);
            }

            throw;
        }
    }

    // The address sets the sender. On Linux the interface is set too, since a route through another interface could be preferred; on
    // Windows (strong host model) the sender's address determines the interface.
    private void BindToInterface(Socket socket)
    {
        if (_options.InterfaceName is { } name && OperatingSystem.IsLinux())
        {
            try
            {
                socket.SetRawSocketOption(LinuxSocketLevel, LinuxBindToDevice, Encoding.ASCII.GetBytes(name + "\0"));
            }
            catch (SocketException)
            {
                // Kernels before 5.7 allow this to root only; the address below must suffice.
            }
        }

        if (_options.LocalAddress is { } address)
            socket.Bind(new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetworkV6 ? address.MapToIPv6() : address, 0));
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, string endpoint, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxResponseBody)
            throw TooLong(endpoint);
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using var body = new MemoryStream();
            byte[] buffer = new byte[4096];
            while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and int count)
            {
                if (body.Length + count > MaxResponseBody)
                    throw TooLong(endpoint);
                body.Write(buffer, 0, count);
            }

            return body.ToArray();
        }
    }

    private void RememberCookie(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("Set-Cookie", out IEnumerable<string>? values))
            return;
        foreach (string value in values)
        {
            string pair = value.Split(';')[0].Trim();
            if (pair.StartsWith(CookiePrefix, StringComparison.Ordinal) && pair.Length <= CookiePrefix.Length + MaxCookieDigits
                && uint.TryParse(pair.AsSpan(CookiePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                _cookie = pair;
            }
        }
    }

    private ProvisioningException RefusedBy(HttpStatusCode status, string endpoint)
    {
        (ProvisioningErrorReason reason, string what) = status switch
        {
            HttpStatusCode.NotFound => (ProvisioningErrorReason.EndpointNotFound, $"has no endpoint '{endpoint}'"),
            HttpStatusCode.RequestTimeout => (ProvisioningErrorReason.ExchangeTimeout, $"gave up waiting for the request to '{endpoint}'"),
            HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.RequestUriTooLong or HttpStatusCode.RequestHeaderFieldsTooLarge =>
                (ProvisioningErrorReason.RequestTooLarge, $"has no room for the request to '{endpoint}'"),
            >= HttpStatusCode.InternalServerError => (ProvisioningErrorReason.DeviceError, $"failed to handle '{endpoint}'"),
            _ => (ProvisioningErrorReason.NotAProvisioningDevice, $"does not answer '{endpoint}' as a provisioning device does"),
        };
        return new ProvisioningException(reason, $"{Address} {what} (HTTP status {(int)status}).") { Endpoint = endpoint };
    }

    private ProvisioningException Translate(Exception error, string endpoint)
    {
        // Exceptions of the connect callback are wrapped.
        if (error.InnerException is ProvisioningException own)
        {
            return own.Reason is ProvisioningErrorReason.SessionLost
                ? Lost(endpoint, "the device closed the connection", own)
                : Lost(endpoint, own.Message, own);
        }

        // HttpIOException is thrown by the body's stream, HttpRequestException by everything before it.
        HttpRequestError kind = error switch
        {
            HttpRequestException request => request.HttpRequestError,
            HttpIOException body => body.HttpRequestError,
            _ => HttpRequestError.Unknown,
        };
        return kind is HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded
            ? new ProvisioningException(
                ProvisioningErrorReason.NotAProvisioningDevice, $"{Address} answered '{endpoint}' with something that is not HTTP.", error)
            { Endpoint = endpoint }
            : Lost(endpoint, "the connection was closed before the response was complete", error);
    }

    private static ProvisioningException TooLong(string endpoint) =>
        new(
            ProvisioningErrorReason.MalformedResponse, $"The response of '{endpoint}' is longer than {MaxResponseBody} bytes.")
        { Endpoint = endpoint };

    private ProvisioningException Lost(string? endpoint, string why, Exception? inner) =>
        new(ProvisioningErrorReason.SessionLost, $"The session with {Address} was lost: {why}.", inner) { Endpoint = endpoint };
}
