using System.Runtime.InteropServices;
using System.Security.Cryptography;
using EspProv.Devices;
using EspProv.Networks;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;

namespace EspProv.Fleet.Plan;

/// <summary>
/// One device of a plan, with the values of the row and of the common parameters. It owns its secrets, and is disposed of by the run.
/// </summary>
public sealed class FleetRow : IDisposable
{
    private readonly string _ssidText = "";

    /// <summary>The row's number in the plan, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The device's service name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>How to reach it.</summary>
    public ProvisioningTransport Transport { get; init; } = ProvisioningTransport.SoftAP;

    /// <summary>The device's address; null if it has to be found by its name.</summary>
    public string? Address { get; init; }

    /// <summary>The device as it was discovered; null if the row only names it.</summary>
    public ProvisioningDevice? Found { get; init; }

    /// <summary>The device's own access point, which this machine has to join first; null if the device is reached directly.</summary>
    public string? AccessPoint { get; init; }

    /// <summary>The key of <see cref="AccessPoint"/>; null for an open one.</summary>
    public Secret? SoftApKey { get; init; }

    /// <summary>The Bluetooth adapter to use; null for the default one.</summary>
    public string? Adapter { get; init; }

    /// <summary>The speed of a serial port, in bits per second.</summary>
    public int BaudRate { get; init; } = SerialTransportOptions.StockBaudRate;

    /// <summary>The serial port with the log of the device's board, to watch while it joins; null for none.</summary>
    public string? MonitorPort { get; init; }

    /// <summary>The speed of <see cref="MonitorPort"/>, in bits per second.</summary>
    public int MonitorBaudRate { get; init; } = SerialTransportOptions.StockBaudRate;

    /// <summary>The size of the line buffer of a device's serial console, in bytes.</summary>
    public int LineLimit { get; init; } = SerialTransportOptions.StockLineLimit;

    /// <summary>The size of the device's buffer for the body of an HTTP request, in bytes.</summary>
    public int BodyLimit { get; init; } = HttpTransportOptions.StockBodyLimit;

    /// <summary>The scheme to use; null for the device's own.</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>Security 1's proof of possession.</summary>
    public Secret? ProofOfPossession { get; init; }

    /// <summary>Security 2's username.</summary>
    public string? Username { get; init; }

    /// <summary>Security 2's password.</summary>
    public Secret? Password { get; init; }

    /// <summary>The network's name as bytes.</summary>
    public ReadOnlyMemory<byte> Ssid { get; init; }

    /// <summary>The network's name, escaped for display.</summary>
    public string SsidText
    {
        get => _ssidText;
        init => _ssidText = UntrustedText.Show(value);
    }

    /// <summary>The network's passphrase; null or empty for an open network.</summary>
    public Secret? Passphrase { get; init; }

    /// <summary>The access point to prefer.</summary>
    public ReadOnlyMemory<byte>? Bssid { get; init; }

    /// <summary>The channel to look on.</summary>
    public int? Channel { get; init; }

    /// <summary>The known auth modes of the network's access points. They are not sent; they decide which keys are valid.</summary>
    public IReadOnlyList<WifiAuthMode> KnownAuth { get; init; } = [];

    /// <summary>
    /// The Thread network; null for none. If a row has a Wi-Fi and a Thread network, the device's firmware decides.
    /// </summary>
    public ThreadDataset? Dataset { get; init; }

    /// <summary>What the application's endpoints get before the credentials are sent, in this order.</summary>
    public IReadOnlyList<FleetCustomData> CustomData { get; init; } = [];

    /// <summary>Accept security 0 although only an unauthenticated reply asks for it.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>Log in to security 2 as the vendor's tool would (PROTOCOL.md §5).</summary>
    public bool UseVendorToolHash { get; init; }

    /// <summary>An open session to use; it stays open.</summary>
    public ProvisioningSession? Session { get; init; }

    /// <summary>Whether name and secrets come from a QR code.</summary>
    public bool IsFromQrCode { get; init; }

    /// <summary>Whether all columns are empty.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>The first value that could not be read; null if all could.</summary>
    public FleetProblem? Problem { get; init; }

    /// <summary>The device's name for display.</summary>
    public string Device => UntrustedText.Show(
        Session?.Device.Name ?? (!string.IsNullOrEmpty(Name) ? Name : !string.IsNullOrEmpty(Address) ? Address : $"row {Number}"));

    /// <summary>
    /// The device's own service name; null if unknown, because next to an address <see cref="Name"/> is chosen by the user.
    /// </summary>
    public string? ServiceName =>
        Session is not null || Transport is not (ProvisioningTransport.SoftAP or ProvisioningTransport.Ble) ? null
            : Found?.Name ?? (IsFromQrCode || string.IsNullOrEmpty(Address) ? Name : null);

    /// <summary>The network's name for display, before the device reports which kind it takes; null if the row names none.</summary>
    public string? NetworkName => SsidText.Length > 0 ? SsidText : Dataset?.DisplayName;

    /// <summary>The kind of network; null if the device decides.</summary>
    public ProvisioningNetwork? NetworkKind => (Ssid.IsEmpty, Dataset) switch
    {
        (false, null) => ProvisioningNetwork.Wifi,
        (true, not null) => ProvisioningNetwork.Thread,
        _ => null,
    };

    /// <summary>
    /// The warning about a Wi-Fi network without a passphrase that is not known to be open: the cell may be empty by mistake. Null if there
    /// is none.
    /// </summary>
    internal string? FindOpenNetworkWarning()
    {
        bool isKnownOpen = KnownAuth.Count > 0 && KnownAuth.All(mode => mode is WifiAuthMode.Open or WifiAuthMode.OWE);
        return Ssid.IsEmpty || Passphrase is { IsEmpty: false } || isKnownOpen
            ? null
            : WifiFailureHints.NoPassphrase(SsidText);
    }

    /// <summary>The network for a device with these capabilities; the caller disposes of it.</summary>
    internal NetworkCredential CreateCredential(DeviceCapability capability)
    {
        bool isForThread = NetworkKind is { } kind ? kind is ProvisioningNetwork.Thread : !capability.Supports(ProvisioningNetwork.Wifi);
        return isForThread ? ThreadDataset.Parse(Dataset!.Tlvs.Bytes) : CreateWifiCredential();
    }

    /// <summary>The Wi-Fi network, with a copy of the passphrase; the caller disposes of it.</summary>
    internal WifiCredential CreateWifiCredential() => new(
        Ssid,
        Passphrase?.Copy(),
        Bssid,
        Channel,
        KnownAuth.Contains(WifiAuthMode.WEP) ? WifiAuthMode.WEP : KnownAuth.Count == 1 ? KnownAuth[0] : null);

    /// <summary>Zeroes the secrets.</summary>
    public void Dispose()
    {
        ProofOfPossession?.Dispose();
        Password?.Dispose();
        Passphrase?.Dispose();
        SoftApKey?.Dispose();
        Dataset?.Dispose();
        foreach (FleetCustomData entry in CustomData)
        {
            if (MemoryMarshal.TryGetArray(entry.Data, out ArraySegment<byte> data))
                CryptographicOperations.ZeroMemory(data);
        }
    }

    /// <summary>The row's device at an address.</summary>
    public ProvisioningDevice At(string address) => new()
    {
        Name = Device,
        Transport = Transport,
        Address = address,
        SecurityVersion = SecurityVersion,
        AccessPoint = AccessPoint,
        Adapter = Adapter,
        ServiceUuids = Found?.ServiceUuids ?? [],
    };

    /// <summary>The device's name; never a secret.</summary>
    public override string ToString() => Device;
}
