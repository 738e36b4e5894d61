using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>How to make a session. Time and randomness come in from outside, so that a test needs neither a clock nor luck.</summary>
public sealed record SessionOptions
{
    /// <summary>The scheme that the user named; null to choose from the device's reply (PROTOCOL.md §2).</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>What the user has to prove. The session takes ownership and disposes of it when it is closed.</summary>
    public SecurityCredential Credential { get; init; } = SecurityCredential.None;

    /// <summary>Accept security 0 although only an unauthenticated reply asks for it.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>Where ephemeral keys come from.</summary>
    public IRandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>What time it is, and how to wait.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Hears the notices while the session is made, also where that fails; null for nobody. From then on <see cref="ProvisioningSession.Notice"/>
    /// has them.
    /// </summary>
    public Action<SessionNotice>? OnNotice { get; init; }
}
