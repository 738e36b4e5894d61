using System.Globalization;
using System.Text;
using EspProv.Transports.Serial;
using EspProv.Virtual.Board;
using EspProv.Virtual.Protocomm;

namespace EspProv.Virtual.Transports.Serial;

/// <summary>
/// The device's console on a pseudo-terminal (PROTOCOL.md §8): it echoes its input, answers a line with a line of hex, and prints its
/// prompt; after a failure only the prompt. The monitor log goes to the same port, as on a board, and so does the ROM loader.
/// </summary>
public sealed class SerialDeviceServer : IDeviceTransport, ILoaderPort
{
    private const string Prompt = "\n>> ";

    // The C library prints when its buffer is full; other tasks may print in between.
    private const int PrintBuffer = 128;
    private const int WriteTimeoutMs = 1000;
    private const int LoaderInput = 4096;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan DiscardInterval = TimeSpan.FromMilliseconds(20);

    private readonly SerialDeviceOptions _options;
    private readonly PseudoTerminal _port;
    private readonly SemaphoreSlim _lifetime = new(1, 1);
    private readonly object _printing = new();
    private readonly CancellationTokenSource _unpowered = new();
    private readonly Task _discarding;
    private CancellationTokenSource? _stop;
    private Task _running = Task.CompletedTask;
    private uint? _sessionId;
    private int _noises;

    /// <summary>Opens the pseudo-terminal; requests are not served yet.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: the system does not support it.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its limits.</exception>
    public SerialDeviceServer(SerialDeviceOptions? options = null)
    {
        _options = options ?? new SerialDeviceOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.LineLimit, SerialTransportOptions.MinLineLimit, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(_options.ChunkLength, nameof(options));
        _port = new PseudoTerminal();
        _discarding = Task.Run(() => DiscardAsync(_unpowered.Token));
    }

    /// <summary>The port that other programs open: <c>/dev/pts/7</c>.</summary>
    public string Address => _port.Path;

    /// <inheritdoc/>
    public Task StartAsync(IProtocomm protocomm, string serviceName, CancellationToken cancellationToken) =>
        StartAsync(stopped => RunAsync(protocomm, stopped), cancellationToken);

    /// <inheritdoc/>
    Task ILoaderPort.StartLoaderAsync(VirtualRom loader, Action restart, CancellationToken cancellationToken) =>
        StartAsync(stopped => RunLoaderAsync(loader, restart, stopped), cancellationToken);

