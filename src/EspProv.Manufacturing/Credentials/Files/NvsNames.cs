namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>Under which names the firmware looks a credential up in its non-volatile storage (NVS).</summary>
public sealed class NvsNames
{
    /// <summary>The longest namespace or key in characters: NVS keeps 16 bytes, with a zero at the end.</summary>
    public const int MaxLength = 15;

    /// <summary>Makes a set of names.</summary>
    /// <exception cref="ArgumentException">A name is empty, longer than NVS takes, has odd characters, or comes twice.</exception>
    public NvsNames(string space = "sec2", string username = "username", string salt = "salt", string verifier = "verifier")
    {
        string[] names = [space, username, salt, verifier];
        foreach (string name in names)
        {
            ArgumentNullException.ThrowIfNull(name);
            if (name.Length is 0 or > MaxLength || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.'))
                throw new ArgumentException($"'{name}' is no name for NVS: 1 to {MaxLength} letters, digits, '_', '-' or '.'.");
        }

        // The manufacturing tool looks rows up by key, and takes 'id' and 'namespace' for its own.
        string[] keys = [username, salt, verifier];
        if (keys.Distinct(StringComparer.Ordinal).Count() != keys.Length)
            throw new ArgumentException("The username, the salt and the verifier need three different keys.");
        if (names.FirstOrDefault(name => name is MassManufacturingWriter.IdColumn or "namespace" or "REPEAT") is { } reserved)
            throw new ArgumentException($"'{reserved}' has a meaning of its own to the manufacturing tool.");
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
