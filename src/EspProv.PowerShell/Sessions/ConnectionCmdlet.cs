using System.Management.Automation;
using System.Security;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Security;

namespace EspProv.Commands.Sessions;

/// <summary>A cmdlet that can connect to a device: the parameters for the proof.</summary>
public abstract class ConnectionCmdlet : DeviceCmdlet
{
    private bool _isProofTyped;

    private protected ConnectionCmdlet() => Secrets = new NamedSecrets(this);

    private protected NamedSecrets Secrets { get; }

    /// <summary>The proof of possession of security 1.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [AllowEmptyString]
    [Alias("Pop")]
    [GivenText]
    public SecureString? ProofOfPossession { get; set; }

    /// <summary>The name of the proof of possession in a vault.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [Alias("PopSecret")]
    public string? ProofOfPossessionSecret { get; set; }

    /// <summary>The username of security 2.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [GivenText]
    public string? Username { get; set; }

    /// <summary>The password of security 2.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [GivenText]
    public SecureString? Password { get; set; }

    /// <summary>The name of security 2's password in a vault.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    public string? PasswordSecret { get; set; }

    /// <summary>Username and password of security 2 together.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [Credential]
    [GivenText]
    public PSCredential? Credential { get; set; }

    /// <summary>Hash username and password as the vendor's Python tool does, for the few verifiers that it makes wrongly.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    public SwitchParameter UseVendorToolHash { get; set; }

    /// <summary>The security scheme to use, instead of the device's own.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    public SecurityVersion? SecurityVersion { get; set; }

    /// <summary>Accept security 0, although the reply that asks for it is not authenticated.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    public SwitchParameter AllowUnencrypted { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isProofTyped = MyInvocation.BoundParameters.ContainsKey(nameof(ProofOfPossession));
    }

    /// <summary>Connects; prompts for a missing proof if the session is interactive.</summary>
    /// <exception cref="ProvisioningException">The connection failed.</exception>
    private protected EspProvSession Connect(ProvisioningDevice device)
    {
        // An empty cell of a file is a missing value. An empty proof that was typed, or is in a QR code, means that the device has none.
        SecureString? proofOfPossession = Secrets.Choose(nameof(ProofOfPossession), ProofOfPossession, ProofOfPossessionSecret);
        bool isProofGiven = _isProofTyped
            || proofOfPossession is { Length: > 0 }
            || ReferenceEquals(proofOfPossession, SecureStringExtensions.None);
        if (Credential is not null && !string.IsNullOrEmpty(PasswordSecret))
            throw NamedSecrets.Conflict($"-{nameof(Credential)}", $"-{nameof(PasswordSecret)}");
        SecureString? password = Secrets.Choose(nameof(Password), Password, PasswordSecret);
        var proof = new DeviceProof(
            isProofGiven ? proofOfPossession : Code?.ProofOfPossession,
            string.IsNullOrEmpty(Username) ? Code?.Username ?? Username : Username,
            password is { Length: > 0 } ? password : Code?.Password,
            Credential,
            UseVendorToolHash);
        return new SessionConnector(this, SecurityVersion ?? Code?.SecurityVersion, AllowUnencrypted)
            .Connect(device, () => CreateTransport(device), proof);
    }

    /// <summary>Connects, and watches the log of the device's board for the life of the session, if a port is given.</summary>
    /// <exception cref="ProvisioningException">The port cannot be opened, which is tried first, or the connection failed.</exception>
    private protected EspProvSession Connect(ProvisioningDevice device, string? monitorPort, int monitorBaudRate) =>
        string.IsNullOrWhiteSpace(monitorPort)
            ? Connect(device)
            : BoardMonitor.Connect(this, device, ServiceNameOf(device), monitorPort, monitorBaudRate, () => Connect(device));

    /// <summary>Refuses one port for the logs of several boards.</summary>
    private protected bool IsMonitorForOne(string? monitorPort, int count)
    {
        if (string.IsNullOrWhiteSpace(monitorPort) || count <= 1)
            return true;
        WriteError(ErrorFactory.From(
            ModuleError.ParameterConflict,
            $"-MonitorPort {monitorPort} has the log of one board, and {count} devices are given. Give one device, or pipe rows with a "
                + "MonitorPort each.",
            monitorPort));
        return false;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Secrets.Dispose();
        base.Dispose(disposing);
    }
}
