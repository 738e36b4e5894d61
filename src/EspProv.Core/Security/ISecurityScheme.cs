namespace EspProv.Security;

/// <summary>
/// The client's side of one security session: a handshake once, then encryption and decryption in strict alternation.
/// After any exception the state is unknown: dispose of it and make a new one (PROTOCOL.md §1).
/// </summary>
public interface ISecurityScheme : IDisposable
{
    /// <summary>Which scheme this is.</summary>
    SecurityVersion Version { get; }

    /// <summary>A security warning about the established session; null for none.</summary>
    string? Warning => null;

    /// <summary>Runs the handshake over <paramref name="exchange"/>, which carries bodies of the <c>prov-session</c> endpoint.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.WrongCredentials"/>, <see cref="ProvisioningErrorReason.SecurityMismatch"/>,
    /// <see cref="ProvisioningErrorReason.MalformedResponse"/>, <see cref="ProvisioningErrorReason.UnexpectedResponse"/>.
    /// A lost link (<see cref="ProvisioningErrorReason.SessionLost"/>) on the proof step becomes WrongCredentials.
    /// </exception>
    Task EstablishAsync(HandshakeExchange exchange, CancellationToken cancellationToken);

    /// <summary>Encrypts a request. The result is as long as the input, or 16 bytes longer (security 2).</summary>
    byte[] Encrypt(ReadOnlySpan<byte> plaintext);

    /// <summary>Decrypts a reply.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DecryptionFailed"/>.</exception>
    byte[] Decrypt(ReadOnlySpan<byte> ciphertext);
}

/// <summary>One round trip with the <c>prov-session</c> endpoint.</summary>
public delegate Task<byte[]> HandshakeExchange(ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
