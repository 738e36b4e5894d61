namespace EspProv.Manufacturing.Credentials;

/// <summary>One credential to be made: for whom, and with which password and salt.</summary>
public sealed class Sec2CredentialRequest
{
    /// <summary>The length of a drawn salt in bytes, as the vendor's tool has it.</summary>
    public const int DefaultSaltLength = 16;

    /// <summary>The shortest salt that is drawn, in bytes: a shorter one may repeat among the devices of a batch.</summary>
    public const int MinSaltLength = 8;

    /// <summary>What the device is called; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>The username.</summary>
    public required string Username { get; init; }

    /// <summary>The password, which stays the caller's; null to have one generated.</summary>
    public Secret? Password { get; init; }

    /// <summary>How a password is generated when none is given.</summary>
    public PasswordRecipe Recipe { get; init; } = PasswordRecipe.Default;

    /// <summary>A fixed salt, for builds and tests that must repeat; null to draw one.</summary>
    public ReadOnlyMemory<byte>? Salt { get; init; }

    /// <summary>How many bytes of salt to draw.</summary>
    public int SaltLength { get; init; } = DefaultSaltLength;

    /// <summary>Checks everything that can be wrong, so that nothing goes wrong later, on another thread.</summary>
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
