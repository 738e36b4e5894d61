using EspProv.Security;
using EspProv.Wire;

namespace EspProv.Virtual.Security;

/// <summary>Security 0: one empty round trip, then everything in the clear. Like the firmware's it keeps no session at all.</summary>
internal sealed class DeviceSecurity0 : IDeviceSecurity
{
    public SecurityVersion Version => SecurityVersion.Security0;

    public void OpenSession(uint sessionId)
    {
    }

    public void CloseSession(uint sessionId)
    {
    }

    public SessionData? Handshake(uint sessionId, SessionData request)
    {
        if (request.SecVer != SecScheme._0 || request.Sec0 is not { Msg: Sec0Message.Sec0Cmd, BodyCase: Sec0Payload.BodyOneofCase.Sc })
            return null;

        return new SessionData { Sec0 = new Sec0Payload { Msg = Sec0Message.Sec0Resp, Sr = new Sec0Resp() } };
    }

    public byte[]? Decrypt(uint sessionId, ReadOnlySpan<byte> request) => request.ToArray();

    public byte[]? Encrypt(uint sessionId, ReadOnlySpan<byte> response) => response.ToArray();

    public void Dispose()
    {
    }
}
