namespace EspProv.Host.SerialPorts;

/// <summary>Names of serial ports, of which a port may have several.</summary>
public static class SerialPortName
{
    private const string WindowsDevices = @"\\.\";

    /// <summary>
    /// The port's own name: of a link, such as those in <c>/dev/serial/by-id</c>, what it points to; on Windows in upper case. A name
    /// that no port has stays as it is.
    /// </summary>
    public static string Resolve(string port)
    {
        ArgumentNullException.ThrowIfNull(port);
        string name = port.Trim();
        if (OperatingSystem.IsWindows())
            return (name.StartsWith(WindowsDevices, StringComparison.Ordinal) ? name[WindowsDevices.Length..] : name).ToUpperInvariant();
        try
        {
            return name.Length == 0 ? name : File.ResolveLinkTarget(name, returnFinalTarget: true)?.FullName ?? name;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return name;
        }
    }
}
