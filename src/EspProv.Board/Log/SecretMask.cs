using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using EspProv.Devices;
using EspProv.Wire;

namespace EspProv.Board.Log;

/// <summary>
/// Masks text of lines that may be secret. Stock firmware logs the passphrase in plain text on a line of its own, and its QR code with the
/// proof of possession. In every line, the text after the name of a secret is masked to the end of the line, and so are the next lines if
/// they may continue the secret.
/// </summary>
internal sealed partial class SecretMask
{
    /// <summary>Replaces a secret.</summary>
    public const string Mask = "***";

    // A passphrase has 64 bytes at most. Line ends in it, or a message of another task, split it into several lines.
    private const int LongestSecret = 64;
    private const int LongestCredentials = 192;
    private const int MaxContinuations = 4;
    private const int MinQrBlocks = 8;
    private const int MaxKnownSecrets = 8;

    private static readonly HashSet<string> PublicFields =
    [
        QrFields.Version, QrFields.Name, QrFields.Username, QrFields.Transport, QrFields.Network, QrFields.SecurityVersion,
    ];

    // The starts of lines that a chip, crashing firmware or a failed attempt prints without a header.
    private static readonly string[] SystemLines =
    [
        "ESP-ROM:", "ets ", FirmwareMessages.Reset, "Build:", FirmwareMessages.Panic, FirmwareMessages.Abort,
        FirmwareMessages.AssertFailed, FirmwareMessages.Brownout, "***ERROR***", "Backtrace:", "Rebooting", "ELF file SHA256:",
        "waiting for download",
        "    Reason : Wi-Fi ", "    Reason : Thread ", "    Reason : Invalid Thread ",
        "    Please reset to factory and retry provisioning",
    ];

    private readonly Queue<string> _known = new();
    private int _secretLeft;
    private int _linesLeft;
    private bool _awaitsSsid;
    private bool _isInCoreDump;

    /// <summary>Returns the text with its secrets masked; null if it has none.</summary>
    /// <param name="header">The header before the text.</param>
    /// <param name="text">The text, safe to show.</param>
    /// <param name="isRest">Whether the text may be the rest of a line whose start is not known.</param>
    /// <param name="isRestSecret">Whether the secret may continue after the text, in the same line.</param>
    public string? Apply(LogHeader header, string text, bool isRest, out bool isRestSecret)
    {
        string? masked = MaskNamed(header, text, isRest, out isRestSecret);
        string shown = _known.Aggregate(masked ?? text, (shown, secret) => shown.Replace(secret, Mask, StringComparison.Ordinal));
        return shown == text ? masked : shown;
    }

    private string? MaskNamed(LogHeader header, string text, bool isRest, out bool isRestSecret)
    {
        // Noise on the line must not hide a name.
        string bare = UntrustedText.RemoveEscapes(text);
        bool hasHeader = header.Level is not BoardLogLevel.None;
        bool isKnown = hasHeader || Array.Exists(SystemLines, start => bare.StartsWith(start, StringComparison.Ordinal));
        bool isContinuation = !isKnown && _linesLeft > 0 && _secretLeft > 0;
        _linesLeft = Math.Max(0, _linesLeft - 1);
        isRestSecret = false;
        if (isRest && !isKnown)
        {
            Open(LongestSecret);
            isRestSecret = true;
            return Mask;
        }

        // If a line end was lost, the password is on the same line.
        if (!hasHeader && _awaitsSsid && Ssid().IsMatch(bare) && !Name().IsMatch(bare))
        {
            _awaitsSsid = false;
            _secretLeft -= bare.Length;
            string? cut = CutSsid(text);
            isRestSecret = cut is not null;
            return cut;
        }

        if (Name().Match(bare) is { Success: true } named)
        {
            // The name of a secret within the value of an SSID or another field masks only the rest of that value.
            Open(LongestSecret - Math.Min(LongestSecret - 1, bare.Length - named.Groups["value"].Index));
            isRestSecret = true;
            Remember(named.Groups["value"].Value);
            if (isContinuation && !PasswordField().IsMatch(bare))
                return Mask;
            return MaskJson(bare, named.Index) ?? MaskAfter(bare, named.Groups["value"].Index);
        }

        if (MaskJson(bare, bare.Length) is { } json)
        {
            isRestSecret = !json.EndsWith('}');
            return isContinuation ? Mask : json;
        }

        if (isContinuation)
        {
            _secretLeft -= bare.Length;
            isRestSecret = true;
            return Mask;
        }

        if (IsMemory(header, bare))
            return Mask;
        if (bare.StartsWith(FirmwareMessages.CredentialsReceived, StringComparison.Ordinal)
            || bare.StartsWith("WiFi Credentials Received", StringComparison.Ordinal))
        {
            Open(LongestCredentials);
            _awaitsSsid = true;
            return null;
        }

        if (!hasHeader && Field().Match(bare) is { Success: true } field && field.Groups["name"].Value is not ("SSID" or "Reason"))
        {
            // Stock firmware prints only the fields SSID, Password and Reason: any other name is one of them, garbled.
            Open(LongestSecret);
            return MaskAfter(bare, field.Groups["value"].Index);
        }

        return IsQrCode(bare) ? Mask : null;
    }

