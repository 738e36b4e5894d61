using System.Security.Cryptography;
using System.Text;

namespace EspProv;

/// <summary>
/// Secret bytes (a proof of possession, a passphrase, a password) that are never displayed, and are zeroed on
/// <see cref="Dispose"/>. The buffer is pinned, so that the garbage collector leaves no copies behind.
/// </summary>
public sealed class Secret : IDisposable
{
    private readonly byte[] _bytes;
    private bool _disposed;

    /// <summary>Takes a copy of <paramref name="bytes"/>; the caller still owns, and zeroes, the original.</summary>
    public Secret(ReadOnlySpan<byte> bytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(_bytes);
    }

    private Secret(int length) => _bytes = GC.AllocateArray<byte>(length, pinned: true);

    /// <summary>The bytes, for as long as the secret is not disposed.</summary>
    /// <exception cref="ObjectDisposedException">The secret was disposed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>Length in bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Whether there are no bytes at all: an empty proof of possession, an open network.</summary>
    public bool IsEmpty => _bytes.Length == 0;

    /// <summary>The UTF-8 bytes of <paramref name="text"/>.</summary>
    public static Secret FromUtf8(ReadOnlySpan<char> text)
    {
        var secret = new Secret(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, secret._bytes);
        return secret;
    }

    /// <summary>An independent copy.</summary>
    public Secret Copy() => new(Bytes);

    /// <summary>Zeroes the bytes.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_bytes);
        _disposed = true;
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => "***";
}
