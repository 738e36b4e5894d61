using EspProv.Board.Log;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Host.SerialPorts;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>Watches the log of a device's board on a serial port during a session with the device.</summary>
internal static class BoardMonitor
{
    /// <summary>The port that a session watches; null for none.</summary>
    internal static string? PortOf(ProvisioningSession session) => (session.Witness as BoardJoinWitness)?.Port;

    /// <summary>Whether a session watches that port.</summary>
    internal static bool IsOf(ProvisioningSession session, string port) =>
        PortOf(session) is { } own && SerialPortName.Resolve(own) == SerialPortName.Resolve(port);

    /// <summary>Opens a port, connects, and watches the port for the life of the session. The parameters are those of Open.</summary>
    /// <exception cref="ProvisioningException">The port, which is opened first, cannot be opened; or the connection failed.</exception>
    /// <exception cref="ModuleException">The port is used for something else.</exception>
    internal static EspProvSession Connect(
        AsyncCmdlet cmdlet, ProvisioningDevice device, string? serviceName, string port, int baudRate, Func<EspProvSession> connect)
    {
        BoardJoinWitness? witness = Open(cmdlet, device, serviceName, port, baudRate);
        try
        {
            EspProvSession session = connect();
            (session.Session.Witness, witness) = (witness, null);
            return session;
        }
        finally
        {
            // In the background, so that Ctrl-C does not wait.
            _ = witness?.DisposeAsync().AsTask();
        }
    }

    /// <summary>Opens a port and starts to watch it; nothing has been sent to the device yet.</summary>
    /// <param name="cmdlet">The cmdlet that waits for it.</param>
    /// <param name="device">The device.</param>
    /// <param name="serviceName">The device's service name; null if unknown.</param>
    /// <param name="port">The port.</param>
    /// <param name="baudRate">Its speed, in bits per second.</param>
    /// <exception cref="ProvisioningException">The port cannot be opened.</exception>
    /// <exception cref="ModuleException">The port is used for something else.</exception>
    internal static BoardJoinWitness Open(
        AsyncCmdlet cmdlet, ProvisioningDevice device, string? serviceName, string port, int baudRate)
    {
        if (device.Transport is ProvisioningTransport.Serial && SerialPortName.Resolve(device.Address) == SerialPortName.Resolve(port))
        {
            throw new ModuleException(
                ModuleError.ParameterConflict,
                $"-MonitorPort {port} is the port over which the device is provisioned. Leave it out, or give another port of the board.");
        }

        foreach (EspProvSession other in SessionRegistry.Current.All.Where(session => IsOf(session.Session, port)))
        {
            if (other.Session.IsOpen)
            {
                throw new ModuleException(
                    ModuleError.ParameterConflict,
                    FormattableString.Invariant(
                        $"Session {other.Id} ({other.Name}) watches the port {port} already. Use that session, or disconnect it first."));
            }

            // Its link is lost, but its port is still open.
            cmdlet.Await(async (_, _) => await other.Session.Witness!.DisposeAsync().ConfigureAwait(false));
        }

        return cmdlet.Await(
            (_, _) => BoardJoinWitness.OpenAsync(port, baudRate, serviceName), abandon: late => _ = late.DisposeAsync().AsTask());
    }
}
