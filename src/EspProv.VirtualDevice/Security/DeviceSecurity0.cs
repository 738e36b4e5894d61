using EspProv.Wire;

namespace EspProv.Virtual.Security;

/// <summary>
/// Security 0: one empty round trip, then plain text. As in firmware it has no session, and checks only the scheme's number.
/// </summary>
internal sealed class DeviceSecurity0 : IDeviceSecurity
{
    public void OpenSession(uint sessionId)
    {
    }

    public void CloseSession(uint sessionId)
    {
    }

    public SessionData? Handshake(uint sessionId, SessionData request) => request.SecVer == SecScheme._0
        ? new SessionData { Sec0 = new Sec0Payload { Msg = Sec0Message.Sec0Resp, Sr = new Sec0Resp() } }
        : null;

    public byte[]? Decrypt(uint sessionId, ReadOnlySpan<byte> request) => request.ToArray();

    public byte[]? Encrypt(uint sessionId, ReadOnlySpan<byte> response) => response.ToArray();

    public void Dispose()
    {
    }
}
