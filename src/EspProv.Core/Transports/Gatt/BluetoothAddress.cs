using System.Diagnostics.CodeAnalysis;
using EspProv.Wire;

namespace EspProv.Transports.Gatt;

/// <summary>A Bluetooth device address in the library's notation.</summary>
public static class BluetoothAddress
{
    private const int WithoutSeparators = 2 * HardwareAddress.Length;
    private const int WithSeparators = (3 * HardwareAddress.Length) - 1;

    /// <summary>Six bytes in upper-case hex with colons, from input with colons, hyphens or no separators.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.InvalidAddress"/>.</exception>
    public static string Parse(string address) => TryParse(address, out string? normalized)
        ? normalized
        : throw new ProvisioningException(
            ProvisioningErrorReason.InvalidAddress, $"'{address}' is not a Bluetooth address; one looks like 24:0A:C4:26:1F:CC.");

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse(string? address, [NotNullWhen(true)] out string? normalized)
    {
        normalized = null;
        string text = address?.Trim() ?? "";
        if ((text.Length != WithoutSeparators && !IsSeparated(text))
            || !HardwareAddress.TryParse(text, out byte[]? bytes)
            || bytes.Length != HardwareAddress.Length)
        {
            return false;
        }

        normalized = HardwareAddress.Format(bytes).ToUpperInvariant();
        return true;
    }

    // Stricter than a BSSID's text, which nothing else can be: this one may also be a name.
    private static bool IsSeparated(string text) =>
        text.Length == WithSeparators
        && text[2] is ':' or '-'
        && Enumerable.Range(0, HardwareAddress.Length - 1).All(i => text[(3 * i) + 2] == text[2]);
}
