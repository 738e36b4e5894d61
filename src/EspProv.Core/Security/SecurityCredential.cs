namespace EspProv.Security;

/// <summary>The user's secrets: none (security 0), a proof of possession (1), or username and password (2).</summary>
public sealed class SecurityCredential : IDisposable
{
    /// <summary>Security 1's proof of possession; null when none was given, empty when it was given as empty.</summary>
    public Secret? ProofOfPossession { get; init; }

    /// <summary>Security 2's username.</summary>
    public string? Username { get; init; }

    /// <summary>Security 2's password.</summary>
    public Secret? Password { get; init; }

    /// <summary>
    /// Compute SRP's x as the vendor's Python tool does, without the leading zero bytes of the inner hash
    /// (PROTOCOL.md §5, the leading-zero quirk). It differs for 1 pair in 256.
    /// </summary>
    public bool UseVendorToolHash { get; init; }

    /// <summary>No credential at all.</summary>
    public static SecurityCredential None { get; } = new();

    /// <summary>Zeroes the secrets.</summary>
    public void Dispose()
    {
        ProofOfPossession?.Dispose();
        Password?.Dispose();
    }
}
