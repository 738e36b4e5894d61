namespace EspProv.Host.SerialPorts;

/// <summary>Linux: details of USB devices from /sys, safe to show. Other systems have no such tree, and so no details.</summary>
internal sealed class SysfsSerialPorts(string root) : ISerialPortDetails
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, SerialPortDescription> Read(IReadOnlyList<string> ports) =>
        ports.Select(Describe).OfType<SerialPortDescription>().ToDictionary(port => port.Port);

    private SerialPortDescription? Describe(string port)
    {
        string device = Path.Combine(root, Path.GetFileName(port), "device");
        if (!Directory.Exists(device))
            return null;

        // The port is below an interface of a USB device; the device's folder is the nearest parent with a vendor.
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

        return null;
    }

    private static string? Read(string folder, string file)
    {
        try
        {
            string path = Path.Combine(folder, file);
            if (!File.Exists(path))
                return null;
            return UntrustedText.Show(File.ReadAllBytes(path).AsSpan().Trim(" \t\r\n"u8)) is { Length: > 0 } text ? text : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Unplugged meanwhile, or not readable.
            return null;
        }
    }
}
