using System.Management.Automation;
using System.Security;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Sessions;

/// <summary>A cmdlet that talks to devices: found ones, or ones that are given by their address or name.</summary>
public abstract class DeviceCmdlet : AsyncCmdlet
{
    /// <summary>The parameter set of devices that were found.</summary>
    protected const string DeviceSet = "Device";

    /// <summary>The parameter set of addresses.</summary>
    protected const string AddressSet = "Address";

    private const int DefaultBaudRate = 115200;

    private readonly AccessPointConsent _consent;
    private bool _isNameTyped;

    private protected DeviceCmdlet() => _consent = new AccessPointConsent(this);

    /// <summary>Devices that were found.</summary>
    [Parameter(ParameterSetName = DeviceSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [DeviceTransformation]
    [ValidateNotNullOrEmpty]
    public ProvisioningDevice[] Device { get; set; } = [];

    /// <summary>Where devices are; a device's name stands for its address.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [Alias("Port")]
    [ArgumentCompleter(typeof(AddressCompleter))]
    public string[]? Address { get; set; }

    /// <summary>The names of devices to look for; beside addresses, what to call the devices there.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(DeviceNameCompleter))]
    public virtual string[]? Name { get; set; }

    /// <summary>How to reach the address.</summary>
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
    public double ExchangeTimeout { get; set; } = 15;

    /// <summary>The Bluetooth adapter to use.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AdapterCompleter))]
    public string? Adapter { get; set; }

    /// <summary>Pair with the device right after connecting over Bluetooth.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    public SwitchParameter Pair { get; set; }

    /// <summary>The key of the device's access point, where this machine has to join it.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [GivenText]
    public SecureString? SoftApKey { get; set; }

    /// <summary>The device's access point, which this machine is to join.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [GivenText]
    public string? AccessPoint { get; set; }

    /// <summary>The speed of a serial port, in bits per second.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [NumberTransformation(Empty = DefaultBaudRate)]
    [ValidateRange(50, 12000000)]
    public int BaudRate { get; set; } = DefaultBaudRate;

    /// <summary>The size of the line buffer of a device's serial console, in bytes.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(64, 65536)]
    public int LineLimit { get; set; } = 256;

    /// <summary>The size of the device's buffer for the body of an HTTP request, in bytes.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(HttpTransportOptions.MinBodyLimit, HttpTransportOptions.MaxBodyLimit)]
    public int BodyLimit { get; set; } = HttpTransportOptions.StockBodyLimit;

    /// <summary>Remembers what the pipeline did not bring.</summary>
    protected override void BeginProcessing() => _isNameTyped = MyInvocation.BoundParameters.ContainsKey(nameof(Name));

    /// <summary>Whether this record says which devices.</summary>
    private protected bool NamesDevices => Device.Length > 0 || Given(Address).Length > 0 || Given(Name).Length > 0 || !string.IsNullOrEmpty(AccessPoint);

    /// <summary>The devices that this record names, to be given to <see cref="Locate"/> before they are used; none, and an error, where it names none.</summary>
    private protected IEnumerable<ProvisioningDevice> NamedDevices()
    {
        if (Device.Length > 0)
            return Device;
        string[] names = Given(Name);
        string[] places = Given(Address) is { Length: > 0 } addresses ? addresses
            : !string.IsNullOrEmpty(AccessPoint) ? [HttpTransport.AccessPointAddress]
            : names;
        if (places.Length == 0)
        {
            WriteError(ErrorFactory.From(
                ModuleError.ParameterRequired,
                "Say which device: give its name or -Address, or pipe what Find-EspProvDevice has found.",
                target: null));
        }

        return places.Select((place, at) => new ProvisioningDevice
        {
            Name = names.Length == 0 ? place : names[Math.Min(at, names.Length - 1)],
            Transport = IsTransportGiven ? Transport : DeviceLookup.TransportOf(place) ?? Transport,
            Address = place,
            AccessPoint = string.IsNullOrEmpty(AccessPoint) ? null : AccessPoint,
        });
    }

    /// <summary>The device itself: looked for where only its name is known. Null, after an error was written, where it is not there.</summary>
    private protected ProvisioningDevice? Locate(ProvisioningDevice asked)
    {
        if (Device.Length > 0)
            return asked;
        bool isNamed = Given(Address).Length == 0;
        ProvisioningDevice? found = null;

        // A name that was typed is not shown: it may be a secret that was meant for another parameter.
        Try(isNamed && _isNameTyped ? null : asked, () => found = WithProgress("Looking for a device", "by its name", () => Await((_, token) =>
            new DeviceLookup(new DiscoveryRequest(Given(Adapter), ServiceUuid: null), ConnectTimeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null)
                .ResolveAsync(asked, IsTransportGiven, mayBeHost: !isNamed, token))));
        return found;
    }

    /// <summary>A link to a device, not connected yet.</summary>
    /// <exception cref="ProvisioningException">It cannot be made, or the user does not want this machine to leave its network.</exception>
    private protected ITransport CreateTransport(ProvisioningDevice device)
    {
        if (device.AccessPoint is { } accessPoint && !_consent.Ask(device.Name, accessPoint))
            throw new ProvisioningException(ProvisioningErrorReason.AccessPointNotConfirmed, $"The access point of {device.Name} was not joined, as you wished.");
        using Secret? key = SoftApKey is { Length: > 0 } given ? given.ToSecret() : null;
        return TransportFactory.Create(
            device,
            new LinkSettings(ConnectTimeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null, TimeSpan.FromSeconds(ExchangeTimeout))
            {
                Adapter = Given(Adapter),
                Pair = Pair,
                BaudRate = BaudRate,
                LineLimit = LineLimit,
                BodyLimit = BodyLimit,
                SoftApKey = key,
            });
    }

    private bool IsTransportGiven => MyInvocation.BoundParameters.ContainsKey(nameof(Transport));

    // Files have empty cells, which are no values.
    private static string[] Given(string[]? values) => [.. (values ?? []).Where(value => !string.IsNullOrEmpty(value))];

    private static string? Given(string? value) => string.IsNullOrEmpty(value) ? null : value;
}
