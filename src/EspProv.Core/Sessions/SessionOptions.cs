using EspProv.Security;

namespace EspProv.Sessions;

/// <summary>Options of a session. Time and randomness are injected for tests.</summary>
public sealed record SessionOptions
{
    /// <summary>The requested scheme; null to choose from the device's reply (PROTOCOL.md §2).</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>The user's secrets. The session takes ownership and disposes of them when it is closed.</summary>
    public SecurityCredential Credential { get; init; } = SecurityCredential.None;

    /// <summary>Accept security 0 on the strength of an unauthenticated reply.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>The source of ephemeral keys.</summary>
    public IRandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// Receives the notices while the session is being opened, also if that fails; null for none. After that,
    /// <see cref="ProvisioningSession.Notice"/> raises them.
    /// </summary>
    public Action<SessionNotice>? OnNotice { get; init; }
}
