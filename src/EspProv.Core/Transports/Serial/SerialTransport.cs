using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using EspProv.Wire;

namespace EspProv.Transports.Serial;

/// <summary>
/// PROTOCOL.md §8: lines on a device's serial console. A request that does not fit the device's line buffer is refused before anything
/// is sent, and leaves the link as it was; after any other exception the link is closed.
/// </summary>
public sealed class SerialTransport : ITransport
{
    /// <summary>
    /// Far above anything a device prints between a request and its prompt, in characters; more is a device that floods its console. Of a
    /// flood only the newest part is kept.
    /// </summary>
    private const int MaxReceived = 256 * 1024;

    /// <summary>The most characters that are read before they are searched.</summary>
    private const int MaxTaken = 64 * 1024;

    /// <summary>Session numbers have up to four digits, to leave room for the request.</summary>
    private const int MaxSessionId = 9999;

    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly byte[] Enter = "\r"u8.ToArray();

    private readonly SerialTransportOptions _options;
    private readonly Func<Stream> _open;
    private Line? _line;
    private int _sessionId;

    /// <summary>Creates a link over a port: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidAddress"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The baud rate or the line limit is not positive.</exception>
    public SerialTransport(string port, SerialTransportOptions? options = null)
        : this(port, options ?? new SerialTransportOptions(), null)
    {
    }

