using System.Net;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Srp;
using EspProv.Transports.Http;
using EspProv.Virtual.Protocomm;
using EspProv.Virtual.Provisioning;
using EspProv.Virtual.Worlds;

namespace EspProv.Virtual;

/// <summary>Options of a virtual device. The defaults are those of the vendor's stock example.</summary>
public sealed record VirtualDeviceOptions
{
    /// <summary>The default of <see cref="AttachTimeout"/>, in seconds.</summary>
    public const double DefaultAttachTimeoutSeconds = 20;

    /// <summary>The default of <see cref="ConnectionAttempts"/>.</summary>
    public const int DefaultConnectionAttempts = 1;

    /// <summary>The default of <see cref="ConnectDelay"/>, in seconds.</summary>
    public const double DefaultConnectDelaySeconds = 0.2;

    /// <summary>The default of <see cref="ScanDelay"/>, in seconds.</summary>
    public const double DefaultScanDelaySeconds = 0.2;

    /// <summary>The service name; PROV_ and six hex digits of a made-up MAC when null.</summary>
    public string? Name { get; init; }

    /// <summary>The scheme.</summary>
    public SecurityVersion SecurityVersion { get; init; } = SecurityVersion.Security1;

    /// <summary>Security 1's proof of possession; empty for a device with <c>no_pop</c>.</summary>
    public string ProofOfPossession { get; init; } = "abcd1234";

    /// <summary>Security 2's username.</summary>
    public string Username { get; init; } = "wifiprov";

    /// <summary>Security 2's password; the device derives salt and verifier from it, unless both are given.</summary>
    public string Password { get; init; } = "abcd1234";

    /// <summary>Security 2's salt, with <see cref="Verifier"/>.</summary>
    public ReadOnlyMemory<byte>? Salt { get; init; }

    /// <summary>Security 2's verifier, with <see cref="Salt"/>.</summary>
    public ReadOnlyMemory<byte>? Verifier { get; init; }

    /// <summary>Security 2's nonce rule.</summary>
    public Security2Patch Security2Patch { get; init; } = Security2Patch.Patch1;

    /// <summary>The component.</summary>
    public ProvisioningComponent Component { get; init; } = ProvisioningComponent.WifiProvisioning;

    /// <summary>The firmware's kind of network; Thread needs network_provisioning.</summary>
    public ProvisioningNetwork Network { get; init; } = ProvisioningNetwork.Wifi;

    /// <summary>The Thread networks in range, for firmware that is built for Thread.</summary>
    public IReadOnlyList<VirtualThreadNetwork> ThreadNetworks { get; init; } = DefaultThreadNetworks;

    /// <summary>How long firmware for Thread tries to attach.</summary>
    public TimeSpan AttachTimeout { get; init; } = TimeSpan.FromSeconds(DefaultAttachTimeoutSeconds);

    /// <summary>
    /// Whether firmware for Thread is a full Thread device, the default. Without a reply, such a device creates a network if its dataset
    /// has an active timestamp, and reports attached.
    /// </summary>
    public bool FullThreadDevice { get; init; } = true;

    /// <summary>The local address to listen on; any but loopback is reachable from other machines.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port at that address; 0 for any free one.</summary>
    public int Port { get; init; }

    /// <summary>The networks in range.</summary>
    public IReadOnlyList<VirtualAccessPoint> AccessPoints { get; init; } = DefaultAccessPoints;

    /// <summary>The number of attempts before a failure is reported; above 1, attempts_remaining is reported in between.</summary>
    public int ConnectionAttempts { get; init; } = DefaultConnectionAttempts;

    /// <summary>How long a connection attempt takes.</summary>
    public TimeSpan ConnectDelay { get; init; } = TimeSpan.FromSeconds(DefaultConnectDelaySeconds);

    /// <summary>How long a scan takes.</summary>
    public TimeSpan ScanDelay { get; init; } = TimeSpan.FromSeconds(DefaultScanDelaySeconds);

