using System.Globalization;
using System.IO.Ports;

namespace EspProv.Discovery;

/// <summary>Lists the serial ports of this machine, with what their USB devices say of themselves where the system tells (Linux).</summary>
public sealed class SerialPortFinder
{
    private readonly string _sysfs;
    private readonly Func<IEnumerable<string>> _names;

    /// <summary>The ports of this machine.</summary>
    public SerialPortFinder()
        : this("/sys/class/tty", SerialPort.GetPortNames)
    {
    }

    /// <summary>Another machine's, for tests.</summary>
    internal SerialPortFinder(string sysfs, Func<IEnumerable<string>> names) => (_sysfs, _names) = (sysfs, names);

    /// <summary>The ports, by name.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>: the system does not tell.</exception>
    public IReadOnlyList<SerialPortDescription> Find()
    {
        try
        {
            return [.. _names().Distinct(StringComparer.Ordinal).Order(new PortNameComparer()).Select(Describe)];
        }
        catch (Exception e) when (e is PlatformNotSupportedException or DllNotFoundException or System.ComponentModel.Win32Exception)
        {
            throw new ProvisioningException(ProvisioningErrorReason.TransportUnavailable, $"Serial ports cannot be listed on this machine: {e.Message}", e);
        }
    }

    private SerialPortDescription Describe(string port)
    {
        string device = Path.Combine(_sysfs, Path.GetFileName(port), "device");
        if (!Directory.Exists(device))
            return new SerialPortDescription { Port = port };

        // The port hangs below an interface of a USB device; the device's folder is the first one up that has a vendor.
        string? folder = new DirectoryInfo(device).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? device;
        for (; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Read(folder, "idVendor") is not { } vendorId)
                continue;
            return new SerialPortDescription
            {
                Port = port,
                VendorId = vendorId,
                ProductId = Read(folder, "idProduct"),
                Manufacturer = Read(folder, "manufacturer"),
                Product = Read(folder, "product"),
                SerialNumber = Read(folder, "serial"),
            };
        }

        return new SerialPortDescription { Port = port };
    }

    private static string? Read(string folder, string file)
    {
        try
        {
            string path = Path.Combine(folder, file);
            return File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Unplugged at this moment, or not for this user's eyes.
            return null;
        }
    }

    /// <summary>ttyUSB2 before ttyUSB10.</summary>
    private sealed class PortNameComparer : IComparer<string>
    {
        public int Compare(string? x, string? y)
        {
            (string Stem, int Number) left = Split(x!), right = Split(y!);
            int byStem = string.CompareOrdinal(left.Stem, right.Stem);
            return byStem != 0 ? byStem : left.Number.CompareTo(right.Number);
        }

        private static (string Stem, int Number) Split(string name)
        {
            string stem = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
            return (stem, int.TryParse(name.AsSpan(stem.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1);
        }
    }
}
