using EspProv.Devices;
using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>Chooses a scheme from what the device said and what the user gave.</summary>
internal delegate NegotiatedScheme SchemeSelector(DeviceCapability capability, SessionOptions options, Action<SessionNotice> notify);

/// <summary>The scheme that was chosen, and how to make one of it for every handshake.</summary>
internal sealed record NegotiatedScheme(SecurityVersion Version, Func<ISecurityScheme> Create)
{
    /// <summary>
    /// Chooses as <see cref="SecurityNegotiation"/> does. Once only: a new handshake after a lost link uses the scheme of the first,
    /// whatever answers then.
    /// </summary>
    public static NegotiatedScheme Choose(DeviceCapability capability, SessionOptions options, Action<SessionNotice> notify)
    {
        SecurityChoice choice = SecurityNegotiation.Choose(capability, options.SecurityVersion, options.Credential, options.AllowUnencrypted);
        notify(new SessionNotice($"Security {(int)choice.Version}: {Reason(capability, options)}.", SessionNoticeLevel.Information));
        foreach (string notice in choice.Notices)
            notify(new SessionNotice(notice, SessionNoticeLevel.Warning));
        return new NegotiatedScheme(
            choice.Version,
            () => SecuritySchemeFactory.Create(choice, options.Credential, capability.SecurityPatchVersion, options.Random));
    }

    private static string Reason(DeviceCapability capability, SessionOptions options) => (options.SecurityVersion, capability.SecurityVersion) switch
    {
        (not null, _) => "it was asked for",
        (_, not null) => "the device says that it uses it",
        _ => capability.Has(SecurityNegotiation.NoSecurity) ? "the device says that it has none (no_sec)" : "the device does not say which it uses",
    };
}
