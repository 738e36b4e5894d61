namespace EspProv.Devices;

/// <summary>The names of the fields of a QR payload (PROTOCOL.md §10), in firmware's order.</summary>
internal static class QrFields
{
    public const string Version = "ver";
    public const string Name = "name";
    public const string Username = "username";
    public const string ProofOfPossession = "pop";
    public const string Transport = "transport";
    public const string SecurityVersion = "security";
    public const string SoftApKey = "password";
    public const string Network = "network";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Version, Name, Username, ProofOfPossession, Transport, SecurityVersion, SoftApKey, Network];
}
