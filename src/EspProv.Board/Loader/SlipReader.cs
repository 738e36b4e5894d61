namespace EspProv.Board.Loader;

/// <summary>
/// Extracts messages from a stream of bytes. Everything between two delimiters is returned, also the text that a ROM prints, which the
/// caller must ignore. A message that is too long or has an invalid escape is discarded.
/// </summary>
internal sealed class SlipReader(int maxLength)
{
    private readonly List<byte> _message = [];
    private bool _isEscape;
    private bool _isBroken;

    /// <summary>Adds bytes, and returns the messages that they complete.</summary>
    public IReadOnlyList<byte[]> Add(ReadOnlySpan<byte> bytes)
    {
        List<byte[]> messages = [];
        foreach (byte value in bytes)
        {
            if (value == Slip.End)
            {
                if (_message.Count > 0 && !_isBroken && !_isEscape)
                    messages.Add([.. _message]);
                Clear();
            }
            else if (_isEscape)
            {
                _isEscape = false;
                Append(value switch { Slip.EscapedEnd => Slip.End, Slip.EscapedEscape => Slip.Escape, _ => null });
            }
            else if (value == Slip.Escape)
            {
                _isEscape = true;
            }
            else
            {
                Append(value);
            }
        }

        return messages;
    }

    /// <summary>Discards an incomplete message.</summary>
    public void Clear()
    {
        _message.Clear();
        (_isEscape, _isBroken) = (false, false);
    }

    private void Append(byte? value)
    {
        if (value is { } known && _message.Count < maxLength)
            _message.Add(known);
        else
            _isBroken = true;
    }
}