    /// <summary>
    /// Custom endpoints beside <c>custom-data</c>; each echoes its request, except <c>ip-config</c> and <c>eap-config</c>, which take a
    /// fixed address and the login of an Enterprise network by the convention of docs/FLEETS.md.
    /// </summary>
    public IReadOnlyList<string> CustomEndpoints { get; init; } = [];

    /// <summary>Whether the service keeps running after Connected was read, which reprovisioning needs.</summary>
    public bool KeepServiceUp { get; init; }

    /// <summary>
    /// The file that stores credentials, like NVS; null for memory only. It contains the SSID and a salted digest of the passphrase, never
    /// the passphrase.
    /// </summary>
    public string? StatePath { get; init; }

    /// <summary>
    /// Show the passphrase and the data of <c>custom-data</c> in the monitor log, as stock firmware does; masked otherwise.
    /// </summary>
    public bool ShowPassphrase { get; init; }

    /// <summary>
    /// Show the QR code, its text and its URL in the monitor log, as stock firmware does when it is built with that option. They contain
    /// the proof of possession or the password.
    /// </summary>
    public bool ShowQr { get; init; }

    /// <summary>
    /// Whether the flash of a device on a serial port is encrypted, so that a loader finds no partition table in it. NVS is not encrypted.
    /// </summary>
    public bool IsFlashEncrypted { get; init; }

    /// <summary>
    /// Print the monitor log on a serial port too (<see cref="VirtualDevice.MonitorPort"/>), as boards do that are provisioned over another
    /// transport.
    /// </summary>
    public bool HasMonitorPort { get; init; }

    /// <summary>
    /// Lose the link for good once credentials were applied, as when the device's access point moves to the network's channel and the
    /// client does not find it again. The device continues, and joins or fails.
    /// </summary>
    public bool LoseLinkAfterApply { get; init; }

    /// <summary>The size of the HTTP server's buffer for a request's body, in bytes (PROTOCOL.md §6); 4096 in stock firmware.</summary>
    public int BodyLimit { get; init; } = HttpTransportOptions.StockBodyLimit;

    /// <summary>Firmware before 4.3: no cookies, the TCP connection is the session.</summary>
    public bool WithoutCookies { get; init; }

    /// <summary>Firmware that was built without scanning: no endpoint for it, and no <c>wifi_scan</c> or <c>thread_scan</c>.</summary>
    public bool WithoutScan { get; init; }

    /// <summary>An application's JSON objects in the proto-ver reply, label to JSON text.</summary>
    public IReadOnlyDictionary<string, string> ApplicationInfo { get; init; } = new Dictionary<string, string>();

    /// <summary>Answer proto-ver with this bare string, as very old firmware does.</summary>
    public string? BareVersion { get; init; }

    /// <summary>The source of the device's ephemeral keys.</summary>
    public IRandomSource Random { get; init; } = SystemRandomSource.Instance;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Returns the fault to inject for each request; null for none. Called on the device's task.</summary>
    public Func<VirtualRequest, VirtualFault>? Faults { get; init; }

    /// <summary>A custom radio, instead of <see cref="AccessPoints"/>.</summary>
    internal IWifiWorld? World { get; init; }

    /// <summary>The networks of the vendor's documentation.</summary>
    public static IReadOnlyList<VirtualAccessPoint> DefaultAccessPoints { get; } =
    [
        new() { Ssid = "MyHomeWiFiAP", Passphrase = "mypassword", Bssid = "78:8a:20:84:19:96", Channel = 1, Rssi = -45 },
        new() { Ssid = "MobileHotspot", Passphrase = "mobile1234", Bssid = "7a:8a:20:84:19:96", Channel = 11, Rssi = -46 },
        new() { Ssid = "MyHomeWiFiAP", Passphrase = "mypassword", Bssid = "78:8a:20:8d:aa:26", Channel = 11, Rssi = -54 },
        new() { Ssid = "NeighborsWiFiAP", Passphrase = "not-for-you", Bssid = "8a:8a:20:84:19:96", Channel = 6, Rssi = -61 },
        new() { Ssid = "InsecureWiFiAP", Bssid = "dc:a4:ca:f1:22:7c", Channel = 7, Rssi = -74 },
    ];

