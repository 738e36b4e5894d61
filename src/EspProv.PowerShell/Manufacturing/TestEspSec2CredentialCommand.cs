using System.Management.Automation;
using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Manufacturing.Credentials;

namespace EspProv.Commands.Manufacturing;

/// <summary>Tests whether a username and a password match a salt and a verifier.</summary>
[Cmdlet(VerbsDiagnostic.Test, "EspSec2Credential", DefaultParameterSetName = PasswordSet)]
[OutputType(typeof(bool))]
public sealed class TestEspSec2CredentialCommand : AsyncCmdlet
{
    private const string PasswordSet = "Password";
    private const string CredentialSet = "Credential";

    /// <summary>The username.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PasswordSet, ValueFromPipelineByPropertyName = true)]
    [GivenText]
    public string Username { get; set; } = "";

    /// <summary>The password.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PasswordSet, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [GivenText]
    public SecureString? Password { get; set; }

    /// <summary>Username and password together.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CredentialSet)]
    [Credential]
    [GivenText]
    public PSCredential? Credential { get; set; }

    /// <summary>The salt.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [HexBytesTransformation]
    public byte[] Salt { get; set; } = [];

    /// <summary>The verifier.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [HexBytesTransformation]
    public byte[] Verifier { get; set; } = [];

    /// <summary>Checks one credential.</summary>
    protected override void ProcessRecord()
    {
        string username = Credential?.UserName ?? Username;
        using var password = (Credential?.Password ?? Password)!.ToSecret();
        Sec2CredentialFit fit = Sec2CredentialCheck.Check(username, password, Salt, Verifier);
        if (fit == Sec2CredentialFit.FitsVendorToolOnly)
        {
            WriteWarning(
                $"The verifier of '{username}' was made by the vendor's Python tool, and SHA-512(username:password) begins with "
                + "a zero byte, which that tool drops: only that tool can log in with it, the phone apps cannot. "
                + "Make the verifier again with New-EspSec2Credential, or choose another password.");
        }

        if (EspSec2Credential.SaltWarning(username, Salt) is { } warning)
            WriteWarning(warning);

        WriteObject(fit == Sec2CredentialFit.Fits);
    }
}
