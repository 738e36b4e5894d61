using System.Text;

namespace EspProv.Virtual.Transports.Serial;

/// <summary>
/// The serial port of a board that is provisioned over another transport: a pseudo-terminal that prints its log and ignores input. As on a
/// board, output that is not read is lost.
/// </summary>
internal sealed class LogPort : IDisposable
{
    private const string LineEnding = "\r\n";

    private readonly PseudoTerminal _port = new();
    private readonly object _printing = new();

    /// <summary>The port that other programs open: <c>/dev/pts/7</c>.</summary>
    public string Path => _port.Path;

    /// <summary>Prints a line of the monitor log.</summary>
    public void Write(string line)
    {
        lock (_printing)
            _port.Write(Encoding.UTF8.GetBytes(Colour(line) + LineEnding), timeoutMs: 0);
    }

    /// <summary>Closes the port, as when its cable is unplugged.</summary>
    public void Dispose() => _port.Dispose();

    /// <summary>A line with the colours of the firmware's log: green for information, red for errors.</summary>
    public static string Colour(string line) => line switch
    {
        ['I', ' ', '(', ..] => $"\x1b[0;32m{line}\x1b[0m",
        ['E', ' ', '(', ..] => $"\x1b[0;31m{line}\x1b[0m",
        _ => line,
    };
}
