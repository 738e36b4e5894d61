using System.Security.Cryptography;
using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>
/// The requests of a security 2 session, to detect reflected ones (PROTOCOL.md §5). Stores their GCM tags, which identify a message.
/// </summary>
/// <remarks>
/// Only requests to the same endpoint are compared: their replies never equal a request. Across endpoints they can: under a constant nonce
/// the reply to a reset equals a scan's status query. Only the latest request matters: an attacker without the key has nothing else to
/// reflect for the first one, and without a reply there is no second.
/// </remarks>
internal sealed class SentRequests
{
    /// <summary>The most stored requests, over all endpoints; the oldest are dropped.</summary>
    internal const int Capacity = 1024;

    private readonly Queue<(string Endpoint, byte[] Tag)> _sent = new();

    /// <summary>Stores a request, whose tag is at its end.</summary>
    public void Add(string endpoint, ReadOnlySpan<byte> ciphertext)
    {
        if (_sent.Count == Capacity)
            _sent.Dequeue();
        _sent.Enqueue((endpoint, ciphertext[^AesGcmTagged.TagLength..].ToArray()));
    }

    /// <summary>Whether a reply equals a request to that endpoint, in constant time.</summary>
    public bool Contains(string endpoint, ReadOnlySpan<byte> reply)
    {
        if (reply.Length < AesGcmTagged.TagLength)
            return false;
        bool found = false;
        foreach ((string sentTo, byte[] tag) in _sent)
            found |= sentTo == endpoint & CryptographicOperations.FixedTimeEquals(tag, reply[^AesGcmTagged.TagLength..]);
        return found;
    }

    /// <summary>Clears all: a new handshake has a new key.</summary>
    public void Clear() => _sent.Clear();
}
