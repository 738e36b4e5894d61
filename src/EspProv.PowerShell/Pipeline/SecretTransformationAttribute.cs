using System.Management.Automation;
using System.Security;

namespace EspProv.Commands.Pipeline;

/// <summary>Lets a SecureString parameter take plain text too, as it comes from a CSV column.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        return value switch
        {
            // A property of the pipeline's object that is not set: an open network, a device without a secret.
            null => null,
            SecureString secure => secure,
            string text => text.ToSecureString(),
            PSCredential credential => credential.Password,

            int or long or double or decimal => InvariantText.OfDigits(inputData).ToSecureString(),

            // No value in this message: it may be the secret in an unexpected wrapping.
            _ => throw new ArgumentTransformationMetadataException("A secret is given as a SecureString or as text."),
        };
    }
}
