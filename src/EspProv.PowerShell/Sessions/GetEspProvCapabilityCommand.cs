using System.Management.Automation;
using EspProv.Devices;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>Asks a device what it is, without a session and without secrets.</summary>
[Cmdlet(VerbsCommon.Get, "EspProvCapability", DefaultParameterSetName = DeviceSet)]
[OutputType(typeof(EspProvCapability))]
public sealed class GetEspProvCapabilityCommand : DeviceCmdlet
{
    private const string SessionSet = "Session";

    /// <summary>Sessions, which know the answer already: asking again would break them.</summary>
    [Parameter(ParameterSetName = SessionSet, Mandatory = true, ValueFromPipeline = true)]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionCompleter))]
    [ValidateNotNullOrEmpty]
    public EspProvSession[] Session { get; set; } = [];

    /// <summary>Asks each device of the record.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == SessionSet)
        {
            foreach (EspProvSession session in Session)
                WriteObject(new EspProvCapability(session.Session.Device, session.Session.Capability));
            return;
        }

        foreach (ProvisioningDevice device in NamedDevices())
        {
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
