using System.Management.Automation;
using System.Security;

namespace EspProv.Commands.Pipeline;

/// <summary>Refuses a name or a secret with what a file brought along: a line break at its end, a null character, a wrong encoding.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class GivenTextAttribute : ValidateArgumentsAttribute
{
    /// <inheritdoc/>
    protected override void Validate(object arguments, EngineIntrinsics engineIntrinsics)
    {
        object? value = PipelineValue.Unwrap(arguments);
        string? error = value switch
        {
            string text => GivenText.FindError("It", text),
            SecureString secret => FindError(secret),
            PSCredential credential => GivenText.FindError("Its username", credential.UserName) ?? FindError(credential.Password),
            _ => null,
        };
        if (error is not null)
            throw new ValidationMetadataException(error);
    }

    private static string? FindError(SecureString value)
    {
        using Secret secret = value.ToSecret();
        return GivenText.FindError("It", secret.Bytes);
    }
}
