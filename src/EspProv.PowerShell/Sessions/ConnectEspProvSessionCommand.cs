using System.Management.Automation;
using EspProv.Devices;

namespace EspProv.Commands.Sessions;

/// <summary>Opens a secure session with a device.</summary>
// No default parameter set: PowerShell binds the proof of a row to the default set first, and would then miss the row's address.
[Cmdlet(VerbsCommunications.Connect, "EspProvSession", SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession))]
public sealed class ConnectEspProvSessionCommand : ConnectionCmdlet
{
    private readonly List<EspProvSession> _made = [];

    /// <summary>Connects to each device of the record; one that fails does not stop the others.</summary>
    protected override void ProcessRecord()
    {
        foreach (ProvisioningDevice device in NamedDevices())
        {
            if (!ShouldProcess($"{device.Name} ({device.Address})", "Open a secure session"))
                continue;
            Try(device, () => Deliver(Connect(device)));
        }
    }

    /// <summary>Ctrl-C: sessions that this pipeline made belong to nobody, also when a later command is the one that runs.</summary>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        lock (_made)
        {
            foreach (EspProvSession session in _made)
                Drop(session);
        }
    }

    private void Deliver(EspProvSession session)
    {
        SessionRegistry.Current.Add(session);
        lock (_made)
        {
            _made.Add(session);
            if (StopToken.IsCancellationRequested)
            {
                Drop(session);
                throw new PipelineStoppedException();
            }
        }
        WriteObject(session);
    }

    private static void Drop(EspProvSession session)
    {
        if (SessionRegistry.Current.Remove(session))
            session.CloseInBackground();
    }
}