    // An SSID of 32 bytes has no terminator, so firmware also prints what follows it in memory: the passphrase.
    private static string? CutSsid(string text)
    {
        int at = text.IndexOf(": ", StringComparison.Ordinal) + 2, left = ProtocolLimits.MaxSsidLength;
        while (at < text.Length)
        {
            int length, bytes;
            if (UntrustedText.Escapes().Match(text, at) is { Success: true } escape && escape.Index == at)
            {
                length = escape.Length;
                bytes = text[at + 1] == 'x' ? 1 : Utf8LengthOf(escape.Value);
            }
            else
            {
                bool isRune = Rune.TryGetRuneAt(text, at, out Rune rune);
                (length, bytes) = isRune ? (rune.Utf16SequenceLength, rune.Utf8SequenceLength) : (1, 1);
            }

            left -= bytes;
            if (left < 0)
                return text[..at] + Mask;
            at += length;
        }

        return null;
    }

    private static int Utf8LengthOf(string escape) =>
        Rune.TryCreate(int.Parse(escape.AsSpan(3, escape.Length - 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture), out Rune rune)
            ? rune.Utf8SequenceLength
            : 1;

    // A secret that was printed with its name is masked on other lines too, where an application prints it without its name. On its own
    // line other text may follow it.
    private void Remember(string value)
    {
        int end = value.AsSpan().IndexOfAny('"', '\'');
        string secret = (end < 0 ? value : value[..end]).Trim();
        foreach (string candidate in new[] { secret, secret.Split(' ')[0] })
        {
            if (candidate.Length is < ProtocolLimits.MinPassphraseLength or > LongestSecret
                || candidate.All(letter => letter is '*')
                || _known.Contains(candidate))
            {
                continue;
            }

            if (_known.Count == MaxKnownSecrets)
                _known.Dequeue();
            _known.Enqueue(candidate);
        }
    }

    private void Open(int length)
    {
        _secretLeft = length;
        _linesLeft = MaxContinuations;
        _awaitsSsid = false;
    }

    private static string? MaskAfter(string text, int start) => string.IsNullOrWhiteSpace(text[start..]) ? null : text[..start] + Mask;

    // Masks the text of a QR code: unknown fields and unreadable text may be secret.
    private string? MaskJson(string text, int nameAt)
    {
        int start = text.IndexOf('{', StringComparison.Ordinal);
        if (start < 0 || start > nameAt || !QrField().IsMatch(text[start..]))
        {
            int data = text.IndexOf("?data=", StringComparison.Ordinal);
            return data >= 0 ? text[..(data + "?data=".Length)] + Mask : null;
        }

        int end = text.LastIndexOf('}');
        if (end > start && ShowFields(Encoding.UTF8.GetBytes(text[start..(end + 1)])) is { } shown)
            return text[..start] + shown;
        Open(LongestCredentials);
        return text[..(start + 1)] + Mask;
    }

    private static string? ShowFields(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var shown = new StringBuilder("{");
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                string name = reader.GetString()!;
                reader.Read();
                if (shown.Length > 1)
                    shown.Append(',');
                bool isPublic = PublicFields.Contains(name) && reader.TokenType is JsonTokenType.String or JsonTokenType.Number;
                string value = isPublic ? Encoding.UTF8.GetString(reader.ValueSpan) : Mask;
                shown.Append('"').Append(name).Append("\":");
                if (reader.TokenType is JsonTokenType.Number && isPublic)
                    shown.Append(value);
                else
                    shown.Append('"').Append(value).Append('"');
                reader.Skip();
            }

            reader.Read();
            return shown.Append('}').ToString();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    // Firmware draws its QR code with half blocks. The picture contains the same secrets as the text.
    private static bool IsQrCode(string text) =>
        text.All(letter => letter is ' ' or (>= '\u2580' and <= '\u259f')) && text.Count(letter => letter != ' ') >= MinQrBlocks;

    // Memory contents as hexadecimal digits: the handshake's keys and requests at debug level, the stack of a crash, a core dump, requests
    // to the console.
    private bool IsMemory(LogHeader header, string text)
    {
        if (header.Level is BoardLogLevel.None && CoreDump().Match(text) is { Success: true } edge)
        {
            _isInCoreDump = edge.Groups["edge"].Value == "START";
            return false;
        }

        _isInCoreDump &= header.Level is BoardLogLevel.None;
        return _isInCoreDump || HexDump().IsMatch(text) || ConsoleRequest().IsMatch(text) || StackDump().IsMatch(text)
            || (header.Tag is { } tag && SecurityTag().IsMatch(tag) && HexRow().IsMatch(text));
    }

    [GeneratedRegex(
        """
        (?:pass[ _-]?(?:word|phrase|wd|code|key)|(?<![a-z])(?:pass|pwd|psk|pmk|pop)|proof[ _-]?of[ _-]?possession
        |(?:network|netwk|master|softap|ap|session|shared|service|wi-?fi|private|encryption|pre-?shared)[ _-]?key
        |secret|token|dataset(?:[ ]tlvs)?|received[ ]data)
        (?:[ ]?\([^)]{0,20}\))?["']?[ ]{0,16}[:=][ ]?(?<value>.*)$
        |(?<=[ ]{2})pass(?:word|phrase)[ ](?<value>.*)$
        |\b(?:pass(?:word|phrase|wd|code|key)|pwd|psk|pmk|pop)[ ]{1,4}(?:is[ ])?["'](?<value>.*)$
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Name();

    [GeneratedRegex(FirmwareMessages.SsidPattern, RegexOptions.CultureInvariant)]
    private static partial Regex Ssid();

    [GeneratedRegex(@"^ {2,}Password +: ", RegexOptions.CultureInvariant)]
    private static partial Regex PasswordField();

    [GeneratedRegex(@"^ {2,}(?<name>\S{1,16}) *: (?<value>.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    [GeneratedRegex("\"(?:ver|pop|password|transport|name)\"|^\\{\"[a-z]{0,9}\"?$|^\\{$", RegexOptions.CultureInvariant)]
    private static partial Regex QrField();

    [GeneratedRegex(@"secur|srp|protocomm|prov|wpa", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecurityTag();

    // The last row of a dump may have a single byte.
    [GeneratedRegex(@"^(?:[0-9a-fA-F]{2} ?)+$", RegexOptions.CultureInvariant)]
    private static partial Regex HexRow();

    // ESP_LOG_BUFFER_HEX, ESP_LOG_BUFFER_CHAR_HEX and ESP_LOG_BUFFER_HEXDUMP, the last with addresses and text.
    [GeneratedRegex(
        @"^(?:0x[0-9a-fA-F]{4,16} +)?(?:[0-9a-fA-F]{2} {1,2}){4,}|^0x[0-9a-fA-F]{4,16} +(?:[0-9a-fA-F]{2} +)+\|",
        RegexOptions.CultureInvariant)]
    private static partial Regex HexDump();

    // The request's echo, and the reply on a line of its own.
    [GeneratedRegex(
        @"^(?:>> )?(?:[a-z][a-z0-9_\-]{0,31} [0-9]{1,10} )?(?:[0-9a-fA-F]{2}){4,}$|^>> [a-z]",
        RegexOptions.CultureInvariant)]
    private static partial Regex ConsoleRequest();

    [GeneratedRegex(@"^(?:0x)?[0-9a-f]{8}: +0x[0-9a-f]{8}", RegexOptions.CultureInvariant)]
    private static partial Regex StackDump();

    [GeneratedRegex(@"^=+ CORE DUMP (?<edge>START|END) =+", RegexOptions.CultureInvariant)]
    private static partial Regex CoreDump();
}
