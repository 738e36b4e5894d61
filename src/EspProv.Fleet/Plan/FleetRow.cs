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

namespace EspProv.Fleet.Plan;

/// <summary>
/// One device of a plan, with the values that the row and the common parameters give together. It owns its secrets; whoever
/// runs it disposes of it.
/// </summary>
public sealed class FleetRow : IDisposable
{
    private readonly string _ssidText = "";

    /// <summary>The row's place in the plan, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The device's service name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>How to reach it.</summary>
    public ProvisioningTransport Transport { get; init; } = ProvisioningTransport.SoftAP;

    /// <summary>Where it is; null when it has to be found by its name.</summary>
    public string? Address { get; init; }

    /// <summary>The device as it was found, with what is known of it beside its address; null when it was named only.</summary>
    public ProvisioningDevice? Found { get; init; }

    /// <summary>The device's own access point, which this machine has to join first; null where it is reached as it is.</summary>
    public string? AccessPoint { get; init; }

    /// <summary>The key of <see cref="AccessPoint"/>; null for an open one.</summary>
    public Secret? SoftApKey { get; init; }

    /// <summary>The adapter of this machine that it is to be reached by, for BLE; null for the default one.</summary>
    public string? Adapter { get; init; }

    /// <summary>The speed of a serial port, in bits per second.</summary>
    public int BaudRate { get; init; } = 115200;

    /// <summary>The size of the line buffer of a device's serial console, in bytes.</summary>
    public int LineLimit { get; init; } = 256;

    /// <summary>The size of the device's buffer for the body of an HTTP request, in bytes.</summary>
    public int BodyLimit { get; init; } = HttpTransportOptions.StockBodyLimit;

    /// <summary>The scheme that was named; null to take the device's.</summary>
    public SecurityVersion? SecurityVersion { get; init; }

    /// <summary>Security 1's proof of possession.</summary>
    public Secret? ProofOfPossession { get; init; }

    /// <summary>Security 2's username.</summary>
    public string? Username { get; init; }

    /// <summary>Security 2's password.</summary>
    public Secret? Password { get; init; }

    /// <summary>The network's name as bytes.</summary>
    public ReadOnlyMemory<byte> Ssid { get; init; }

    /// <summary>The network's name as text to show.</summary>
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

    /// <summary>How the network's access points authenticate, as far as that is known. It is not sent, and decides which keys there are.</summary>
    public IReadOnlyList<WifiAuthMode> KnownAuth { get; init; } = [];

    /// <summary>
    /// The Thread network; null for none. A row may have a Wi-Fi and a Thread network: then the device's firmware decides.
    /// </summary>
    public ThreadDataset? Dataset { get; init; }

    /// <summary>What the application's endpoints get before the credentials are sent, in this order.</summary>
    public IReadOnlyList<FleetCustomData> CustomData { get; init; } = [];

    /// <summary>Accept security 0 although only an unauthenticated reply asks for it.</summary>
    public bool AllowUnencrypted { get; init; }

    /// <summary>Log in to security 2 as the vendor's tool would (PROTOCOL.md §5).</summary>
    public bool UseVendorToolHash { get; init; }

    /// <summary>A session that is open already; it is used instead of a new one, and stays open.</summary>
    public ProvisioningSession? Session { get; init; }

    /// <summary>Name and secrets come from a QR code.</summary>
    public bool IsFromQrCode { get; init; }

    /// <summary>No column of the row had a value.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>What could not be read of the row; null when all of it could.</summary>
    public FleetProblem? Problem { get; init; }

    /// <summary>What to call the device, as text to show.</summary>
    public string Device => UntrustedText.Show(
        Session?.Device.Name ?? (!string.IsNullOrEmpty(Name) ? Name : !string.IsNullOrEmpty(Address) ? Address : $"row {Number}"));

    /// <summary>What to call the network that it wants, as long as the device has not said which kind it takes; null when it names none.</summary>
    public string? NetworkName => SsidText.Length > 0 ? SsidText : Dataset?.DisplayName;

    /// <summary>The kind of network that it wants; null while that is up to the device.</summary>
    public ProvisioningNetwork? NetworkKind => (Ssid.IsEmpty, Dataset) switch
    {
        (false, null) => ProvisioningNetwork.Wifi,
        (true, not null) => ProvisioningNetwork.Thread,
        _ => null,
    };

    /// <summary>The network that it means, now that its device has said what it is built for; the caller disposes of it.</summary>
    internal NetworkCredential CreateCredential(DeviceCapability capability)
    {
        bool isForThread = NetworkKind is { } kind ? kind is ProvisioningNetwork.Thread : !capability.Supports(ProvisioningNetwork.Wifi);
        return isForThread ? ThreadDataset.Parse(Dataset!.Tlvs.Bytes) : CreateWifiCredential();
    }

    /// <summary>The Wi-Fi network, with a copy of the passphrase; the caller disposes of it.</summary>
    internal WifiCredential CreateWifiCredential() => new(
        Ssid, Passphrase?.Copy(), Bssid, Channel, KnownAuth.Contains(WifiAuthMode.WEP) ? WifiAuthMode.WEP : KnownAuth.Count == 1 ? KnownAuth[0] : null);

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

    /// <summary>The device, with what the row says of it, at an address.</summary>
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

/// <summary>Why a row cannot be run.</summary>
/// <param name="ErrorId">A stable id.</param>
/// <param name="Message">For people; it names the column and never shows a secret. Cells are in it as text to show.</param>
public sealed record FleetProblem(string ErrorId, string Message)
{
    /// <summary>An error that nobody expected. The exception's message is not in it: that may quote the device or hold a secret.</summary>
    public static FleetProblem Unexpected { get; } = new(
        FleetErrorIds.UnexpectedError,
        "An error that was not expected. Run the row again with verbose messages, which show the error's type, and report that type.");

    /// <summary>The key of the Wi-Fi network stands where security 2's password does, so that an empty one would be sent.</summary>
    public static FleetProblem KeyInPassword { get; } = new(
        nameof(ProvisioningErrorReason.InvalidPassphrase),
        "Password is security 2's, and goes with Username. The key of the Wi-Fi network is Passphrase: name the column, or the parameter, so.");

    /// <summary>For people; it names the column and never shows a secret. Cells are in it as text to show.</summary>
    public string Message { get; init; } = UntrustedText.Show(Message);
}
