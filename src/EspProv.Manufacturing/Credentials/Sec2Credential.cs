using EspProv.Srp;

namespace EspProv.Manufacturing.Credentials;

/// <summary>
/// A security 2 credential of firmware: username, salt and verifier (PROTOCOL.md §5). It has the password only if it was generated, for the
/// label.
/// </summary>
public sealed class Sec2Credential : IDisposable
{
    /// <summary>The longest salt in bytes, so that the device's reply fits a BLE attribute.</summary>
    public const int MaxSaltLength = 64;

    /// <summary>The longest username in bytes of UTF-8, so that the client's first message has a usual size.</summary>
    public const int MaxUsernameLength = 64;

    /// <summary>Creates a credential.</summary>
    /// <param name="name">The device's name in lists and identifiers; null for none.</param>
    /// <param name="username">1 to <see cref="MaxUsernameLength"/> bytes in UTF-8.</param>
    /// <param name="salt">1 to <see cref="MaxSaltLength"/> bytes.</param>
    /// <param name="verifier">Big-endian; at most as long as N. Leading zero bytes are dropped, as firmware does.</param>
    /// <param name="password">The generated password; the credential disposes of it.</param>
    /// <exception cref="ArgumentException">A part is empty or too long.</exception>
    public Sec2Credential(
        string? name, string username, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> verifier, Secret? password = null)
    {
        CheckUsername(username);
        CheckSalt(salt);
        verifier = verifier.TrimStart((byte)0);
        if (verifier.IsEmpty || verifier.Length > SrpGroup.Rfc5054_3072.Length)
        {
            throw new ArgumentException(
                $"A verifier is a number of at most {SrpGroup.Rfc5054_3072.Length} bytes, and not zero.", nameof(verifier));
        }

        Name = string.IsNullOrWhiteSpace(name) ? null : UntrustedText.Show(name);
        Username = username;
        Salt = salt.ToArray();
        Verifier = verifier.ToArray();
        Password = password;
    }

    /// <summary>The device's name, safe to show; null for none.</summary>
    public string? Name { get; }

    /// <summary>The username that clients log in with.</summary>
    public string Username { get; }

    /// <summary>The salt.</summary>
    public ReadOnlyMemory<byte> Salt { get; }

    /// <summary>v = g^x mod N, big-endian without leading zero bytes: 384 bytes, and fewer 1 time in 256.</summary>
    public ReadOnlyMemory<byte> Verifier { get; }

    /// <summary>The password, if it was generated with the credential; null if the user gave it.</summary>
    public Secret? Password { get; }

    /// <summary>Zeroes the password.</summary>
    public void Dispose() => Password?.Dispose();

    /// <summary>The name and the username, never the password.</summary>
    public override string ToString() => Name is null ? Username : $"{Name} ({Username})";

    internal static void CheckUsername(string username)
    {
        ArgumentNullException.ThrowIfNull(username);
        int length = System.Text.Encoding.UTF8.GetByteCount(username);
        if (length is 0 or > MaxUsernameLength)
        {
            throw new ArgumentException(
                $"A username has 1 to {MaxUsernameLength} bytes in UTF-8; this one has {length}.", nameof(username));
        }

        if (!UntrustedText.IsSafe(username))
            throw new ArgumentException("A username cannot have control characters or invisible characters.", nameof(username));
    }

    internal static void CheckSalt(ReadOnlySpan<byte> salt)
    {
        if (salt.Length is 0 or > MaxSaltLength)
            throw new ArgumentException($"A salt has 1 to {MaxSaltLength} bytes; this one has {salt.Length}.", nameof(salt));
    }
}
