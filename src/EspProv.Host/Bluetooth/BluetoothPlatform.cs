using System.Reflection;
using System.Runtime.InteropServices;
using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth;

/// <summary>Selects the Bluetooth implementation of the platform.</summary>
public static class BluetoothPlatform
{
    private const string WindowsAssembly = "EspProv.Host.Windows";
    private const string WindowsHost = "EspProv.Host.Windows.WindowsBluetoothHost";

    /// <summary>The host for this machine.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: not supported on this platform; the message names alternatives.
    /// </exception>
    public static IBluetoothHost CreateHost() => CreateHost(
        RuntimeInformation.IsOSPlatform(OSPlatform.Linux) ? OSPlatform.Linux
        : RuntimeInformation.IsOSPlatform(OSPlatform.Windows) ? OSPlatform.Windows
        : RuntimeInformation.IsOSPlatform(OSPlatform.OSX) ? OSPlatform.OSX
        : OSPlatform.Create(RuntimeInformation.OSDescription));

    internal static IBluetoothHost CreateHost(OSPlatform platform)
    {
        if (platform == OSPlatform.Linux)
        {
            return new BlueZHost();
        }

        if (platform == OSPlatform.Windows)
        {
            return CreateWindowsHost();
        }

        string name = platform == OSPlatform.OSX ? "macOS" : platform.ToString();
        throw new ProvisioningException(
            ProvisioningErrorReason.TransportUnavailable,
            $"Bluetooth is not available to PowerShell on {name}. Use one of: the device's own access point (-Transport SoftAP), "
            + "a serial console (-Transport Serial), and the console transport, with another Bluetooth tool (-Transport Console).");
    }

    // Loaded by name: its assembly needs the Windows projections, which only a build for Windows includes.
    private static IBluetoothHost CreateWindowsHost()
    {
        try
        {
            Type type = Assembly.Load(WindowsAssembly).GetType(WindowsHost, throwOnError: true)!;
            return (IBluetoothHost)Activator.CreateInstance(type)!;
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or TypeLoadException)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable,
                "This build of the module has no Bluetooth for Windows: it was built without the property WithInTheHand.", exception);
        }
    }
}
