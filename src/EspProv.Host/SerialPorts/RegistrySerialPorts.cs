using System.Text.RegularExpressions;

namespace EspProv.Host.SerialPorts;

/// <summary>
/// Windows: details of USB devices, from the registry. It lists every device that was ever connected; only present ports are looked up, and
/// of several devices that used a port's name the present one is taken.
/// </summary>
/// <param name="open">Opens SYSTEM\CurrentControlSet of HKEY_LOCAL_MACHINE.</param>
internal sealed partial class RegistrySerialPorts(Func<IRegistryNode?> open) : ISerialPortDetails
{
    // FTDI's driver has its own bus for the ports of its chips.
    private static readonly string[] Buses = ["USB", "FTDIBUS"];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, SerialPortDescription> Read(IReadOnlyList<string> ports)
    {
        using IRegistryNode? system = open();
        if (system is null)
            return new Dictionary<string, SerialPortDescription>();
        ILookup<string, (SerialPortDescription Description, bool IsPresent)> devices =
            Devices(system).ToLookup(device => device.Description.Port, StringComparer.OrdinalIgnoreCase);
        var known = new Dictionary<string, SerialPortDescription>();
        foreach (string port in ports)
        {
            (SerialPortDescription Description, bool IsPresent)[] named = devices[port].ToArray();
            if (named.FirstOrDefault(device => device.IsPresent || named.Length == 1).Description is { } description)
                known[port] = description with { Port = port };
        }

        return known;
    }

    /// <summary>
    /// The text of a value such as <c>@oem12.inf,%desc%;Silicon Labs</c>: a reference to a localised text, and the text itself.
    /// </summary>
    internal static string? Plain(string? value)
    {
        if (value is not ['@', ..])
            return string.IsNullOrWhiteSpace(value) ? null : UntrustedText.Show(value.Trim());
        int separator = value.IndexOf(';', StringComparison.Ordinal);
        string text = separator < 0 ? "" : value[(separator + 1)..];

        // The values of %1 and so on may follow.
        if (Arguments().Match(text) is { Success: true } match)
        {
            string[] words = match.Groups[2].Value.Split(',');
            text = Placeholder().Replace(
                match.Groups[1].Value,
                one => int.Parse(one.Groups[1].ValueSpan, provider: null) is var number && number <= words.Length ? words[number - 1] : "");
        }

        return text.Trim() is { Length: > 0 } plain ? UntrustedText.Show(plain) : null;
    }

    private static IEnumerable<(SerialPortDescription Description, bool IsPresent)> Devices(IRegistryNode system)
    {
        foreach (string bus in Buses)
        {
            using IRegistryNode? devices = system.Child($@"Enum\{bus}");
            foreach (string device in devices?.Children ?? [])
            {
                if (HardwareId().Match(device) is not { Success: true } id)
                    continue;
                using IRegistryNode? instances = devices!.Child(device);
                foreach (string instance in instances?.Children ?? [])
                {
                    using IRegistryNode? node = instances!.Child(instance);
                    using IRegistryNode? parameters = node?.Child("Device Parameters");
                    if (parameters?.Text("PortName") is not { Length: > 0 } port)
                        continue;
                    string? product = Plain(node!.Text("FriendlyName")) ?? Plain(node.Text("DeviceDesc"));
                    var description = new SerialPortDescription
                    {
                        Port = port,
                        VendorId = id.Groups["vid"].Value.ToLowerInvariant(),
                        ProductId = id.Groups["pid"].Value.ToLowerInvariant(),
                        Manufacturer = Plain(node.Text("Mfg")),
                        Product = product?.Replace($"({port})", "", StringComparison.OrdinalIgnoreCase).Trim(),
                        SerialNumber = UntrustedText.Show(SerialNumber(id, instance)),
                    };
                    yield return (description, IsPresent(system, node.Text("Service"), $@"{bus}\{device}\{instance}"));
                }
            }
        }
    }

    // Windows generates names with an ampersand for devices without a serial number. FTDI's driver appends a letter for the chip's port.
    private static string? SerialNumber(Match id, string instance) => id.Groups["serial"] is { Success: true } serial
        ? serial.Value.Contains('&', StringComparison.Ordinal) ? null : serial.Value[..^1]
        : id.Value.Contains('+', StringComparison.Ordinal) || instance.Contains('&', StringComparison.Ordinal) ? null : instance;

    // A driver's service lists its present devices.
    private static bool IsPresent(IRegistryNode system, string? service, string path)
    {
        if (string.IsNullOrEmpty(service))
            return false;
        using IRegistryNode? served = system.Child($@"Services\{service}\Enum");
        for (int i = 0; served?.Text(i.ToString(System.Globalization.CultureInfo.InvariantCulture)) is { } device; i++)
        {
            if (device.Equals(path, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    [GeneratedRegex(
        "^VID_(?<vid>[0-9A-F]{4})[&+]PID_(?<pid>[0-9A-F]{4})([+](?<serial>.+)|&.*)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex HardwareId();

    [GeneratedRegex(@"^(.*);\((.*)\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Arguments();

    [GeneratedRegex("%([1-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();
}
