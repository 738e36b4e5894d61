using System.Management.Automation;
using System.Security;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Sessions;

/// <summary>A cmdlet for devices: found ones, or ones given by address or name.</summary>
public abstract class DeviceCmdlet : AsyncCmdlet
{
    /// <summary>The parameter set of found devices.</summary>
    protected const string DeviceSet = "Device";

    /// <summary>The parameter set of addresses.</summary>
    protected const string AddressSet = "Address";

    private readonly AccessPointConsent _consent;
    private bool _isNameTyped;

    private protected DeviceCmdlet() => _consent = new AccessPointConsent(this);

    /// <summary>Found devices.</summary>
    [Parameter(ParameterSetName = DeviceSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [DeviceTransformation]
    [ValidateNotNullOrEmpty]
    public ProvisioningDevice[] Device { get; set; } = [];

    /// <summary>The addresses of devices; a device's name may replace its address.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [Alias("Port")]
    [ArgumentCompleter(typeof(AddressCompleter))]
    public string[]? Address { get; set; }

    /// <summary>The names of devices to find; with -Address, the names to show for the devices at these addresses.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeviceNameCompleter))]
    public virtual string[]? Name { get; set; }

    /// <summary>The transport of the address.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    public ProvisioningTransport Transport { get; set; } = ProvisioningTransport.SoftAP;

    /// <summary>How long a connection may take, in seconds.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double? ConnectTimeout { get; set; }

    /// <summary>How long one request and its reply may take, in seconds.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double ExchangeTimeout { get; set; } = DefaultTimeouts.ExchangeSeconds;

    /// <summary>The Bluetooth adapter to use.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AdapterCompleter))]
    public string? Adapter { get; set; }

    /// <summary>Pair with the device right after connecting over Bluetooth.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    public SwitchParameter Pair { get; set; }

    /// <summary>The key of the device's access point, if this machine joins it.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [GivenText]
    public SecureString? SoftApKey { get; set; }

    /// <summary>The device's access point, for this machine to join.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [GivenText]
    public string? AccessPoint { get; set; }

    /// <summary>The speed of a serial port, in bits per second.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [NumberTransformation(Empty = SerialTransportOptions.StockBaudRate)]
    [ValidateRange(SerialTransportOptions.MinBaudRate, SerialTransportOptions.MaxBaudRate)]
    public int BaudRate { get; set; } = SerialTransportOptions.StockBaudRate;

    /// <summary>The size of the line buffer of a device's serial console, in bytes.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(SerialTransportOptions.MinLineLimit, SerialTransportOptions.MaxLineLimit)]
    public int LineLimit { get; set; } = SerialTransportOptions.StockLineLimit;

    /// <summary>The size of the device's buffer for the body of an HTTP request, in bytes.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(HttpTransportOptions.MinBodyLimit, HttpTransportOptions.MaxBodyLimit)]
    public int BodyLimit { get; set; } = HttpTransportOptions.StockBodyLimit;

    /// <summary>Remembers whether the name was typed; later, names from the pipeline are bound too.</summary>
    protected override void BeginProcessing() => _isNameTyped = MyInvocation.BoundParameters.ContainsKey(nameof(Name));

    /// <summary>Whether this record names devices.</summary>
    private protected bool NamesDevices =>
        Device.Length > 0 || NonEmpty(Address).Length > 0 || NonEmpty(Name).Length > 0 || !string.IsNullOrEmpty(AccessPoint);

    /// <summary>The devices that this record names; pass each to <see cref="Locate"/> before use. An error if there are none.</summary>
    private protected IEnumerable<ProvisioningDevice> NamedDevices()
    {
        Code = null;
        if (Device.Length > 0)
            return Device;
        string[] names = NonEmpty(Name);
        string[] addresses = NonEmpty(Address) is { Length: > 0 } given ? given
            : !string.IsNullOrEmpty(AccessPoint) ? [HttpTransport.AccessPointAddress]
            : names;
        if (addresses.Length == 0)
        {
            WriteError(ErrorFactory.From(
                ModuleError.ParameterRequired,
                "No device is given: give its name or -Address, or pipe the output of Find-EspProvDevice.",
                target: null));
        }

        return addresses
            .Select((address, index) => Named(address, names.Length == 0 ? address : names[Math.Min(index, names.Length - 1)]))
            .OfType<ProvisioningDevice>();
    }

    /// <summary>The QR code whose text names the device that <see cref="NamedDevices"/> is at; null if it is named otherwise.</summary>
    private protected EspQrCode? Code { get; private set; }

    // Null, and an error, for text that names no device. Such text is not shown: it may have secrets.
    private ProvisioningDevice? Named(string address, string name)
    {
        Code = null;
        ProvisioningDevice? device = null;
        Try(target: null, () =>
        {
            if ((QrPayload.IsCode(address) ? address : QrPayload.IsCode(name) ? name : null) is { } text)
            {
                Code = new EspQrCode(QrPayload.Parse(text));
                (name, address) = (name == text ? Code.Name : name, address == text ? Code.Address : address);
            }

            ProvisioningTransport transport = IsTransportGiven ? Transport
                : DeviceLookup.TransportOf(address) ?? Code?.Transport ?? Transport;
            DeviceText.Check(name == address ? "The device's name" : "-Address", address, IsTransportGiven ? transport : null);
            DeviceText.CheckLabel("-Name", name);
            device = new ProvisioningDevice
            {
                Name = name,
                Transport = transport,
                Address = address,
                AccessPoint = string.IsNullOrEmpty(AccessPoint) ? null : AccessPoint,
            };
        });
        return device;
    }

    /// <summary>The device with its address, found by its name if necessary. Null, and an error, if it is not found.</summary>
    private protected ProvisioningDevice? Locate(ProvisioningDevice asked)
    {
        if (Device.Length > 0)
            return asked;
        bool isNamed = NonEmpty(Address).Length == 0;
        ProvisioningDevice? found = null;
        var lookup = new DeviceLookup(new DiscoveryRequest(NonEmpty(Adapter), ServiceUuid: null), Seconds.ToTimeSpan(ConnectTimeout));

        // Errors do not show a typed name: it may be a secret that was meant for another parameter.
        Try(isNamed && _isNameTyped ? null : asked, () => found = WithProgress("Looking for a device", "by its name", () =>
            Await((_, token) => lookup.ResolveAsync(asked, IsTransportGiven || Code is not null, mayBeHost: !isNamed, token))));
        return found;
    }

    /// <summary>A link to a device, not connected yet.</summary>
    /// <exception cref="ProvisioningException">The link cannot be made, or the user declined to leave this machine's network.</exception>
    private protected ITransport CreateTransport(ProvisioningDevice device)
    {
        if (device.AccessPoint is { } accessPoint && !_consent.Ask(device.Name, accessPoint))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.AccessPointNotConfirmed,
                $"The access point of {device.Name} was not joined, because you declined.");
        }

        using Secret? key = SoftApKey is { Length: > 0 } given ? given.ToSecret() : Code?.SoftApKey?.ToSecret();
        return TransportFactory.Create(
            device,
            new LinkSettings(Seconds.ToTimeSpan(ConnectTimeout), TimeSpan.FromSeconds(ExchangeTimeout))
            {
                Adapter = NonEmpty(Adapter),
                Pair = Pair,
                BaudRate = BaudRate,
                LineLimit = LineLimit,
                BodyLimit = BodyLimit,
                SoftApKey = key,
            });
    }

    /// <summary>The name that the device itself has; null if it is not known: next to an address, a name is the user's own.</summary>
    private protected string? ServiceNameOf(ProvisioningDevice device) =>
        device.Transport is ProvisioningTransport.SoftAP or ProvisioningTransport.Ble
        && device.Name != device.Address
        && (Device.Length > 0 || (NonEmpty(Address).Length == 0 && string.IsNullOrEmpty(AccessPoint)))
            ? device.Name
            : null;

    private bool IsTransportGiven => MyInvocation.BoundParameters.ContainsKey(nameof(Transport));

    // Empty cells of a file are missing values.
    private static string[] NonEmpty(string[]? values) => [.. (values ?? []).Where(value => !string.IsNullOrEmpty(value))];

    private static string? NonEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
