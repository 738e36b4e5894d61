using EspProv.Devices;
using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>Chooses a scheme from the device's reply and the user's secrets.</summary>
internal delegate NegotiatedScheme SchemeSelector(DeviceCapability capability, SessionOptions options, Action<SessionNotice> notify);

/// <summary>The chosen scheme, created anew for every handshake.</summary>
internal sealed record NegotiatedScheme(SecurityVersion Version, Func<ISecurityScheme> Create)
{
    /// <summary>
    /// Chooses as <see cref="SecurityNegotiation"/> does. Once only: a new handshake after a lost link uses the same scheme, whatever the
    /// device then reports.
    /// </summary>
    public static NegotiatedScheme Choose(DeviceCapability capability, SessionOptions options, Action<SessionNotice> notify)
    {
        SecurityChoice choice = SecurityNegotiation.Choose(
            capability, options.SecurityVersion, options.Credential, options.AllowUnencrypted);
        notify(new SessionNotice($"Security {(int)choice.Version}: {Reason(capability, options)}.", SessionNoticeLevel.Information));
        foreach (string notice in choice.Notices)
            notify(new SessionNotice(notice, SessionNoticeLevel.Warning));
        return new NegotiatedScheme(
            choice.Version,
            () => SecuritySchemeFactory.Create(choice, options.Credential, capability.SecurityPatchVersion, options.Random));
    }

    private static string Reason(DeviceCapability capability, SessionOptions options)
    {
        if (options.SecurityVersion is not null)
            return "it was requested";
        if (capability.SecurityVersion is not null)
            return "the device reports it";
        return capability.Has(SecurityNegotiation.NoSecurity)
            ? "the device reports no security (no_sec)"
            : "the device does not report a scheme";
    }
}
