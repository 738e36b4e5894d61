using System.Management.Automation;
using EspProv.Commands.Discovery;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Sessions;

/// <summary>Opens a secure session with a device.</summary>
// PowerShell binds the properties of a piped row to the default set first, so it must be the set with the address.
[Cmdlet(VerbsCommunications.Connect, "EspProvSession", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspProvSession))]
public sealed class ConnectEspProvSessionCommand : ConnectionCmdlet
{
    private readonly List<EspProvSession> _opened = [];

    /// <inheritdoc/>
    [Parameter(ParameterSetName = AddressSet, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [DeviceNameTransformation]
    [ArgumentCompleter(typeof(DeviceNameCompleter))]
    public override string[]? Name
    {
        get => base.Name;
        set => base.Name = value;
    }

    /// <summary>The serial port with the log of the device's board, to watch while it joins.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(MonitorPortCompleter))]
    public string? MonitorPort { get; set; }

    /// <summary>The speed of that port, in bits per second.</summary>
    [Parameter(ParameterSetName = DeviceSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AddressSet, ValueFromPipelineByPropertyName = true)]
    [NumberTransformation(Empty = SerialTransportOptions.StockBaudRate)]
    [ValidateRange(SerialTransportOptions.MinBaudRate, SerialTransportOptions.MaxBaudRate)]
    public int MonitorBaudRate { get; set; } = SerialTransportOptions.StockBaudRate;

    /// <summary>Connects to each device of the record; one that fails does not stop the others.</summary>
    protected override void ProcessRecord()
    {
        ProvisioningDevice[] devices = [.. NamedDevices()];
        if (!IsMonitorForOne(MonitorPort, devices.Length))
            return;
        foreach (ProvisioningDevice asked in devices)
        {
            string target = asked.Name == asked.Address ? asked.Name : $"{asked.Name} ({asked.Address})";
            if (ShouldProcess(target, "Open a secure session") && Locate(asked) is { } device)
                Try(device, () => Deliver(Connect(device, MonitorPort, MonitorBaudRate)));
        }
    }

    /// <summary>On Ctrl-C, closes the sessions that this pipeline opened, also when a later command is running.</summary>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        lock (_opened)
        {
            foreach (EspProvSession session in _opened)
                Drop(session);
        }
    }

    private void Deliver(EspProvSession session)
    {
        SessionRegistry.Current.Add(session);
        lock (_opened)
        {
            _opened.Add(session);
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
