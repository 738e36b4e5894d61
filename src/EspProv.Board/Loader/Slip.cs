namespace EspProv.Board.Loader;

/// <summary>SLIP (RFC 1055), the framing of the ROM loader's messages: each begins and ends with 0xC0.</summary>
internal static class Slip
{
    /// <summary>The delimiter.</summary>
    public const byte End = 0xC0;

    /// <summary>Starts an escape sequence.</summary>
    public const byte Escape = 0xDB;

    /// <summary>Stands for <see cref="End"/> after <see cref="Escape"/>.</summary>
    public const byte EscapedEnd = 0xDC;

    /// <summary>Stands for <see cref="Escape"/> after <see cref="Escape"/>.</summary>
    public const byte EscapedEscape = 0xDD;

    /// <summary>Encodes a message, with its delimiters.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> message)
    {
        var encoded = new List<byte>(message.Length + 8) { End };
        foreach (byte value in message)
        {
            switch (value)
            {
                case End:
                    encoded.Add(Escape);
                    encoded.Add(EscapedEnd);
                    break;
                case Escape:
                    encoded.Add(Escape);
                    encoded.Add(EscapedEscape);
                    break;
                default:
                    encoded.Add(value);
                    break;
            }
        }

        encoded.Add(End);
        return [.. encoded];
    }
}
