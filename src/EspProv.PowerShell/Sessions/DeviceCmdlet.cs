using System.Management.Automation;
using System.Security;
using EspProv.Commands.Discovery;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>A cmdlet that talks to devices: found ones, or ones that are named by their address.</summary>
public abstract class DeviceCmdlet : AsyncCmdlet
{
    /// <summary>The parameter set of devices that were found.</summary>
    protected const string DeviceSet = "Device";

    /// <summary>The parameter set of addresses.</summary>
    protected const string AddressSet = "Address";

    private readonly AccessPointConsent _consent;

    private protected DeviceCmdlet() => _consent = new AccessPointConsent(this);

    /// <summary>Devices that were found.</summary>
    [Parameter(ParameterSetName = DeviceSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [DeviceTransformation]
    [ValidateNotNullOrEmpty]
    public ProvisioningDevice[] Device { get; set; } = [];

    /// <summary>Where devices are.</summary>
    [Parameter(ParameterSetName = AddressSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Port")]
    [ArgumentCompleter(typeof(AddressCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Address { get; set; } = [];

    /// <summary>What to call the device at the address.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    /// <summary>How to reach the address.</summary>
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    public ProvisioningTransport Transport { get; set; } = ProvisioningTransport.SoftAP;

    /// <summary>How long a connection may take, in seconds.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double? ConnectTimeout { get; set; }

    /// <summary>How long one request and its reply may take, in seconds.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double ExchangeTimeout { get; set; } = 15;

    /// <summary>The Bluetooth adapter to use.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(AdapterCompleter))]
    [ValidateNotNullOrEmpty]
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
    [ValidateNotNullOrEmpty]
    [GivenText]
    public string? AccessPoint { get; set; }

    /// <summary>The speed of a serial port, in bits per second.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [ValidateRange(50, 12000000)]
    public int BaudRate { get; set; } = 115200;

    /// <summary>The size of the line buffer of a device's serial console, in bytes.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [ValidateRange(64, 65536)]
    public int LineLimit { get; set; } = 256;

    /// <summary>The devices that this record names.</summary>
    private protected IEnumerable<ProvisioningDevice> NamedDevices() => ParameterSetName == DeviceSet
        ? Device
        : Address.Select(address => new ProvisioningDevice
        {
            Name = string.IsNullOrEmpty(Name) ? address : Name,
            Transport = Transport,
            Address = address,
            AccessPoint = AccessPoint,
        });

    /// <summary>A link to a device, not connected yet.</summary>
    /// <exception cref="ProvisioningException">It cannot be made, or the user does not want this machine to leave its network.</exception>
    private protected ITransport CreateTransport(ProvisioningDevice device)
    {
        if (device.AccessPoint is { } accessPoint && !_consent.Ask(device.Name, accessPoint))
            throw new ProvisioningException(ProvisioningErrorReason.AccessPointNotConfirmed, $"The access point of {device.Name} was not joined, as you wished.");
        using Secret? key = SoftApKey?.ToSecret();
        return TransportFactory.Create(
            device,
            new LinkSettings(ConnectTimeout is { } seconds ? TimeSpan.FromSeconds(seconds) : null, TimeSpan.FromSeconds(ExchangeTimeout))
            {
                Adapter = Adapter,
                Pair = Pair,
                BaudRate = BaudRate,
                LineLimit = LineLimit,
                SoftApKey = key,
            });
    }
}
