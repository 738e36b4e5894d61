using EspProv.Fleet;
using EspProv.Security;

namespace EspProv.FleetRig;

/// <summary>What a row of the rig's plans is, and what has to come of it.</summary>
internal sealed record PlannedDevice(int Number, string Name, string Address, SecurityVersion Security, string Secret, string Passphrase)
{
    public const string Ssid = "MyHomeWiFiAP";
    public const string RightPassphrase = "mypassword";
    public const string RightSecret = "abcd1234";
    public const string Username = "wifiprov";
    public const string Header = "Name,Address,SecurityVersion,Pop,Username,Password,Ssid,Passphrase";

    public static bool HasWrongSecret(int number) => number % 50 == 7;

    public static bool HasWrongPassphrase(int number) => number % 50 == 19;

    public static bool IsMissing(int number) => number % 100 == 33;

    public static bool IsLossy(int number) => number % 20 == 11;

    /// <summary>Status and reason that the row of this number has to have.</summary>
    public static (FleetStatus Status, string? Reason) Expected(int number) =>
        IsMissing(number) ? (FleetStatus.Failed, nameof(ProvisioningErrorReason.DeviceUnreachable))
        : HasWrongSecret(number) ? (FleetStatus.Failed, nameof(ProvisioningErrorReason.WrongCredentials))
        : HasWrongPassphrase(number) ? (FleetStatus.Failed, "AuthError")
        : (FleetStatus.Connected, null);

    public string ToLine() => Security is SecurityVersion.Security2
        ? $"{Name},{Address},2,,{Username},{Secret},{Ssid},{Passphrase}"
        : $"{Name},{Address},1,{Secret},,,{Ssid},{Passphrase}";

    public static IReadOnlyList<PlannedDevice> Read(string path) =>
    [
        .. File.ReadLines(path).Skip(1).Select((line, index) =>
        {
            string[] cells = line.Split(',');
            bool login = cells[2] == "2";
            return new PlannedDevice(
                index + 1, cells[0], cells[1], login ? SecurityVersion.Security2 : SecurityVersion.Security1, login ? cells[5] : cells[3], cells[7]);
        }),
    ];

    public FleetRow ToRow()
    {
        bool login = Security is SecurityVersion.Security2;
        return new FleetRow
        {
            Number = Number,
            Name = Name,
            Address = Address,
            SecurityVersion = Security,
            ProofOfPossession = login ? null : EspProv.Secret.FromUtf8(Secret),
            Username = login ? Username : null,
            Password = login ? EspProv.Secret.FromUtf8(Secret) : null,
            Ssid = System.Text.Encoding.UTF8.GetBytes(Ssid),
            SsidText = Ssid,
            Passphrase = EspProv.Secret.FromUtf8(Passphrase),
        };
    }
}
