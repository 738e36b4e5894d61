namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>The names of a credential in the firmware's non-volatile storage (NVS).</summary>
public sealed class NvsNames
{
    /// <summary>The longest namespace or key in characters: NVS stores 16 bytes, including a terminating zero.</summary>
    public const int MaxLength = 15;

    /// <summary>Creates a set of names.</summary>
    /// <exception cref="ArgumentException">A name is empty, too long, has invalid characters, or appears twice.</exception>
    public NvsNames(string space = "sec2", string username = "username", string salt = "salt", string verifier = "verifier")
    {
        string[] names = [space, username, salt, verifier];
        foreach (string name in names)
        {
            ArgumentNullException.ThrowIfNull(name);
            if (name.Length is 0 or > MaxLength || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
                throw new ArgumentException($"'{name}' is not a valid NVS name: use 1 to {MaxLength} letters, digits, '_', '-' or '.'.");
        }

        // The manufacturing tool finds rows by key, and reserves 'id' and 'namespace'.
        string[] keys = [username, salt, verifier];
        if (keys.Distinct(StringComparer.Ordinal).Count() != keys.Length)
            throw new ArgumentException("The username, the salt and the verifier need three different keys.");
        if (names.FirstOrDefault(name => name is MassManufacturingWriter.IdColumn or "namespace" or "REPEAT") is { } reserved)
            throw new ArgumentException($"'{reserved}' is reserved by the manufacturing tool. Use another name.");
        (Namespace, Username, Salt, Verifier) = (space, username, salt, verifier);
    }

    /// <summary>sec2: username, salt, verifier.</summary>
    public static NvsNames Default { get; } = new();

    /// <summary>The namespace.</summary>
    public string Namespace { get; }

    /// <summary>The key of the username, a string.</summary>
    public string Username { get; }

    /// <summary>The key of the salt, a blob.</summary>
    public string Salt { get; }

    /// <summary>The key of the verifier, a blob.</summary>
    public string Verifier { get; }
}
