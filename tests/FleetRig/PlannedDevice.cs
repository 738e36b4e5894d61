using EspProv.Fleet;
using EspProv.Fleet.Plan;
using EspProv.Security;

namespace EspProv.FleetRig;

/// <summary>A row of the rig's plans, and its expected result.</summary>
internal sealed record PlannedDevice(int Number, string Name, string Address, SecurityVersion Security, string Secret, string Passphrase)
{
    public const string Ssid = "MyHomeWiFiAP";
    public const string RightPassphrase = "mypassword";
    public const string RightSecret = "abcd1234";
    public const string Username = "wifiprov";
    public const string Header = "Name,Address,SecurityVersion,Pop,Username,Password,Ssid,Passphrase";

    // Even numbers use security 2, odd ones security 1: each fault occurs with both, and never two at one device.
    public static SecurityVersion SecurityOf(int number) => number % 2 == 0 ? SecurityVersion.Security2 : SecurityVersion.Security1;

    public static bool HasWrongSecret(int number) => number % 100 is 7 or 58;

    public static bool HasWrongPassphrase(int number) => number % 100 is 19 or 70;

    public static bool IsMissing(int number) => number % 200 is 33 or 134;

    public static bool IsLossy(int number) => number % 40 is 11 or 32;

    /// <summary>The expected status and reason of the row.</summary>
    public static (FleetStatus Status, string? Reason) Expected(int number) =>
        IsMissing(number) ? (FleetStatus.Failed, nameof(ProvisioningErrorReason.DeviceUnreachable))
        : HasWrongSecret(number) ? (FleetStatus.Failed, nameof(ProvisioningErrorReason.WrongCredentials))
        : HasWrongPassphrase(number) ? (FleetStatus.Failed, "AuthError")
        : (FleetStatus.Connected, null);

    /// <summary>
    /// Whether a result is as expected. On a lossy link, Unknown is right if the device's last reply was lost and its service has ended.
    /// </summary>
    public static bool IsAsExpected(int number, FleetResult? result) => result is not null
        && ((result.Status, result.Reason) == Expected(number) || (IsLossy(number) && result.Status is FleetStatus.Unknown));

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
                index + 1, cells[0], cells[1], login
                    ? SecurityVersion.Security2
                    : SecurityVersion.Security1, login ? cells[5] : cells[3], cells[7]);
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
