using System.Security.Cryptography;

namespace EspProv.Board.Log;

/// <summary>
/// Splits bytes into lines at every CR or LF, and removes CSI sequences (such as colours) and control characters. A line that is too long
/// is truncated; blank lines are skipped.
/// </summary>
internal sealed class LineBuffer(int maxLength)
{
    private readonly byte[] _line = GC.AllocateUninitializedArray<byte>(maxLength, pinned: true);
    private int _length;
    private bool _isTruncated;
    private Sequence _sequence;

    private enum Sequence
    {
        None,
        Escape,
        Csi,
    }

    /// <summary>Receives a line.</summary>
    public delegate void Handler(ReadOnlySpan<byte> line, bool isTruncated);

    /// <summary>Adds bytes, and passes on the lines that they complete.</summary>
    public void Add(ReadOnlySpan<byte> bytes, Handler handle)
    {
        foreach (byte value in bytes)
        {
            if (value is (byte)'\n' or (byte)'\r')
                Complete(handle);
            else
                Add(value);
        }
    }

    /// <summary>Passes on the text that has no line end yet.</summary>
    public void Complete(Handler handle)
    {
        ReadOnlySpan<byte> line = _line.AsSpan(0, _length);
        try
        {
            if (line.IndexOfAnyExcept((byte)' ') >= 0)
                handle(line, _isTruncated);
        }
        finally
        {
            // Firmware logs passphrases.
            CryptographicOperations.ZeroMemory(_line.AsSpan(0, _length));
            (_length, _isTruncated, _sequence) = (0, false, Sequence.None);
        }
    }

    private void Add(byte value)
    {
        switch (_sequence)
        {
            case Sequence.Escape when value == (byte)'[':
                _sequence = Sequence.Csi;
                return;
            case Sequence.Csi when value is >= 0x20 and <= 0x3f:
                return;
            case Sequence.Csi when value is >= 0x40 and <= 0x7e:
                _sequence = Sequence.None;
                return;
        }

        _sequence = value == 0x1b ? Sequence.Escape : Sequence.None;
        if (value == (byte)'\t')
            Append("    "u8);
        else if (value is >= 0x20 and not 0x7f)
            Append([value]);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _line.Length)
        {
            _isTruncated = true;
            return;
        }

        bytes.CopyTo(_line.AsSpan(_length));
        _length += bytes.Length;
    }
}
