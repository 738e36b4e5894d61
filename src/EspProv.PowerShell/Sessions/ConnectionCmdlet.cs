using System.Management.Automation;
using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>A cmdlet that can connect to a device: which one, how, and with which proof.</summary>
public abstract class ConnectionCmdlet : DeviceCmdlet
{
    private bool _isProofTyped;

    private protected ConnectionCmdlet()
    {
    }

    /// <summary>The proof of possession of security 1.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [AllowEmptyString]
    [Alias("Pop")]
    public SecureString? ProofOfPossession { get; set; }

    /// <summary>The username of security 2.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    public string? Username { get; set; }

    /// <summary>The password of security 2.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    public SecureString? Password { get; set; }

    /// <summary>Username and password of security 2 in one.</summary>
    [Parameter(ParameterSetName = DeviceSet)]
    [Parameter(ParameterSetName = AddressSet)]
    [Credential]
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
        bool isProofGiven = _isProofTyped || ProofOfPossession is { Length: > 0 } || ReferenceEquals(ProofOfPossession, SecureStringExtensions.None);
        var proof = new DeviceProof(
            isProofGiven ? ProofOfPossession : null, Username, Password is { Length: > 0 } ? Password : null, Credential, UseVendorToolHash);
        try
        {
            return ConnectOnce(device, proof);
        }
        catch (ProvisioningException exception) when (
            exception.Reason == ProvisioningErrorReason.ProofOfPossessionRequired && !proof.HasProofOfPossession)
        {
            if (UserPrompt.ForSecret(Host, device.Name, "Proof of possession") is not { } pop)
                throw;
            return ConnectOnce(device, proof with { ProofOfPossession = pop });
        }
        catch (ProvisioningException exception) when (
            exception.Reason == ProvisioningErrorReason.UsernamePasswordRequired && !proof.HasUsernameAndPassword)
        {
            if (UserPrompt.ForCredential(Host, device.Name, Username) is not { } credential)
                throw;
            return ConnectOnce(device, proof with { Credential = credential });
        }
    }

    /// <summary>Closes a session without waiting longer than the user does.</summary>
    private protected void Close(EspProvSession session)
    {
        if (StopToken.IsCancellationRequested)
            session.CloseInBackground();
        else
            Await(async (_, _) => await session.Session.DisposeAsync().ConfigureAwait(false));
    }

    private EspProvSession ConnectOnce(ProvisioningDevice device, DeviceProof proof)
    {
        ITransport transport = CreateTransport(device);
        WriteVerbose($"Connecting to {device.Name} at {device.Address} over {device.Transport}.");
        return WithProgress($"Connecting to {device.Name}", $"Handshake with {device.Address}", () => Await(
            async (sink, token) =>
            {
                var options = new SessionOptions
                {
                    SecurityVersion = SecurityVersion,
                    AllowUnencrypted = AllowUnencrypted,
                    Credential = proof.ToSecurityCredential(),
                };
                ProvisioningSession session = await ProvisioningSession.ConnectAsync(device, transport, options, token).ConfigureAwait(false);
                var connected = new EspProvSession(session);

                // What the handshake had to say waits for its first listener.
                return await connected.ListenAsync(sink, () => Task.FromResult(connected)).ConfigureAwait(false);
            },
            abandon: session => session.CloseInBackground()));
    }
}
