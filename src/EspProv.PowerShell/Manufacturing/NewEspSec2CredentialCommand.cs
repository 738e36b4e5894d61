using System.Management.Automation;
using System.Security;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Manufacturing.Credentials;

namespace EspProv.Commands.Manufacturing;

/// <summary>Makes salts and verifiers for firmware with security 2.</summary>
[Cmdlet(VerbsCommon.New, "EspSec2Credential", DefaultParameterSetName = PasswordSet)]
[OutputType(typeof(EspSec2Credential))]
public sealed class NewEspSec2CredentialCommand : AsyncCmdlet
{
    private const string PasswordSet = "Password";
    private const string CredentialSet = "Credential";
    private const string GenerateSet = "Generate";

    private PasswordRecipe _recipe = PasswordRecipe.Default;
    private Sec2CredentialBatch? _batch;

    /// <summary>The username that clients log in with.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = PasswordSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = GenerateSet, ValueFromPipelineByPropertyName = true)]
    [GivenText]
    public string Username { get; set; } = "";

    /// <summary>The password that clients log in with.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = PasswordSet, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [GivenText]
    public SecureString? Password { get; set; }

    /// <summary>Username and password together.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CredentialSet, ValueFromPipelineByPropertyName = true)]
    [Credential]
    [GivenText]
    public PSCredential? Credential { get; set; }

    /// <summary>Generate a password.</summary>
    [Parameter(Mandatory = true, ParameterSetName = GenerateSet)]
    public SwitchParameter GeneratePassword { get; set; }

    /// <summary>Length of a generated password in characters.</summary>
    [Parameter(ParameterSetName = GenerateSet)]
    public int PasswordLength { get; set; } = PasswordRecipe.DefaultLength;

    /// <summary>The characters of a generated password.</summary>
    [Parameter(ParameterSetName = GenerateSet)]
    public string PasswordAlphabet { get; set; } = PasswordRecipe.DefaultAlphabet;

    /// <summary>The device's name.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Name { get; set; }

    /// <summary>Length of a generated salt in bytes.</summary>
    [Parameter]
    public int SaltLength { get; set; } = Sec2CredentialRequest.DefaultSaltLength;

    /// <summary>A fixed salt.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [HexBytesTransformation]
    [AllowEmptyCollection]
    public byte[]? Salt { get; set; }

    /// <summary>Checks the parameters that are the same for all rows.</summary>
    protected override void BeginProcessing()
    {
        try
        {
            if (GeneratePassword)
                _recipe = new PasswordRecipe(PasswordLength, PasswordAlphabet);
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(ModuleError.InvalidPasswordRecipe, exception.Message, PasswordAlphabet, exception));
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(Salt)) && MyInvocation.BoundParameters.ContainsKey(nameof(SaltLength)))
            ThrowTerminatingError(ErrorFactory.From(ModuleError.ParameterConflict, "Give -Salt or -SaltLength, not both.", null));
        if (ParameterSetName == GenerateSet && !GeneratePassword)
            ThrowTerminatingError(ErrorFactory.From(ModuleError.ParameterConflict, "Without -GeneratePassword, give -Password.", null));
        _batch = new Sec2CredentialBatch(new Sec2CredentialGenerator(SystemRandomSource.Instance), StopToken);
    }

    /// <summary>Starts the work for one row, and writes finished credentials.</summary>
    protected override void ProcessRecord()
    {
        string username = Credential?.UserName ?? Username;
        using var password = (Credential?.Password ?? Password)?.ToSecret();
        try
        {
            // An empty column of a CSV file means no salt.
            _batch!.Add(new Sec2CredentialRequest
            {
                Name = Name,
                Username = username,
                Password = GeneratePassword ? null : password,
                Recipe = _recipe,
                Salt = Salt is null || (Salt.Length == 0 && MyInvocation.ExpectingInput) ? default(ReadOnlyMemory<byte>?) : Salt.AsMemory(),
                SaltLength = SaltLength,
            });
        }
        catch (ArgumentException exception)
        {
            WriteError(ErrorFactory.From(ModuleError.InvalidSec2Credential, exception.Message, Name ?? username, exception));
            return;
        }

        if (!GeneratePassword && password is not null && Sec2CredentialGenerator.HasVendorToolQuirk(username, password))
        {
            WriteWarning(
                $"The password of '{Name ?? username}' is one of the 1 in 256 whose SHA-512(username:password) begins with a zero byte. "
                + "The vendor's Python tool drops that byte and fails to log in with this verifier, although it is correct for firmware "
                + "and the phone apps. Choose another password if you use that tool.");
        }

        if (EspSec2Credential.SaltWarning(Name ?? username, Salt) is { } warning)
            WriteWarning(warning);

        Write(drain: false);
    }

    /// <summary>Writes the remaining credentials.</summary>
    protected override void EndProcessing() => Write(drain: true);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _batch?.Dispose();
        base.Dispose(disposing);
    }

    private void Write(bool drain)
    {
        while (TryTake(drain, out Sec2Credential? credential))
            WriteObject(new EspSec2Credential(credential!));
    }

    private bool TryTake(bool drain, out Sec2Credential? credential)
    {
        try
        {
            return _batch!.TryTake(drain, out credential);
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }
}
