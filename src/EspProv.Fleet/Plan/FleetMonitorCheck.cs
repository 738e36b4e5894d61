using System.Globalization;
using EspProv.Host.SerialPorts;
using EspProv.Transports;

namespace EspProv.Fleet.Plan;

/// <summary>Checks the ports on which the logs of boards are watched: each belongs to one board, and is not the link to a device.</summary>
internal sealed class FleetMonitorCheck
{
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);

    /// <summary>The problem of a row by itself; null for none.</summary>
    public static FleetProblem? Check(FleetRow row)
    {
        if (row.MonitorPort is null)
            return null;
        if (FleetLinkCheck.CheckBaudRate("MonitorBaudRate", row.MonitorBaudRate) is { } baudRate)
            return baudRate;
        return WireOf(row) is { } wire && wire == SerialPortName.Resolve(row.MonitorPort)
            ? FleetProblem.InvalidValue(
                $"MonitorPort is {row.MonitorPort}, over which the device is provisioned; leave it out, or give another port of the board.")
            : null;
    }

    /// <summary>Adds the ports of the next row of the plan.</summary>
    /// <returns>The problem if an earlier row has one of them; null otherwise.</returns>
    public FleetProblem? Add(FleetRow row)
    {
        string? wire = WireOf(row), monitor = row.MonitorPort is { } port ? SerialPortName.Resolve(port) : null;
        FleetProblem? problem = monitor is not null && !_rows.TryAdd(monitor, row.Number) ? Duplicate(monitor) : null;
        return wire is null || wire == monitor || _rows.TryAdd(wire, row.Number) ? problem : problem ?? Duplicate(wire);
    }

    private FleetProblem Duplicate(string port) => new(
        FleetErrorIds.DuplicateDevice,
        string.Create(CultureInfo.InvariantCulture, $"Row {_rows[port]} of the plan uses the port {port} already, which is of one board."));

    private static string? WireOf(FleetRow row)
    {
        (ProvisioningTransport transport, string? address) = row.Session is { Device: { } device }
            ? (device.Transport, device.Address)
            : (row.Transport, row.Address);
        return transport is ProvisioningTransport.Serial && !string.IsNullOrEmpty(address) ? SerialPortName.Resolve(address) : null;
    }
}
