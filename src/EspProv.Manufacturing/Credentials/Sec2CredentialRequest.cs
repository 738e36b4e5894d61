namespace EspProv.Manufacturing.Credentials;

/// <summary>A request for one credential.</summary>
public sealed class Sec2CredentialRequest
{
    /// <summary>The length of a drawn salt in bytes, as in the vendor's tool.</summary>
    public const int DefaultSaltLength = 16;

    /// <summary>The shortest drawn salt in bytes: shorter ones could repeat within a batch.</summary>
    public const int MinSaltLength = 8;

    /// <summary>The device's name; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The username.</summary>
    public required string Username { get; init; }

    /// <summary>The password, owned by the caller; null to generate one.</summary>
    public Secret? Password { get; init; }

    /// <summary>How a password is generated when none is given.</summary>
    public PasswordRecipe Recipe { get; init; } = PasswordRecipe.Default;

    /// <summary>A fixed salt, for reproducible builds and tests; null to draw one.</summary>
    public ReadOnlyMemory<byte>? Salt { get; init; }

    /// <summary>How many bytes of salt to draw.</summary>
    public int SaltLength { get; init; } = DefaultSaltLength;

    /// <summary>Checks all values, so that no error occurs later on another thread.</summary>
    /// <exception cref="ArgumentException">The username, the password, the salt or its length cannot be used.</exception>
    public void Validate()
    {
        Sec2Credential.CheckUsername(Username);
        if (Password is { IsEmpty: true })
            throw new ArgumentException("The password is empty.");
        if (Salt is { } salt)
            Sec2Credential.CheckSalt(salt.Span);
        else if (SaltLength is < MinSaltLength or > Sec2Credential.MaxSaltLength)
            throw new ArgumentException($"A drawn salt has {MinSaltLength} to {Sec2Credential.MaxSaltLength} bytes.");
    }
}
