using System.Text.RegularExpressions;

namespace EspProv.Transports.Serial;

/// <summary>
/// Reads a device's console (PROTOCOL.md §8): the echo of what was typed, then a line of hex or nothing, then a prompt, with log messages
/// of other tasks in between.
/// </summary>
internal static partial class ConsoleText
{
    private const string Prompt = "\n>> ";

    /// <summary>Whether the text has a prompt.</summary>
    public static bool HasPrompt(string received) => Clean("\n" + received).Contains(Prompt, StringComparison.Ordinal);

    /// <summary>Whether the device started to boot.</summary>
    public static bool HasRestarted(string received) => Restart().IsMatch(received);

    /// <summary>Looks for the reply to <paramref name="line"/>, (without its line end) in all text received since.</summary>
    public static ConsoleReply Find(string received, string line)
    {
        string text = Clean("\n" + received);
        int echo = text.IndexOf(line, StringComparison.Ordinal);
        string rest = echo >= 0 ? text[(echo + line.Length)..] : text;
        int start = 0;
        int prompt = rest.IndexOf(Prompt, StringComparison.Ordinal);
        while (prompt >= 0)
        {
            // Each piece is searched once: quadratic time would let a device that prints only prompts block us.
            string answer = rest[start..prompt];

            // The last occurrence, since other output may have broken the echo of a long line.
            string? hex = answer.Split('\n').LastOrDefault(IsHex);
            if (hex is not null)
                return new ConsoleReply(ConsoleReplyKind.Complete, Convert.FromHexString(hex));

            // Without the echo, the prompt may be an earlier one.
            if (echo >= 0)
            {
                // The line's end, and two line ends with nothing between them.
                return answer.Trim().Length == 0 && answer.Length >= 3
                    ? new ConsoleReply(ConsoleReplyKind.Complete, [])
                    : new ConsoleReply(ConsoleReplyKind.Refused, null);
            }

            start = prompt + 1;
            prompt = rest.IndexOf(Prompt, start, StringComparison.Ordinal);
        }

        return new ConsoleReply(ConsoleReplyKind.Pending, null);
    }

    private static bool IsHex(string line) => line.Length > 0 && line.Length % 2 == 0 && line.All(char.IsAsciiHexDigitLower);

    // Lines end with CR LF, CR CR LF (where a lower layer adds one), CR or LF. Log messages are removed: firmware prints hex in pieces, and
    // a message of another task may come in between.
    private static string Clean(string received)
    {
        string text = Colour().Replace(LineEnd().Replace(received, "\n"), "");

        // A message ends with its line. Without a line end, every possible start would be searched to the end of the text.
        int end = text.LastIndexOf('\n') + 1;
        return LogMessage().Replace(text[..end], "") + text[end..];
    }

    [GeneratedRegex(@"\r*\n|\r+")]
    private static partial Regex LineEnd();

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colour();

    [GeneratedRegex(@"[EWIDV] \([0-9:.]+\) [^\n]*\n")]
    private static partial Regex LogMessage();

    [GeneratedRegex(@"(^|[\r\n])rst:0x[0-9a-fA-F]+ \(")]
    private static partial Regex Restart();
}

/// <summary>The state of a reply.</summary>
internal enum ConsoleReplyKind
{
    /// <summary>Incomplete.</summary>
    Pending,

    /// <summary>The device printed its reply.</summary>
    Complete,

    /// <summary>The device printed its prompt without a reply: its handler failed, or there is no such endpoint.</summary>
    Refused,
}

/// <summary>A reply on the console.</summary>
/// <param name="Kind">Its state.</param>
/// <param name="Body">The reply's bytes, when it is complete.</param>
internal readonly record struct ConsoleReply(ConsoleReplyKind Kind, byte[]? Body);
