using System.Management.Automation;
using System.Security;

namespace EspProv.Commands.Pipeline;

/// <summary>Lets a SecureString parameter accept plain text too, such as from a CSV column.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        return value switch
        {
            // An unset property of an input object: an open network, or a device without a secret.
            null => null,
            SecureString secure => secure,
            string text => text.ToSecureString(),
            PSCredential credential => credential.Password,

            int or long or double or decimal => InvariantText.OfDigits(inputData).ToSecureString(),

            // The message must not contain the value: it may be a secret in an unexpected type.
            _ => throw new ArgumentTransformationMetadataException("A secret must be a SecureString or text."),
        };
    }
}
