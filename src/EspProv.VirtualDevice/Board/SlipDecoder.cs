namespace EspProv.Virtual.Board;

/// <summary>
/// Decodes the frames of a serial line (SLIP): <c>C0</c> starts and ends a frame; within it <c>DB DC</c> stands for <c>C0</c>, and
/// <c>DB DD</c> for <c>DB</c>.
/// </summary>
internal sealed class SlipDecoder(int maxLength)
{
    private const byte End = 0xC0;
    private const byte Escape = 0xDB;
    private const byte EscapedEnd = 0xDC;
    private const byte EscapedEscape = 0xDD;

    private readonly byte[] _frame = new byte[maxLength];
    private int _length;
    private bool _isEscaped;
    private bool _isInvalid;

    /// <summary>Encodes a frame.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> content)
    {
        var encoded = new List<byte>(content.Length + 2) { End };
        foreach (byte next in content)
        {
            if (next is End or Escape)
                encoded.AddRange([Escape, next == End ? EscapedEnd : EscapedEscape]);
            else
                encoded.Add(next);
        }

        encoded.Add(End);
        return [.. encoded];
    }

    /// <summary>Adds the next byte of the line.</summary>
    /// <param name="next">The byte.</param>
    /// <param name="frame">A frame that ends with it; valid until the next call.</param>
    /// <returns>Whether a valid frame ends: not empty, not too long, without invalid escapes.</returns>
    public bool TryTake(byte next, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (next == End)
        {
            bool isFrame = _length > 0 && !_isEscaped && !_isInvalid;
            frame = isFrame ? _frame.AsSpan(0, _length) : default;
            (_length, _isEscaped, _isInvalid) = (0, false, false);
            return isFrame;
        }

        if (_isEscaped)
        {
            _isEscaped = false;
            Add(next switch { EscapedEnd => End, EscapedEscape => Escape, _ => Reject() });
        }
        else if (next == Escape)
        {
            _isEscaped = true;
        }
        else
        {
            Add(next);
        }

        return false;
    }

    private byte Reject()
    {
        _isInvalid = true;
        return 0;
    }

    private void Add(byte value)
    {
        if (_length < _frame.Length)
            _frame[_length++] = value;
        else
            _isInvalid = true;
    }
}
