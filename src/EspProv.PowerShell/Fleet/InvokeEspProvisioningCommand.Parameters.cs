using System.Collections;
using System.Management.Automation;
using System.Security;
using EspProv.Commands.Discovery;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Commands.Wifi;
using EspProv.Fleet.Run;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;
using EspProv.Wire;

namespace EspProv.Commands.Fleet;

/// <content>The parameters.</content>
public sealed partial class InvokeEspProvisioningCommand
{
    /// <summary>Rows of a plan, devices, sessions, QR codes, or addresses.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>The device's name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(DeviceNameCompleter))]
    public string? Name { get; set; }

    /// <summary>The device's address.</summary>
    [Parameter]
    [Alias("Port")]
    [ArgumentCompleter(typeof(AddressCompleter))]
    public string? Address { get; set; }

    /// <summary>The device's access point, for this machine to join.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AccessPoint { get; set; }

    /// <summary>Join the access point of each device, which has the device's name.</summary>
    [Parameter]
    public SwitchParameter JoinAccessPoint { get; set; }

    /// <summary>The key of the device's access point, if this machine joins it.</summary>
    [Parameter]
    [SecretTransformation]
    public SecureString? SoftApKey { get; set; }

    /// <summary>The Bluetooth adapter to use.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AdapterCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Adapter { get; set; }

    /// <summary>Pair with each device right after connecting over Bluetooth.</summary>
    [Parameter]
    public SwitchParameter Pair { get; set; }

    /// <summary>The speed of a serial port, in bits per second.</summary>
    [Parameter]
    [ValidateRange(SerialTransportOptions.MinBaudRate, SerialTransportOptions.MaxBaudRate)]
    public int BaudRate { get; set; } = SerialTransportOptions.StockBaudRate;

    /// <summary>The size of the line buffer of a device's serial console, in bytes.</summary>
    [Parameter]
    [ValidateRange(SerialTransportOptions.MinLineLimit, SerialTransportOptions.MaxLineLimit)]
    public int LineLimit { get; set; } = SerialTransportOptions.StockLineLimit;

    /// <summary>The serial port with the log of the device's board, to watch while it joins.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(MonitorPortCompleter))]
    public string? MonitorPort { get; set; }

    /// <summary>The speed of that port, in bits per second.</summary>
    [Parameter]
    [ValidateRange(SerialTransportOptions.MinBaudRate, SerialTransportOptions.MaxBaudRate)]
    public int MonitorBaudRate { get; set; } = SerialTransportOptions.StockBaudRate;

    /// <summary>The size of the device's buffer for the body of an HTTP request, in bytes.</summary>
    [Parameter]
    [ValidateRange(HttpTransportOptions.MinBodyLimit, HttpTransportOptions.MaxBodyLimit)]
    public int BodyLimit { get; set; } = HttpTransportOptions.StockBodyLimit;

    /// <summary>The transport.</summary>
    [Parameter]
    public ProvisioningTransport? Transport { get; set; }

    /// <summary>The security scheme to use, instead of the device's own.</summary>
    [Parameter]
    public SecurityVersion? SecurityVersion { get; set; }

    /// <summary>The proof of possession of security 1.</summary>
    [Parameter]
    [SecretTransformation]
    [AllowEmptyString]
    [Alias("Pop")]
    public SecureString? ProofOfPossession { get; set; }

    /// <summary>The name of the proof of possession in a vault.</summary>
    [Parameter]
    [Alias("PopSecret")]
    [ValidateNotNullOrEmpty]
    public string? ProofOfPossessionSecret { get; set; }

    /// <summary>The username of security 2.</summary>
    [Parameter]
    public string? Username { get; set; }

    /// <summary>The password of security 2.</summary>
    [Parameter]
    [SecretTransformation]
    public SecureString? Password { get; set; }

    /// <summary>The name of security 2's password in a vault.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PasswordSecret { get; set; }

    /// <summary>Username and password of security 2 together.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Hash username and password as the vendor's Python tool does, for the few verifiers that it makes wrongly.</summary>
    [Parameter]
    public SwitchParameter UseVendorToolHash { get; set; }

    /// <summary>Accept security 0, although the reply that asks for it is not authenticated.</summary>
    [Parameter]
    public SwitchParameter AllowUnencrypted { get; set; }

    /// <summary>The text of the device's QR code.</summary>
    [Parameter]
    public string? QrCode { get; set; }

    /// <summary>The network's name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(SsidCompleter))]
    public string? Ssid { get; set; }

    /// <summary>The network's passphrase; omitted for an open network.</summary>
    [Parameter]
    [SecretTransformation]
    [AllowEmptyString]
    public SecureString? Passphrase { get; set; }

    /// <summary>The name of the network's passphrase in a vault.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PassphraseSecret { get; set; }

    /// <summary>The network's name and passphrase together.</summary>
    [Parameter]
    [Credential]
    public PSCredential? NetworkCredential { get; set; }

    /// <summary>The access point to prefer.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(BssidCompleter))]
    [BssidTransformation]
    public byte[]? Bssid { get; set; }

    /// <summary>The network's channel.</summary>
    [Parameter]
    [ValidateRange(0, ProtocolLimits.LastWifiChannel)]
    public int Channel { get; set; }

    /// <summary>The network's authentication, if known.</summary>
    [Parameter]
    [WifiAuthTransformation]
    public WifiAuthMode? Auth { get; set; }

    /// <summary>The whole dataset of a Thread network, as hexadecimal digits.</summary>
    [Parameter]
    [SecretTransformation]
    public SecureString? DatasetTlvs { get; set; }

    /// <summary>Text for the application on the device, sent before the credentials.</summary>
    [Parameter]
    public string? CustomData { get; set; }

    /// <summary>The endpoint for the custom data.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string Endpoint { get; set; } = EndpointNames.StockCustom;

    /// <summary>Data for several custom endpoints, sent in this order before the credentials.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public IDictionary? EndpointData { get; set; }

    /// <summary>The maximum number of devices to provision at once.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <summary>The maximum number of attempts per device.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int MaxAttempts { get; set; } = FleetOptions.DefaultMaxAttempts;

    /// <summary>The delay before the second attempt, in seconds; it doubles with each further attempt.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(0.0, 3600.0)]
    public double RetryDelay { get; set; } = FleetOptions.DefaultRetryDelaySeconds;

    /// <summary>How long one device may take with all its attempts, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double Timeout { get; set; } = FleetOptions.DefaultTimeoutSeconds;

    /// <summary>How long a device may take to join the network, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double JoinTimeout { get; set; } = FleetOptions.DefaultJoinTimeoutSeconds;

    /// <summary>How long a connection may take, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double? ConnectTimeout { get; set; }

    /// <summary>How long one request and its reply may take, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double ExchangeTimeout { get; set; } = DefaultTimeouts.ExchangeSeconds;

    /// <summary>When the run ends.</summary>
    [Parameter]
    [DeadlineTransformation]
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>The file that the run is recorded in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? JournalPath { get; set; }

    /// <summary>Continue an existing journal.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>The part of the plan to run, such as 2/8.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ShardCompleter))]
    public string? Shard { get; set; }

    /// <summary>Check every row, and send nothing.</summary>
    [Parameter]
    public SwitchParameter Validate { get; set; }

    /// <summary>Start over on devices that are connected to another network.</summary>
    [Parameter]
    public SwitchParameter Reprovision { get; set; }
}
