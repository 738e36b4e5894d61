using System.Management.Automation;
using System.Text;
using EspProv.Commands.Errors;

namespace EspProv.Commands.Sessions;

/// <summary>Sends an application's own data to an endpoint of its own, encrypted, and returns the answer.</summary>
[Cmdlet(VerbsCommunications.Send, "EspCustomData", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspCustomDataResponse))]
public sealed class SendEspCustomDataCommand : SessionCmdlet
{
    private byte[] _data = [];

    /// <summary>The endpoint's name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(EndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string Endpoint { get; set; } = "custom-data";

    /// <summary>Text to send as UTF-8.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Text { get; set; }

    /// <summary>Bytes to send as they are.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public byte[]? Bytes { get; set; }

    /// <summary>A file whose content is sent.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    private protected override string ActionDescription => $"Send {_data.Length} bytes to endpoint '{Endpoint}'";

    /// <summary>Makes sure that there is one thing to send.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (new object?[] { Text, Bytes, Path }.Count(given => given is not null) != 1)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "Give one of -Text, -Bytes and -Path: it is what is sent.", Endpoint));
        }

        _data = Bytes ?? (Text is not null ? Encoding.UTF8.GetBytes(Text) : ReadFile(Path!));
    }

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        byte[] answer = WithProgress(
            $"Sending custom data to {session.Name}",
            $"{_data.Length} bytes to '{Endpoint}'",
            () => AwaitVerb(session, (core, _, token) => core.SendCustomDataAsync(Endpoint, _data, token)));
        WriteObject(new EspCustomDataResponse(session.Session.Device, Endpoint, kept, answer));
    }

    private byte[] ReadFile(string path)
    {
        byte[] content = [];
        try
        {
            content = File.ReadAllBytes(GetUnresolvedProviderPathFromPSPath(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            ThrowTerminatingError(ErrorFactory.From(ModuleError.FileNotReadable, exception.Message, path, exception));
        }

        if (content.Length == 0)
            ThrowTerminatingError(ErrorFactory.From(ModuleError.FileNotReadable, $"There is nothing to send in '{path}'.", path));
        return content;
    }
}
