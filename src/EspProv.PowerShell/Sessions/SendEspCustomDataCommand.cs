using System.Collections;
using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Wire;

namespace EspProv.Commands.Sessions;

/// <summary>Sends encrypted data to custom endpoints, and returns their answers.</summary>
[Cmdlet(VerbsCommunications.Send, "EspCustomData", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspCustomDataResponse))]
public sealed class SendEspCustomDataCommand : SessionCmdlet
{
    private IReadOnlyList<(string Endpoint, byte[] Data)> _messages = [];

    /// <summary>The endpoint's name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string Endpoint { get; set; } = EndpointNames.StockCustom;

    /// <summary>Text to send as UTF-8.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Text { get; set; }

    /// <summary>Bytes to send as they are.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public byte[]? Bytes { get; set; }

    /// <summary>A file to send.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Data for several endpoints, sent in this order.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public IDictionary? EndpointData { get; set; }

    private protected override string ActionDescription =>
        string.Join(", then ", _messages.Select(Describe)) is [var first, .. var rest] ? char.ToUpperInvariant(first) + rest : "";

    /// <summary>Checks that exactly one kind of data is given.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (new object?[] { Text, Bytes, Path, EndpointData }.Count(given => given is not null) != 1)
            Refuse(ModuleError.ParameterConflict, "Give exactly one of -Text, -Bytes, -Path and -EndpointData.");
        if (EndpointData is not null && MyInvocation.BoundParameters.ContainsKey(nameof(Endpoint)))
            Refuse(ModuleError.ParameterConflict, "-EndpointData names the endpoints; leave out -Endpoint.");
        try
        {
            _messages = EndpointData is not null
                ? [.. CustomDataValue.Entries($"-{nameof(EndpointData)}", EndpointData).SelectMany(Messages)]
                : [(Endpoint, Path is not null
                    ? CustomDataValue.ReadFile(GetUnresolvedProviderPathFromPSPath(Path))
                    : CustomDataValue.Read(Text is not null ? $"-{nameof(Text)}" : $"-{nameof(Bytes)}", (object?)Bytes ?? Text!)[0])];
        }
        catch (FormatException exception)
        {
            Refuse(ModuleError.ParameterConflict, exception.Message);
        }
        catch (ModuleException exception)
        {
            Refuse(exception.Error, exception.Message, exception);
        }
    }

    private protected override void Validate(EspProvSession? session)
    {
        foreach ((string endpoint, byte[] data) in _messages)
            session?.Session.CheckCustomDataLength(endpoint, data.Length);
    }

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        // A session that was opened for this command was not checked before: all data, before the first is sent.
        if (kept is null)
            Validate(session);
        foreach ((string endpoint, byte[] data) in _messages)
        {
            byte[] answer = WithProgress(
                $"Sending custom data to {session.Name}",
                $"{data.Length} bytes to '{endpoint}'",
                () => AwaitInSession(session, (core, _, token) => core.SendCustomDataAsync(endpoint, data, token)));
            WriteObject(new EspCustomDataResponse(session.Session.Device, endpoint, kept, answer));
        }
    }

    private static string Describe((string Endpoint, byte[] Data) message) =>
        string.Create(CultureInfo.InvariantCulture, $"send {message.Data.Length} bytes to endpoint '{message.Endpoint}'");

    private static IEnumerable<(string Endpoint, byte[] Data)> Messages(KeyValuePair<string, object> entry) =>
        CustomDataValue.Read($"-{nameof(EndpointData)} '{entry.Key}'", entry.Value).Select(data => data.Length > 0
            ? (entry.Key, data)
            : throw new FormatException($"-{nameof(EndpointData)} '{entry.Key}' has nothing to send."));

    private void Refuse(ModuleError error, string message, Exception? cause = null) =>
        ThrowTerminatingError(ErrorFactory.From(error, message, (object?)Path ?? Endpoint, cause));
}