    /// <summary>Over any stream, for tests.</summary>
    internal SerialTransport(string port, SerialTransportOptions options, Func<Stream>? open)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BaudRate, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LineLimit, SerialTransportOptions.MinLineLimit, nameof(options));
        Address = SerialLine.RequireName(port);
        _options = options;
        _open = open ?? (() => SerialLine.Open(Address, options.BaudRate));
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <summary>The console has no length limit: all results that a device stores by default.</summary>
    public int ScanPageSize => 16;

    /// <inheritdoc/>
    public int ScanGroupChannels => 0;

    /// <inheritdoc/>
    public int MaxRequestLength => LongestRequest(EndpointNames.Session, _options.LineLimit);

    /// <inheritdoc/>
    public int GetMaxRequestLength(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return LongestRequest(endpoint, _options.LineLimit);
    }

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        Stream stream = await Task.Run(_open, CancellationToken.None).ConfigureAwait(false);
        var line = new Line(stream);
        line.Listen();
        using var deadline = new Deadline(_options.ConnectTimeout, _options.TimeProvider, cancellationToken);
        var received = new StringBuilder();
        try
        {
            // The prompt may have been printed earlier, and the line may contain partial input: an empty line brings a new prompt. A
            // booting device ignores the first one.
            while (!ConsoleText.HasPrompt(received.ToString()))
            {
                await line.WriteAsync(Enter, deadline.Token).ConfigureAwait(false);
                using var pause = new Deadline(AskAgainAfter, _options.TimeProvider, deadline.Token);
                try
                {
                    while (!ConsoleText.HasPrompt(received.ToString()))
                        await ReceiveAsync(line, received, pause.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (pause.IsOver && !deadline.IsOver && !cancellationToken.IsCancellationRequested)
                {
                }
            }

            line.Ignore();
            _line = line;
            _sessionId = NextSessionId();
        }
        catch (Exception exception)
        {
            await line.CloseAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is OperationCanceledException)
            {
                throw TransportErrors.ConnectTimeout(
                    $"No provisioning console answered on {Address}", _options.ConnectTimeout, exception, Hint(received));
            }

            if (exception is LineLostException)
            {
                throw new ProvisioningException(
                    ProvisioningErrorReason.DeviceUnreachable,
                    $"The serial port {Address} went away while it was being opened.",
                    exception);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        if (endpoint.Any(c => c <= ' ' || c > '~'))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.EndpointNotFound, $"'{endpoint}' cannot be the name of an endpoint on a console.")
            { Endpoint = endpoint };
        }

        Line line = _line ?? throw Lost(endpoint, "the port is not open", null);
        ThrowIfTooLong(endpoint, request.Length);

        string text = string.Create(
            CultureInfo.InvariantCulture, $"{endpoint} {_sessionId} {Convert.ToHexString(request.Span).ToLowerInvariant()}");
        using var deadline = new Deadline(_options.ExchangeTimeout, _options.TimeProvider, cancellationToken);
        try
        {
            // Input since the last prompt was log messages, and was dropped.
            line.Listen();
            byte[] bytes = Encoding.ASCII.GetBytes(text + "\r");
            await line.WriteAsync(bytes, deadline.Token).ConfigureAwait(false);
            CryptographicOperations.ZeroMemory(bytes); // Security 0 sends secrets as plain text.
            byte[] reply = await ReceiveReplyAsync(line, text, endpoint, deadline.Token).ConfigureAwait(false);
            line.Ignore();
            return reply;
        }
        catch (Exception exception)
        {
            await CloseAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (exception is OperationCanceledException)
                throw TransportErrors.ExchangeTimeout(Address, endpoint, _options.ExchangeTimeout, exception);
            if (exception is LineLostException)
                throw Lost(endpoint, $"the port {SerialLine.WentAway}", exception);
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _line, null) is { } line)
            await line.CloseAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private static async Task ReceiveAsync(Line line, StringBuilder received, CancellationToken cancellationToken)
    {
        if (received.Length > MaxReceived)
            received.Remove(0, received.Length - MaxReceived / 2);
        await line.ReadAsync(received, MaxTaken, cancellationToken).ConfigureAwait(false);
    }

    // Hints at a wrong baud rate or another program on the device.
    private static string Hint(StringBuilder received)
    {
        if (received.Length == 0)
            return ": nothing was received";
        int unreadable = 0;
        for (int i = 0; i < received.Length; i++)
            unreadable += received[i] is > '~' or '\0' ? 1 : 0;
        return unreadable * 4 > received.Length
            ? ": the received data is not text, as with a wrong baud rate"
            : ": the device prints text, and no prompt of a provisioning console";
    }

    private async Task<byte[]> ReceiveReplyAsync(Line line, string text, string endpoint, CancellationToken cancellationToken)
    {
        var received = new StringBuilder();
        while (true)
        {
            await ReceiveAsync(line, received, cancellationToken).ConfigureAwait(false);
            string soFar = received.ToString();
            ConsoleReply reply = ConsoleText.Find(soFar, text);
            if (reply.Kind is ConsoleReplyKind.Complete)
                return reply.Body!;
            if (ConsoleText.HasRestarted(soFar))
                throw Lost(endpoint, "the device restarted", null);
            if (reply.Kind is ConsoleReplyKind.Refused)
            {
                throw Lost(
                    endpoint,
                    "the device came back to its prompt without an answer: it refused the request, or has no such endpoint",
                    null);
            }
        }
    }

    /// <summary>
    /// The longest request for a line buffer of that size: in newer firmware a line is one byte shorter than the buffer, and its last byte
    /// is the CR.
    /// </summary>
    internal static int LongestRequest(string endpoint, int lineLimit)
    {
        int digits = MaxSessionId.ToString(CultureInfo.InvariantCulture).Length;
        return Math.Max(0, (lineLimit - 2 - (endpoint.Length + 1 + digits + 1)) / 2);
    }

    private void ThrowIfTooLong(string endpoint, int length)
    {
        int longest = LongestRequest(endpoint, _options.LineLimit);
        if (length <= longest)
            return;
        throw new ProvisioningException(
            ProvisioningErrorReason.RequestTooLarge,
            string.Create(
                CultureInfo.InvariantCulture,
                $"A request of {length} bytes to '{endpoint}' does not fit the device's console, whose lines hold {_options.LineLimit} "
                + $"bytes and so {longest} bytes of a request. ")
            + "Stock firmware has lines of 256 bytes, where the first message of security 2 never fits, and ESP-IDF 6 has no other by "
            + "default; firmware that was built with longer lines is used with a higher line limit.")
        { Endpoint = endpoint };
    }

    // A different number than before: it starts a new session on the device.
    private int NextSessionId()
    {
        Span<byte> drawn = stackalloc byte[2];
        int id;
        do
        {
            _options.Random.Fill(drawn);
            id = 1 + (((drawn[0] << 8) | drawn[1]) % MaxSessionId);
        }
        while (id == _sessionId);
        return id;
    }

    private ProvisioningException Lost(string endpoint, string why, Exception? inner) =>
        new(ProvisioningErrorReason.SessionLost, $"The session with {Address} was lost: {why}.", inner) { Endpoint = endpoint };

    /// <summary>The port was lost.</summary>
    private sealed class LineLostException(Exception? cause) : Exception("The line is lost.", cause);

    /// <summary>
    /// An open port that is read continuously: unread output must not fill the system's buffers, and not every platform can cancel a read.
    /// Without a pending request, input is dropped. During a request nothing is dropped: reading pauses while the buffer is full.
    /// </summary>
    private sealed class Line
    {
        private const int BlockLength = 4096;
        private const int MaxBlocks = 16;

        private readonly Stream _stream;
        private readonly Channel<string> _received =
            Channel.CreateBounded<string>(new BoundedChannelOptions(MaxBlocks) { SingleReader = false, SingleWriter = true });

        private readonly Task _pump;
        private volatile bool _isHeard;

        public Line(Stream stream)
        {
            _stream = stream;
            _pump = Task.Run(PumpAsync);
        }

        public bool IsLost => _pump.IsCompleted;

        /// <summary>Starts to buffer input.</summary>
        public void Listen()
        {
            Discard();
            _isHeard = true;
        }

        /// <summary>Starts to drop input.</summary>
        public void Ignore()
        {
            _isHeard = false;
            Discard();
        }

        /// <summary>Waits for input, and returns up to about <paramref name="most"/> characters.</summary>
        public async Task ReadAsync(StringBuilder received, int most, CancellationToken cancellationToken)
        {
            try
            {
                int limit = received.Length + most;
                received.Append(await _received.Reader.ReadAsync(cancellationToken).ConfigureAwait(false));
                while (received.Length < limit && _received.Reader.TryRead(out string? more))
                    received.Append(more);
            }
            catch (ChannelClosedException exception)
            {
                throw new LineLostException(exception.InnerException);
            }
        }

        public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            if (IsLost)
                throw new LineLostException(null);
            try
            {
                await _stream.WriteAsync(bytes, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new LineLostException(exception);
            }
        }

        public Task CloseAsync()
        {
            Ignore();
            return SerialLine.CloseAsync(_stream, _pump);
        }

        private void Discard()
        {
            while (_received.Reader.TryRead(out _))
            {
            }
        }

        private async Task PumpAsync()
        {
            byte[] buffer = new byte[BlockLength];
            Exception? cause = null;
            try
            {
                while (await _stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int count)
                {
                    if (_isHeard)
                        await _received.Writer.WriteAsync(Encoding.Latin1.GetString(buffer, 0, count)).ConfigureAwait(false);
                }
            }
            catch (Exception exception)
            {
                // Platforms throw different exceptions when a port is closed or lost.
                cause = exception;
            }

            _received.Writer.TryComplete(cause);
        }
    }
}
