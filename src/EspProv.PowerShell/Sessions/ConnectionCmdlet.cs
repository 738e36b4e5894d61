using System.Management.Automation;
using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Security;

namespace EspProv.Commands.Sessions;

/// <summary>A cmdlet that can connect to a device: which one, how, and with which proof.</summary>
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

    /// <summary>Username and password of security 2 in one.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [Credential]
    [GivenText]
    public PSCredential? Credential { get; set; }

    /// <summary>Log in as the vendor's Python tool would, for verifiers that it made of one of the pairs that it gets wrong.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    public SwitchParameter UseVendorToolHash { get; set; }

    /// <summary>The scheme to use, instead of the one that the device asks for.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    public SecurityVersion? SecurityVersion { get; set; }

    /// <summary>Accept security 0 on the word of an unauthenticated reply.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    public SwitchParameter AllowUnencrypted { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isProofTyped = MyInvocation.BoundParameters.ContainsKey(nameof(ProofOfPossession));
    }

    /// <summary>Connects, and asks the user for a proof that turns out to be missing where there is a user to ask.</summary>
    /// <exception cref="ProvisioningException">It did not work.</exception>
    private protected EspProvSession Connect(ProvisioningDevice device)
    {
        // An empty cell of a file is no value. An empty proof that was typed, or that a QR code states, says that the device has none.
        SecureString? proofOfPossession = Secrets.Choose(nameof(ProofOfPossession), ProofOfPossession, ProofOfPossessionSecret);
        bool isProofGiven = _isProofTyped || proofOfPossession is { Length: > 0 } || ReferenceEquals(proofOfPossession, SecureStringExtensions.None);
        if (Credential is not null && !string.IsNullOrEmpty(PasswordSecret))
            throw NamedSecrets.Conflict($"-{nameof(Credential)}", $"-{nameof(PasswordSecret)}");
        SecureString? password = Secrets.Choose(nameof(Password), Password, PasswordSecret);
        var proof = new DeviceProof(
            isProofGiven ? proofOfPossession : null, Username, password is { Length: > 0 } ? password : null, Credential, UseVendorToolHash);
        return new SessionConnector(this, SecurityVersion, AllowUnencrypted).Connect(device, () => CreateTransport(device), proof);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Secrets.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Closes a session without waiting longer than the user does.</summary>
    private protected void Close(EspProvSession session)
    {
        if (StopToken.IsCancellationRequested)
            session.CloseInBackground();
        else
            Await(async (_, _) => await session.Session.DisposeAsync().ConfigureAwait(false));
    }
}