    /// <summary>Ends the console or the loader. The port and the log continue, as on a board.</summary>
    public async Task StopAsync()
    {
        await _lifetime.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_stop is null)
                return;
            await _stop.CancelAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(false);
            _stop.Dispose();
            _stop = null;
        }
        finally
        {
            _lifetime.Release();
        }
    }

    /// <inheritdoc/>
    public bool SharesLog => true;

    /// <inheritdoc/>
    public void WriteLog(string line) => Print(LogPort.Colour(line) + _options.LineEnding);

    /// <summary>Simulates unplugging, at any time, for tests.</summary>
    internal void Unplug() => _port.Dispose();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (!_unpowered.IsCancellationRequested)
        {
            await _unpowered.CancelAsync().ConfigureAwait(false);
            await _discarding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _port.Dispose();
    }

    private async Task StartAsync(Func<CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        await _lifetime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_stop is not null)
                throw new InvalidOperationException("The port is in use already.");
            _stop = new CancellationTokenSource();
            CancellationToken stopped = _stop.Token;
            _running = Task.Run(() => run(stopped), CancellationToken.None);
        }
        finally
        {
            _lifetime.Release();
        }
    }

    // What comes while nothing reads the port is lost, as in a chip's full buffer: kept, it would block who writes.
    private async Task DiscardAsync(CancellationToken stopped)
    {
        byte[] input = new byte[LoaderInput];
        while (true)
        {
            await _lifetime.WaitAsync(stopped).ConfigureAwait(false);
            try
            {
                if (_stop is null)
                    _port.Read(input);
            }
            finally
            {
                _lifetime.Release();
            }

            await Task.Delay(DiscardInterval, stopped).ConfigureAwait(false);
        }
    }

    private async Task RunLoaderAsync(VirtualRom loader, Action restart, CancellationToken stopped)
    {
        byte[] input = new byte[LoaderInput];
        try
        {
            while (!loader.IsRestartRequested)
            {
                stopped.ThrowIfCancellationRequested();
                int count = _port.Read(input).Length;
                if (count == 0)
                    await Task.Delay(PollInterval, stopped).ConfigureAwait(false);
                else
                    Print(loader.Take(input.AsSpan(0, count)));
            }

            restart();
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
        }
    }

    private async Task RunAsync(IProtocomm protocomm, CancellationToken stopped)
    {
        try
        {
            while (true)
            {
                Print(Prompt);
                string line = await ReadLineAsync(stopped).ConfigureAwait(false);
                await ExecuteAsync(protocomm, line, stopped).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
        }
        finally
        {
            if (_sessionId is { } session)
                protocomm.CloseSession(session);
            _sessionId = null;
        }
    }

    // A line ends with CR, or when the buffer is full (less a terminator); the rest is the next line.
    private async Task<string> ReadLineAsync(CancellationToken stopped)
    {
        var line = new StringBuilder();
        byte[] next = new byte[1];
        while (line.Length < _options.LineLimit - 1)
        {
            stopped.ThrowIfCancellationRequested();
            if (_port.Read(next).IsEmpty)
            {
                await Task.Delay(PollInterval, stopped).ConfigureAwait(false);
                continue;
            }

            char read = (char)next[0];
            Print(read == '\r' ? "\r\n" : read.ToString());
            if (read == '\r')
                break;
            line.Append(read);
        }

        return line.ToString();
    }

    private async Task ExecuteAsync(IProtocomm protocomm, string line, CancellationToken stopped)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 3 || !protocomm.Endpoints.Contains(words[0]))
            return;

        uint session = Number(words[1]);
        if (session != _sessionId)
        {
            protocomm.OpenSession(session);
            _sessionId = session;
        }

        MakeNoise();
        byte[]? reply = await protocomm.HandleAsync(words[0], session, Bytes(words[2]), stopped).ConfigureAwait(false);
        if (reply is null)
            return;
        Print(_options.LineEnding);
        string hex = Convert.ToHexString(reply).ToLowerInvariant();
        for (int at = 0; at < hex.Length; at += PrintBuffer)
        {
            Print(hex.Substring(at, Math.Min(PrintBuffer, hex.Length - at)));
            if (at + PrintBuffer < hex.Length)
                MakeNoise();
        }

        Print(_options.LineEnding);
        MakeNoise();
    }

    // As the C library parses numbers: invalid text is 0.
    private static uint Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : 0;

    // As firmware parses hex: in pairs, ignoring an odd last digit and invalid digits.
    private static byte[] Bytes(string hex)
    {
        byte[] bytes = new byte[hex.Length / 2];
        for (int i = 0; i < bytes.Length; i++)
            _ = byte.TryParse(hex.AsSpan(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out bytes[i]);
        return bytes;
    }

    private void MakeNoise()
    {
        if (_options.Noise)
            WriteLog(string.Create(CultureInfo.InvariantCulture, $"I ({++_noises}) app: Hello World! 0a1b2c"));
    }

    private void Print(string text) => Print(Encoding.UTF8.GetBytes(text));

    private void Print(byte[] bytes)
    {
        lock (_printing)
        {
            int chunk = _options.ChunkLength > 0 ? _options.ChunkLength : bytes.Length;
            for (int at = 0; at < bytes.Length; at += chunk)
                _port.Write(bytes.AsSpan(at, Math.Min(chunk, bytes.Length - at)), WriteTimeoutMs);
        }
    }
}
