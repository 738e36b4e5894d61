using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;
using EspProv.Virtual;
using EspProv.Virtual.Protocomm;
using EspProv.Virtual.Transports.BlueZ;
using EspProv.Virtual.Transports.Serial;
using EspProv.Virtual.Worlds;

namespace EspProv.Commands.VirtualDevices;

/// <summary>Starts virtual devices.</summary>
[Cmdlet(VerbsLifecycle.Start, "EspVirtualDevice", DefaultParameterSetName = CountSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspVirtualDevice))]
public sealed class StartEspVirtualDeviceCommand : AsyncCmdlet
{
    private const string CountSet = "Count";
    private const string NameSet = "Name";

    private ProvisioningComponent? _component;

    /// <summary>Service names, one device each.</summary>
    [Parameter(ParameterSetName = NameSet, Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The number of devices with generated names.</summary>
    [Parameter(ParameterSetName = CountSet)]
    [ValidateRange(1, 10000)]
    public int Count { get; set; } = 1;

    /// <summary>The security scheme.</summary>
    [Parameter]
    public SecurityVersion SecurityVersion { get; set; } = SecurityVersion.Security1;

    /// <summary>Security 1's proof of possession; empty for a device without one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [AllowEmptyString]
    [Alias("Pop")]
    public SecureString? ProofOfPossession { get; set; }

    /// <summary>Security 2's username.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Username { get; set; }

    /// <summary>Security 2's password.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    public SecureString? Password { get; set; }

    /// <summary>Security 2's salt, together with -Verifier, in place of a password.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [HexBytesTransformation]
    public byte[]? Salt { get; set; }

    /// <summary>Security 2's verifier, together with -Salt.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [HexBytesTransformation]
    public byte[]? Verifier { get; set; }

    /// <summary>The patch level of security 2, which decides how nonces are made.</summary>
    [Parameter]
    public Security2Patch Security2Patch { get; set; } = Virtual.Security2Patch.Patch1;

    /// <summary>The vendor's provisioning component of the firmware.</summary>
    [Parameter]
    public ProvisioningComponent Component
    {
        get => _component ?? (Network == ProvisioningNetwork.Thread
            ? ProvisioningComponent.NetworkProvisioning
            : ProvisioningComponent.WifiProvisioning);
        set => _component = value;
    }

    /// <summary>The kind of network that the firmware supports.</summary>
    [Parameter]
    public ProvisioningNetwork Network { get; set; } = ProvisioningNetwork.Wifi;

    /// <summary>The transport.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ProvisioningTransport Transport { get; set; } = ProvisioningTransport.SoftAP;

    /// <summary>The Bluetooth adapter to advertise on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AdapterCompleter))]
    public string? Adapter { get; set; }

    /// <summary>The Bluetooth service to offer.</summary>
    [Parameter]
    public Guid? ServiceUuid { get; set; }

    /// <summary>Manufacturer data to advertise, the company identifier first.</summary>
    [Parameter]
    [ValidateCount(2, 8)]
    public byte[]? ManufacturerData { get; set; }

    /// <summary>Accept requests only on an encrypted Bluetooth link.</summary>
    [Parameter]
    public SwitchParameter ForceEncryption { get; set; }

    /// <summary>The size of the serial console's line buffer, in bytes.</summary>
    [Parameter]
    [ValidateRange(SerialTransportOptions.MinLineLimit, SerialTransportOptions.MaxLineLimit)]
    public int LineLimit { get; set; } = SerialTransportOptions.StockLineLimit;

    /// <summary>The size of the HTTP server's buffer for a request's body, in bytes.</summary>
    [Parameter]
    [ValidateRange(HttpTransportOptions.MinBodyLimit, HttpTransportOptions.MaxBodyLimit)]
    public int BodyLimit { get; set; } = HttpTransportOptions.StockBodyLimit;

    /// <summary>Print log messages between the serial console's replies.</summary>
    [Parameter]
    public SwitchParameter Noise { get; set; }

    /// <summary>Encrypt bootloader, partition table and application in the flash of a board on a serial port.</summary>
    [Parameter]
    public SwitchParameter FlashEncryption { get; set; }

    /// <summary>The address of this machine where the devices listen.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public IPAddress ListenAddress { get; set; } = IPAddress.Loopback;

    /// <summary>TCP port of the first device; the others take the following ports.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 65535)]
    public int Port { get; set; }

    /// <summary>The networks in range.</summary>
    [Parameter]
    [AccessPointTransformation]
    [AllowEmptyCollection]
    public VirtualAccessPoint[]? AccessPoint { get; set; }

    /// <summary>The Thread networks in range.</summary>
    [Parameter]
    [ThreadNetworkTransformation]
    [AllowEmptyCollection]
    public VirtualThreadNetwork[]? ThreadNetwork { get; set; }

    /// <summary>How long firmware for Thread searches for its network, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(0.0, 3600.0)]
    public double AttachTimeout { get; set; } = VirtualDeviceOptions.DefaultAttachTimeoutSeconds;

    /// <summary>Whether firmware for Thread is a full Thread device, which founds a network if no other device answers.</summary>
    [Parameter]
    public SwitchParameter FullThreadDevice { get; set; } = true;

    /// <summary>The number of attempts of the firmware to join a network.</summary>
    [Parameter]
    [ValidateRange(1, 255)]
    public int ConnectionAttempts { get; set; } = VirtualDeviceOptions.DefaultConnectionAttempts;

    /// <summary>How long one attempt to join takes, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(0.0, 3600.0)]
    public double ConnectDelay { get; set; } = VirtualDeviceOptions.DefaultConnectDelaySeconds;

    /// <summary>How long a scan takes, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(0.0, 3600.0)]
    public double ScanDelay { get; set; } = VirtualDeviceOptions.DefaultScanDelaySeconds;

    /// <summary>Custom endpoints in addition to custom-data.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? CustomEndpoint { get; set; }

    /// <summary>Keep the provisioning service up after the device is connected.</summary>
    [Parameter]
    public SwitchParameter KeepServiceUp { get; set; }

    /// <summary>A file that keeps the credentials while the device is off.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? StatePath { get; set; }

    /// <summary>Print the monitor log on a serial port too, beside another transport.</summary>
    [Parameter]
    public SwitchParameter MonitorPort { get; set; }

    /// <summary>Lose the link for good once credentials were applied.</summary>
    [Parameter]
    public SwitchParameter LoseLinkAfterApply { get; set; }

    /// <summary>Show passphrases in the monitor log, as stock firmware does.</summary>
    [Parameter]
    public SwitchParameter ShowPassphrase { get; set; }

    /// <summary>Show the QR code and its text, with the device's secret, in the monitor log, as stock firmware can.</summary>
    [Parameter]
    public SwitchParameter ShowQr { get; set; }

    /// <summary>Behave like firmware before 4.3, which has no cookies.</summary>
    [Parameter]
    public SwitchParameter WithoutCookies { get; set; }

    /// <summary>Behave like firmware that was built without scanning.</summary>
    [Parameter]
    public SwitchParameter WithoutScan { get; set; }

    /// <summary>What the application adds to the version reply: label to JSON text.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable? ApplicationInfo { get; set; }

    /// <summary>Answer version requests with this string instead of JSON, as very old firmware does.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BareVersion { get; set; }

    /// <summary>Starts the devices of this record.</summary>
    protected override void ProcessRecord()
    {
        string?[] names = ParameterSetName == NameSet ? Name : new string?[Count];
        if (names.Length > 1 && !string.IsNullOrEmpty(StatePath))
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "A state file belongs to one device; give -StatePath with one name.", StatePath));
        }

