using System.Globalization;

namespace EspProv.Transports.Gatt;

/// <summary>A Bluetooth device address in the library's notation.</summary>
public static class BluetoothAddress
{
    /// <summary>Six bytes in upper-case hex with colons, from input with colons, hyphens or no separators.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidAddress"/>.</exception>
    public static string Parse(string address) => TryParse(address, out string? normalized)
        ? normalized
        : throw new ProvisioningException(
            ProvisioningErrorReason.InvalidAddress, $"'{address}' is not a Bluetooth address; one looks like 24:0A:C4:26:1F:CC.");

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse(string? address, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? normalized)
    {
        normalized = null;
        string text = address?.Trim() ?? "";
        string separator = text.Length == 17 && text[2] is ':' or '-' ? text[2].ToString() : "";
        string[] parts = separator.Length == 0
            ? text.Length == 12 ? [.. Enumerable.Range(0, 6).Select(i => text.Substring(i * 2, 2))] : []
            : text.Split(separator);
        if (parts.Length != 6
            || parts.Any(
                part => part.Length != 2 || !byte.TryParse(part, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _)))
        {
            return false;
        }

        normalized = string.Join(':', parts).ToUpperInvariant();
        return true;
    }
}
