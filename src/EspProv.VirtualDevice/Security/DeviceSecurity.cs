using EspProv.Wire;

namespace EspProv.Virtual.Security;

/// <summary>Shared by the schemes with keys: one session, replaced by a later one.</summary>
/// <typeparam name="TKeys">A scheme's state of a session: none, then a running handshake, then keys.</typeparam>
/// <param name="report">Receives the results of handshakes.</param>
internal abstract class DeviceSecurity<TKeys>(Action<SecurityEvent> report) : IDeviceSecurity
    where TKeys : class, IDisposable, new()
{
    private (uint Id, TKeys Keys)? _session;

    /// <inheritdoc/>
    public void OpenSession(uint sessionId)
    {
        _session?.Keys.Dispose();
        _session = (sessionId, new TKeys());
    }

    /// <inheritdoc/>
    public void CloseSession(uint sessionId)
    {
        if (KeysOf(sessionId) is not { } keys)
            return;
        keys.Dispose();
        _session = null;
    }

    /// <inheritdoc/>
    public SessionData? Handshake(uint sessionId, SessionData request) => KeysOf(sessionId) is { } keys ? Handshake(keys, request) : null;

    /// <inheritdoc/>
    public byte[]? Decrypt(uint sessionId, ReadOnlySpan<byte> request) => KeysOf(sessionId) is { } keys ? Decrypt(keys, request) : null;

    /// <inheritdoc/>
    public byte[]? Encrypt(uint sessionId, ReadOnlySpan<byte> response) => KeysOf(sessionId) is { } keys ? Encrypt(keys, response) : null;

    /// <inheritdoc/>
    public virtual void Dispose()
    {
        _session?.Keys.Dispose();
        _session = null;
    }

    /// <summary>Answers one handshake message of the current session.</summary>
    protected abstract SessionData? Handshake(TKeys keys, SessionData request);

    /// <summary>Decrypts a request of the current session.</summary>
    protected abstract byte[]? Decrypt(TKeys keys, ReadOnlySpan<byte> request);

    /// <summary>Encrypts a response of the current session.</summary>
    protected abstract byte[]? Encrypt(TKeys keys, ReadOnlySpan<byte> response);

    /// <summary>Reports the result of a handshake.</summary>
    protected void Report(SecurityEvent what) => report(what);

    private TKeys? KeysOf(uint sessionId) => _session is { } session && session.Id == sessionId ? session.Keys : null;
}
