namespace EspProv.Board.Loader;

/// <summary>
/// Takes messages out of a stream of bytes. What stands between delimiters and is no message, such as the text that a ROM prints, comes
/// out as a message too, and is for the caller to ignore; what is too long, or has a wrong escape, is dropped.
/// </summary>
internal sealed class SlipReader(int maxLength)
{
    private readonly List<byte> _message = [];
    private bool _isEscape;
    private bool _isBroken;

    /// <summary>Adds bytes, and returns the messages that end in them.</summary>
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

    /// <summary>Forgets the beginning of a message.</summary>
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
