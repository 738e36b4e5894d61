using System.Net.Sockets;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.VirtualDevices;

/// <summary>The errors of what starts a virtual device, for the first time or again.</summary>
internal static class VirtualDeviceStart
{
    /// <summary>Runs what ends in a start of a device.</summary>
    /// <param name="cmdlet">The cmdlet that writes the error.</param>
    /// <param name="name">The device's name.</param>
    /// <param name="start">Starts the device.</param>
    /// <returns>Whether the device runs; an error was written otherwise.</returns>
    internal static bool Try(AsyncCmdlet cmdlet, string name, Action start)
    {
        try
        {
            start();
            return true;
        }
        catch (Exception exception) when (
            exception is IOException or InvalidDataException or SocketException or UnauthorizedAccessException or ArgumentException)
        {
            cmdlet.WriteError(ErrorFactory.From(
                ModuleError.VirtualDeviceNotStarted, $"{name} could not be started: {exception.Message}", name, exception));
        }
        catch (ProvisioningException exception)
        {
            cmdlet.WriteError(ErrorFactory.From(exception, name));
        }

        return false;
    }
}
