namespace EspProv.Host.SerialPorts;

/// <summary>A serial port, with details of its USB device if known.</summary>
public sealed record SerialPortDescription
{
    /// <summary>The port: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</summary>
    public required string Port { get; init; }

    /// <summary>The USB vendor: four hexadecimal digits, such as 10c4.</summary>
    public string? VendorId { get; init; }

    /// <summary>The USB product: four hexadecimal digits, such as ea60.</summary>
    public string? ProductId { get; init; }

    /// <summary>The manufacturer's name.</summary>
    public string? Manufacturer { get; init; }

    /// <summary>The product's name.</summary>
    public string? Product { get; init; }

    /// <summary>The USB device's serial number.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Manufacturer, product and numbers in one line; null if nothing is known.</summary>
    public string? Summary
    {
        get
        {
            // Windows drivers prefix the product's name with the manufacturer's.
            bool isRepeated = Manufacturer is not null && Product?.StartsWith(Manufacturer, StringComparison.OrdinalIgnoreCase) is true;
            string names = string.Join(' ', new[] { isRepeated ? null : Manufacturer, Product }.OfType<string>());
            string numbers = VendorId is null ? "" : $"{VendorId}:{ProductId}";
            string summary = names.Length > 0 && numbers.Length > 0 ? $"{names} ({numbers})" : names + numbers;
            return summary.Length > 0 ? summary : null;
        }
    }
}
