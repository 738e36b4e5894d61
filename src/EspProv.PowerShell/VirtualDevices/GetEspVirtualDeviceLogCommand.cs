using System.Management.Automation;

namespace EspProv.Commands.VirtualDevices;

/// <summary>Shows the lines that virtual devices have written to their serial monitor.</summary>
[Cmdlet(VerbsCommon.Get, "EspVirtualDeviceLog", DefaultParameterSetName = NameSet)]
[OutputType(typeof(EspVirtualDeviceLogLine))]
public sealed class GetEspVirtualDeviceLogCommand : VirtualDeviceCmdlet
{
    /// <summary>The maximum number of lines per device, the newest ones.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int Last { get; set; } = int.MaxValue;

    /// <summary>Writes the log of each device of the record.</summary>
    protected override void ProcessRecord()
    {
        foreach (EspVirtualDevice device in NamedVirtualDevices())
        {
            IReadOnlyList<string> log = device.Device.ReadMonitorLog(out long dropped);
            if (dropped > 0 && Last > log.Count)
            {
                WriteWarning(
                    $"{device.Name}: the first {dropped} lines of the log were dropped; the newest {log.Count} are kept. "
                    + "Give -Last to see only those.");
            }

            for (int i = Math.Max(0, log.Count - Last); i < log.Count; i++)
                WriteObject(new EspVirtualDeviceLogLine(device.Name, dropped + i + 1, log[i]));
        }
    }
}
