using EspProv.Fleet.Plan;

namespace EspProv.Tests.Fleet.Run;

/// <summary>Rows for virtual devices as they are without options: stock firmware with security 1.</summary>
internal static class StockRow
{
    public static FleetRow Of(
        string? address,
        int number = 1,
        string? name = null,
        string passphrase = "mypassword",
        IReadOnlyList<FleetCustomData>? customData = null)
    {
        return new FleetRow
        {
            Number = number,
            Name = name,
            Address = address,
            ProofOfPossession = Secret.FromUtf8("abcd1234"),
            Ssid = "MyHomeWiFiAP"u8.ToArray(),
            SsidText = "MyHomeWiFiAP",
            Passphrase = Secret.FromUtf8(passphrase),
            CustomData = customData ?? [],
        };
    }
}
