namespace EspProv.Security;

/// <summary>Protocomm's security schemes; numbered as on the wire and in the vendor's <c>--sec_ver</c>.</summary>
public enum SecurityVersion
{
    /// <summary>No security: everything is sent as plain text.</summary>
    Security0 = 0,

    /// <summary>X25519 key exchange, AES-256-CTR, proof of possession (PROTOCOL.md §4).</summary>
    Security1 = 1,

    /// <summary>SRP-6a, AES-256-GCM, username and password (PROTOCOL.md §5).</summary>
    Security2 = 2,
}
