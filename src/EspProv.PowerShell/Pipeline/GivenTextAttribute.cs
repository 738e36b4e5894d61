using System.Management.Automation;
using System.Security;

namespace EspProv.Commands.Pipeline;

/// <summary>Rejects a name or a secret that ends with a line break, contains a null character, or was read in the wrong encoding.</summary>
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
        using var secret = value.ToSecret();
        return GivenText.FindError("It", secret.Bytes);
    }
}
