using System.Security.Cryptography;
using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>
/// The requests of a security 2 session, to tell when one comes back as an answer (PROTOCOL.md §5). Of each its GCM tag is kept:
/// messages with the same tag are the same.
/// </summary>
/// <remarks>
/// Compared are requests to the same endpoint, whose answers never look like a request. Over endpoints they do: under a constant
/// nonce the answer to a reset has the bytes of a scan's status query. The latest request is the one that counts: somebody
/// without the key has nothing else to answer the first one with, and without an answer there is no second.
/// </remarks>
internal sealed class SentRequests
{
    /// <summary>How many are kept, over all endpoints; then the oldest are forgotten.</summary>
    internal const int Capacity = 1024;

    private readonly Queue<(string Endpoint, byte[] Tag)> _sent = new();

    /// <summary>Keeps a request, with its tag at the end.</summary>
    public void Add(string endpoint, ReadOnlySpan<byte> ciphertext)
    {
        if (_sent.Count == Capacity)
            _sent.Dequeue();
        _sent.Enqueue((endpoint, ciphertext[^AesGcmTagged.TagLength..].ToArray()));
    }

    /// <summary>Whether a reply is a request to that endpoint. The time it takes does not depend on what is in the reply.</summary>
    public bool Contains(string endpoint, ReadOnlySpan<byte> reply)
    {
        if (reply.Length < AesGcmTagged.TagLength)
            return false;
        bool found = false;
        foreach ((string sentTo, byte[] tag) in _sent)
            found |= sentTo == endpoint & CryptographicOperations.FixedTimeEquals(tag, reply[^AesGcmTagged.TagLength..]);
        return found;
    }

    /// <summary>Forgets all: a new handshake has a new key.</summary>
    public void Clear() => _sent.Clear();
}
