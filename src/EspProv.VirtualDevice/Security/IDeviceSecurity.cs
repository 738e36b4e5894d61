using EspProv.Wire;

namespace EspProv.Virtual.Security;

/// <summary>The device's side of one security scheme. One session at a time, as in the firmware.</summary>
internal interface IDeviceSecurity : IDisposable
{
    /// <summary>Starts a session without a handshake; it replaces any other.</summary>
    void OpenSession(uint sessionId);

    /// <summary>Drops the session's keys if it is the current one.</summary>
    void CloseSession(uint sessionId);

    /// <summary>Answers one handshake message; null when it is refused, which closes the connection.</summary>
    SessionData? Handshake(uint sessionId, SessionData request);

    /// <summary>Decrypts a request; null without an established session, or if decryption fails.</summary>
    byte[]? Decrypt(uint sessionId, ReadOnlySpan<byte> request);

    /// <summary>Encrypts a response; null without an established session.</summary>
    byte[]? Encrypt(uint sessionId, ReadOnlySpan<byte> response);
}

/// <summary>The result of a handshake, for the application's log.</summary>
internal enum SecurityEvent
{
    /// <summary>Both proofs were right.</summary>
    Established,

    /// <summary>A key had the wrong length or value.</summary>
    InvalidParameters,

    /// <summary>The client's proof was wrong.</summary>
    CredentialsRefused,
}