    /// <summary>Two networks, the first with the key of OpenThread's documentation.</summary>
    public static IReadOnlyList<VirtualThreadNetwork> DefaultThreadNetworks { get; } =
    [
        new()
        {
            NetworkName = "OpenThreadDemo",
            NetworkKey = new Secret(Convert.FromHexString("00112233445566778899aabbccddeeff")),
            PanId = 0x1234,
            ExtendedPanId = "1111111122222222",
            ExtendedAddress = "166e0a0000000002",
            Channel = 15,
            Rssi = -48,
            Lqi = 220,
        },
        new()
        {
            NetworkName = "NeighboursThread",
            NetworkKey = new Secret(Convert.FromHexString("ffeeddccbbaa99887766554433221100")),
            PanId = 0xd9a0,
            ExtendedPanId = "acc214689bc40bdf",
            ExtendedAddress = "8a3d5c00000000a1",
            Channel = 19,
            Rssi = -71,
            Lqi = 90,
        },
    ];

    /// <summary>Never a secret.</summary>
    public override string ToString() => $"{Name ?? ProvisioningDevice.StockNamePrefix + "…"} ({Component}, {SecurityVersion})";

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    internal void Validate()
    {
        Require(Port is >= 0 and <= 65535, nameof(Port), "is 0…65535");
        Require(ConnectionAttempts >= 1, nameof(ConnectionAttempts), "is at least 1");
        Require(ConnectDelay >= TimeSpan.Zero, nameof(ConnectDelay), "cannot be negative");
        Require(ScanDelay >= TimeSpan.Zero, nameof(ScanDelay), "cannot be negative");
        Require(IsGiven(Salt) == IsGiven(Verifier), nameof(Salt), "and Verifier are given together or not at all");
        Require(
            Verifier is not { IsEmpty: false } verifier
                || (verifier.Length <= SrpGroup.Rfc5054_3072.Length && verifier.Span.IndexOfAnyExcept((byte)0) >= 0),
            nameof(Verifier),
            "is not a number of up to 384 bytes above zero");
        Require(Enum.IsDefined(SecurityVersion), nameof(SecurityVersion), "is 0, 1 or 2");
        Require(Enum.IsDefined(Security2Patch), nameof(Security2Patch), "is not known");
        Require(Enum.IsDefined(Component), nameof(Component), "is not known");
        Require(Enum.IsDefined(Network), nameof(Network), "is not known");
        Require(
            Network != ProvisioningNetwork.Thread || Component == ProvisioningComponent.NetworkProvisioning,
            nameof(Network),
            "Thread needs the component NetworkProvisioning");
        Require(AttachTimeout >= TimeSpan.Zero, nameof(AttachTimeout), "cannot be negative");
        Require(Name is not { Length: 0 }, nameof(Name), "is empty");

        string[] taken =
        [
            ControlEndpoint.Name,
            ScanEndpoint.Name,
            ProtocommService.SessionEndpoint,
            ConfigEndpoint.Name,
            ProtocommService.VersionEndpoint,
            CustomEndpoint.StockName,
        ];
        foreach (string endpoint in CustomEndpoints)
        {
            Require(
                endpoint.Length > 0 && endpoint.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'),
                nameof(CustomEndpoints),
                $"'{endpoint}' is made of letters, digits, '-', '_' and '.'");
        }

        Require(
            taken.Concat(CustomEndpoints).Distinct(StringComparer.Ordinal).Count() == taken.Length + CustomEndpoints.Count,
            nameof(CustomEndpoints),
            "names an endpoint twice, or one that every device has");
    }

    // A null byte array was converted to an empty memory.
    private static bool IsGiven(ReadOnlyMemory<byte>? value) => value is { IsEmpty: false };

    private static void Require(bool holds, string option, string rule)
    {
        if (!holds)
            throw new ArgumentException($"{option} {rule}.", option);
    }
}
