using EspProv.Discovery;
using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>Chooses the scheme from what the device said and what the user gave.</summary>
internal delegate NegotiatedScheme SchemeSelector(DeviceCapability capability, SessionOptions options, Action<SessionNotice> notify);

/// <summary>The scheme that was chosen, and how to make one of it for every handshake.</summary>
internal sealed record NegotiatedScheme(SecurityVersion Version, Func<ISecurityScheme> Create)
{
    public static NegotiatedScheme Choose(DeviceCapability capability, SessionOptions options, Action<SessionNotice> notify) =>
        throw new NotImplementedException();
}
