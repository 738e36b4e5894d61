using System.Globalization;
using System.IO.Ports;

namespace EspProv.Host.SerialPorts;

/// <summary>Lists this machine's serial ports, with details of their USB devices on Linux and Windows.</summary>
public sealed class SerialPortFinder
{
    private readonly ISerialPortDetails _details;
    private readonly Func<IEnumerable<string>> _names;

    /// <summary>The ports of this machine.</summary>
    public SerialPortFinder()
        : this(
            OperatingSystem.IsWindows() ? new RegistrySerialPorts(RegistryNode.OpenSystem) : new SysfsSerialPorts("/sys/class/tty"),
            SerialPort.GetPortNames)
    {
    }

    /// <summary>With other sources, for tests.</summary>
    internal SerialPortFinder(ISerialPortDetails details, Func<IEnumerable<string>> names) => (_details, _names) = (details, names);

    /// <summary>The ports, by name.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: the system cannot list them.
    /// </exception>
    public IReadOnlyList<SerialPortDescription> Find()
    {
        try
        {
            string[] ports = [.. _names().Distinct(StringComparer.Ordinal).Order(new PortNameComparer())];
            IReadOnlyDictionary<string, SerialPortDescription> known = _details.Read(ports);
            return [.. ports.Select(port => known.GetValueOrDefault(port) ?? new SerialPortDescription { Port = port })];
        }
        catch (Exception exception) when (
            exception is PlatformNotSupportedException or DllNotFoundException or System.ComponentModel.Win32Exception)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable,
                $"Serial ports cannot be listed on this machine: {exception.Message}",
                exception);
        }
    }

    /// <summary>Sorts ttyUSB2 before ttyUSB10.</summary>
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
            return (
                stem,
                int.TryParse(name.AsSpan(stem.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1);
        }
    }
}
