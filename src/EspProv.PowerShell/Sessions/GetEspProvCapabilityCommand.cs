using System.Management.Automation;
using EspProv.Commands.Discovery;
using EspProv.Devices;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>Queries a device's capabilities, without a session and without secrets.</summary>
[Cmdlet(VerbsCommon.Get, "EspProvCapability", DefaultParameterSetName = AddressSet)]
[OutputType(typeof(EspProvCapability))]
public sealed class GetEspProvCapabilityCommand : DeviceCmdlet
{
    private const string SessionSet = "Session";

    /// <inheritdoc/>
    [Parameter(ParameterSetName = AddressSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [DeviceNameTransformation]
    [ArgumentCompleter(typeof(DeviceNameCompleter))]
    public override string[]? Name
    {
        get => base.Name;
        set => base.Name = value;
    }

    /// <summary>Sessions, which keep the answer from connecting: a new query would break them.</summary>
    [Parameter(ParameterSetName = SessionSet, Mandatory = true, ValueFromPipeline = true)]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    [ValidateNotNullOrEmpty]
    public EspProvSession[] Session { get; set; } = [];

    /// <summary>Queries each device of the record.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == SessionSet)
        {
            foreach (EspProvSession session in Session)
                WriteObject(new EspProvCapability(session.Session.Device, session.Session.Capability));
            return;
        }

        foreach (ProvisioningDevice asked in NamedDevices())
        {
            if (Locate(asked) is not { } device)
                continue;
            Try(device, () =>
            {
                ITransport link = CreateTransport(device);
                DeviceCapability capability = WithProgress("Asking for capabilities", device.Name, () => Await(
                    async (sink, token) =>
                    {
                        await using (link.ConfigureAwait(false))
                        {
                            return await ProvisioningSession.GetCapabilityAsync(
                                link, notice => sink.Notice(device.Name, notice.Message, notice.Level), token).ConfigureAwait(false);
                        }
                    }));
                WriteObject(new EspProvCapability(device, capability));
            });
        }
    }
}
