using System.Buffers.Binary;
using System.Globalization;
using EspProv.Virtual.Protocomm;

namespace EspProv.Virtual.Transports.Http;

/// <summary>
/// Assigns requests to a protocomm session (PROTOCOL.md §6): first those on its socket, and, after the first request with the cookie, those
/// with the cookie. Firmware without cookies uses the socket only.
/// </summary>
internal sealed class HttpClientSession(bool withoutCookies, IRandomSource random)
{
    // The firmware copies the header into 20 bytes, a NUL included. A longer header is not compared.
    private const int CookieBufferLength = 20;

    private uint? _id;
    private object? _socket;

    /// <summary>Finds the request's session, or begins a new one with <paramref name="protocomm"/>.</summary>
    /// <returns>The session's number, and the cookie to set when it is a new one.</returns>
    public (uint Id, string? SetCookie) Resolve(IProtocomm protocomm, object socket, string? cookie)
    {
        if (_id is { } current && IsSame(current, socket, withoutCookies ? null : cookie))
            return (current, null);

        if (_id is { } previous)
            protocomm.CloseSession(previous);
        uint id = Draw();
        _id = id;
        _socket = socket;
        protocomm.OpenSession(id);
        return (id, withoutCookies ? null : CookieOf(id));
    }

    /// <summary>The socket was closed; without cookies this ends the session.</summary>
    public void SocketClosed(IProtocomm protocomm, object socket)
    {
        if (!ReferenceEquals(_socket, socket))
            return;
        _socket = null;
        if (withoutCookies)
            End(protocomm);
    }

    /// <summary>The service ends.</summary>
    public void End(IProtocomm protocomm)
    {
        if (_id is { } id)
            protocomm.CloseSession(id);
        (_id, _socket) = (null, null);
    }

    private static string CookieOf(uint id) => string.Create(CultureInfo.InvariantCulture, $"session={id}");

    private bool IsSame(uint id, object socket, string? cookie)
    {
        if (cookie is null || cookie.Length >= CookieBufferLength)
            return ReferenceEquals(_socket, socket);
        if (cookie != CookieOf(id))
            return false;
        _socket = null;
        return true;
    }

    private uint Draw()
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        random.Fill(number);
        return BinaryPrimitives.ReadUInt32LittleEndian(number);
    }
}
