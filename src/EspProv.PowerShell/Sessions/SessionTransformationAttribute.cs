using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Sessions;

/// <summary>
/// Lets -Session accept a session's number, its device's name with wildcards, and objects that have a session. An empty value means no
/// session.
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
            object[] items when items.Any(item => PipelineValue.Unwrap(item) is int or string or ISessionCarrier) =>
                items.SelectMany(item => SessionsOf(PipelineValue.Unwrap(item))).ToArray(),
            PSCustomObject when IsOfAnotherProcess(inputData) => throw new ArgumentTransformationMetadataException(
                "This session is from another process, such as a job, or from a file: a session works only in the process that opened it. "
                + "Connect in this process with Connect-EspProvSession."),
            _ => inputData,
        };
    }

    private static EspProvSession[] SessionsOf(object? item) => item switch
    {
        EspProvSession session => [session],
        ISessionCarrier { Session: { } session } => [session],
        int or string => Resolve(item),
        _ => throw new ArgumentTransformationMetadataException("A session must be an object, a number or a device's name."),
    };

    private static bool IsOfAnotherProcess(object item) =>
        item is PSObject wrapped && wrapped.TypeNames.Contains($"Deserialized.{typeof(EspProvSession).FullName}");

    private static EspProvSession[] Resolve(object idOrName)
    {
        string text = Convert.ToString(idOrName, CultureInfo.InvariantCulture)!;
        EspProvSession[] found = [.. SessionRegistry.Current.Find(text)];
        if (found.Length > 0 || NamePattern.HasWildcards(text))
            return found;

        // The error does not show the text: with piped sessions it may be a secret that was meant for another parameter.
        throw new ArgumentTransformationMetadataException(idOrName is int
            ? $"There is no session {text}. Get-EspProvSession lists all sessions."
            : "There is no session of that name; Get-EspProvSession lists all sessions. With piped sessions, write the names of the other "
                + "parameters: -Ssid, -Passphrase, -DatasetTlvs, -Text.");
    }
}