        if (Transport is not (ProvisioningTransport.SoftAP or ProvisioningTransport.Ble or ProvisioningTransport.Serial))
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict,
                $"A virtual device supports the transports SoftAP, Ble and Serial, not {Transport}.",
                Transport));
        }

        if (Transport == ProvisioningTransport.Ble && names.Length > 1)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict,
                "A Bluetooth adapter serves only one virtual device; start one device per adapter with -Adapter.",
                Transport));
        }

        if (Transport != ProvisioningTransport.Ble
            && (!string.IsNullOrEmpty(Adapter) || ServiceUuid is not null || ManufacturerData is not null || ForceEncryption))
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict,
                "-Adapter, -ServiceUuid, -ManufacturerData and -ForceEncryption need -Transport Ble.",
                Transport));
        }

        if (Transport != ProvisioningTransport.SoftAP
            && (MyInvocation.BoundParameters.ContainsKey(nameof(ListenAddress))
                || MyInvocation.BoundParameters.ContainsKey(nameof(BodyLimit))))
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "-ListenAddress and -BodyLimit need -Transport SoftAP.", Transport));
        }

        if (Salt is null != Verifier is null)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "-Salt and -Verifier belong together; give both, or -Password instead.", Salt ?? Verifier));
        }

        if (Transport != ProvisioningTransport.Serial
            && (Noise || FlashEncryption || MyInvocation.BoundParameters.ContainsKey(nameof(LineLimit))))
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "-LineLimit, -Noise and -FlashEncryption need -Transport Serial.", Transport));
        }

        if (Transport == ProvisioningTransport.Serial && MonitorPort)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "The serial port of the device has its log already; leave out -MonitorPort.", Transport));
        }

        for (int i = 0; i < names.Length; i++)
        {
            if (ShouldProcess(names[i] ?? "a new device", "Start a virtual device"))
                Start(MakeOptions(names[i] ?? VirtualDeviceRegistry.Current.MakeUpName(), Port == 0 ? 0 : Port + i));
        }
    }

    private void Start(VirtualDeviceOptions options)
    {
        if (VirtualDeviceRegistry.Current.Runs(options.Name!))
            WriteWarning($"A virtual device '{options.Name}' is already running, so that name selects both. Pipe the one you want.");
        EspVirtualDevice? device = null;
        bool isStarted = VirtualDeviceStart.Try(this, options.Name!, () => device = Await(
            async (_, token) => new EspVirtualDevice(
                await MakeTransportAsync(token).ConfigureAwait(false) is { } transport
                    ? await Virtual.VirtualDevice.StartAsync(options, transport, token).ConfigureAwait(false)
                    : await Virtual.VirtualDevice.StartAsync(options, token).ConfigureAwait(false),
                Transport),
            abandon: late => _ = late.StopAsync().AsTask()));
        if (!isStarted)
            return;
        VirtualDeviceRegistry.Current.Add(device!);
        WriteObject(device);
    }

    // Null for HTTP, which a virtual device makes by itself.
    private async Task<IDeviceTransport?> MakeTransportAsync(CancellationToken token) => Transport switch
    {
        ProvisioningTransport.Ble => await BlueZPeripheral.OpenAsync(MakePeripheralOptions(), token).ConfigureAwait(false),
        ProvisioningTransport.Serial => new SerialDeviceServer(new SerialDeviceOptions { LineLimit = LineLimit, Noise = Noise }),
        _ => null,
    };

    private BlueZPeripheralOptions MakePeripheralOptions()
    {
        var defaults = new BlueZPeripheralOptions();
        return defaults with
        {
            Adapter = string.IsNullOrEmpty(Adapter) ? null : Adapter,
            ServiceUuid = ServiceUuid ?? defaults.ServiceUuid,
            ManufacturerData = ManufacturerData,
            ForceEncryption = ForceEncryption,
        };
    }

    private VirtualDeviceOptions MakeOptions(string name, int port)
    {
        var defaults = new VirtualDeviceOptions();
        return defaults with
        {
            Name = name,
            SecurityVersion = SecurityVersion,
            ProofOfPossession = ProofOfPossession?.ToPlainText() ?? defaults.ProofOfPossession,
            Username = string.IsNullOrEmpty(Username) ? defaults.Username : Username,
            Password = Password?.ToPlainText() ?? defaults.Password,
            Salt = Salt is null ? null : (ReadOnlyMemory<byte>?)Salt,
            Verifier = Verifier is null ? null : (ReadOnlyMemory<byte>?)Verifier,
            Security2Patch = Security2Patch,
            Component = Component,
            Network = Network,
            ThreadNetworks = ThreadNetwork ?? defaults.ThreadNetworks,
            AttachTimeout = TimeSpan.FromSeconds(AttachTimeout),
            FullThreadDevice = FullThreadDevice,
            ListenAddress = ListenAddress,
            BodyLimit = BodyLimit,
            Port = port,
            AccessPoints = AccessPoint ?? defaults.AccessPoints,
            ConnectionAttempts = ConnectionAttempts,
            ConnectDelay = TimeSpan.FromSeconds(ConnectDelay),
            ScanDelay = TimeSpan.FromSeconds(ScanDelay),
            CustomEndpoints = CustomEndpoint ?? [],
            KeepServiceUp = KeepServiceUp,
            StatePath = string.IsNullOrEmpty(StatePath) ? null : GetUnresolvedProviderPathFromPSPath(StatePath),
            HasMonitorPort = MonitorPort,
            LoseLinkAfterApply = LoseLinkAfterApply,
            ShowPassphrase = ShowPassphrase,
            ShowQr = ShowQr,
            IsFlashEncrypted = FlashEncryption,
            WithoutCookies = WithoutCookies,
            WithoutScan = WithoutScan,
            ApplicationInfo = ApplicationInfo is null
                ? defaults.ApplicationInfo
                : ApplicationInfo.Cast<DictionaryEntry>().ToDictionary(
                    entry => entry.Key.ToString()!,
                    entry => InvariantText.Of(entry.Value) ?? entry.Value?.ToString() ?? "null"),
            BareVersion = BareVersion,
        };
    }
}
