using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Sessions;

/// <summary>
/// Lets -Session take what a person types, a session's number or its device's name with wildcards, and what carries a session. An empty
/// value is none.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SessionTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        return value switch
        {
            null or "" => null,
            int or string => Resolve(value),
            ISessionCarrier { Session: { } session } => new[] { session },
            object[] items when items.Any(item => PipelineValue.Unwrap(item) is int or string or ISessionCarrier) => items.SelectMany(item => PipelineValue.Unwrap(item) switch
            {
                EspProvSession session => [session],
                ISessionCarrier { Session: { } session } => [session],
                int or string => Resolve(PipelineValue.Unwrap(item)!),
                _ => throw new ArgumentTransformationMetadataException("A session is given as an object, a number or a device's name."),
            }).ToArray(),
            PSCustomObject when IsOfAnotherProcess(inputData) => throw new ArgumentTransformationMetadataException(
                "This session came out of another process, such as a job, or out of a file: a session lives in the process that made it. "
                + "Connect here, with Connect-EspProvSession."),
            _ => inputData,
        };
    }

    private static bool IsOfAnotherProcess(object item) =>
        item is PSObject wrapped && wrapped.TypeNames.Contains($"Deserialized.{typeof(EspProvSession).FullName}");

    private static EspProvSession[] Resolve(object idOrName)
    {
        string text = Convert.ToString(idOrName, CultureInfo.InvariantCulture)!;
        EspProvSession[] found = [.. SessionRegistry.Current.Find(text)];
        if (found.Length > 0 || WildcardPattern.ContainsWildcardCharacters(text))
            return found;

        // What else was typed is not shown: with sessions from the pipeline it may be the secret that was meant for another parameter.
        throw new ArgumentTransformationMetadataException(idOrName is int
            ? $"There is no session {text}. Get-EspProvSession lists the sessions that there are."
            : "There is no session of that name; Get-EspProvSession lists those that there are. With sessions from the pipeline, name the other "
                + "parameters: -Ssid, -Passphrase, -DatasetTlvs, -Text.");
    }
}
