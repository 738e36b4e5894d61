using EspProv.Wire;

namespace EspProv.Security;

/// <summary>No security: one round trip, then plain text (PROTOCOL.md §1).</summary>
public sealed class Security0 : ISecurityScheme
{
    private bool _established;

    /// <inheritdoc/>
    public SecurityVersion Version => SecurityVersion.Security0;

    /// <inheritdoc/>
    public async Task EstablishAsync(HandshakeExchange exchange, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        var request = new SessionData { SecVer = SecScheme._0, Sec0 = new Sec0Payload { Msg = Sec0Message.Sec0Cmd, Sc = new Sec0Cmd() } };
        SessionData response = await SessionHandshake.ExchangeAsync(exchange, request, cancellationToken).ConfigureAwait(false);
        if (response.Sec0 is not { Msg: Sec0Message.Sec0Resp, Sr: { } reply })
            throw SessionHandshake.Unexpected("the response of security 0");
        SessionHandshake.RequireSuccess(reply.Status);
        _established = true;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There was no handshake.</exception>
    public byte[] Encrypt(ReadOnlySpan<byte> plaintext) => Copy(plaintext);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">There was no handshake.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> ciphertext) => Copy(ciphertext);

    /// <summary>There is nothing to zero.</summary>
    public void Dispose()
    {
    }

    private byte[] Copy(ReadOnlySpan<byte> bytes)
        => _established ? bytes.ToArray() : throw new InvalidOperationException("There was no handshake.");
}
