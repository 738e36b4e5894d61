using System.Management.Automation;
using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Security;

namespace EspProv.Commands.Sessions;

/// <summary>The secrets that the user gave to log in to a device, in PowerShell's types.</summary>
internal sealed record DeviceProof(
    SecureString? ProofOfPossession, string? Username, SecureString? Password, PSCredential? Credential, bool UseVendorToolHash)
{
    internal bool HasProofOfPossession => ProofOfPossession is not null;

    internal bool HasUsernameAndPassword => Credential is not null || (Username is not null && Password is not null);

    /// <summary>Whether the user gave no secret at all.</summary>
    internal bool IsEmpty =>
        ProofOfPossession is not { Length: > 0 } && Credential is null && string.IsNullOrEmpty(Username) && Password is null;

    /// <summary>A copy in the protocol library's types; the caller disposes of it.</summary>
    internal SecurityCredential ToSecurityCredential() => new()
    {
        ProofOfPossession = ProofOfPossession?.ToSecret(),
        Username = Credential?.UserName ?? Username,
        Password = (Credential?.Password ?? Password)?.ToSecret(),
        UseVendorToolHash = UseVendorToolHash,
    };

    /// <summary>Without the secrets.</summary>
    public override string ToString() => nameof(DeviceProof);
}
