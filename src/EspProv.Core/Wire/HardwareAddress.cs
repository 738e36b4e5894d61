using System.Diagnostics.CodeAnalysis;

namespace EspProv.Wire;

/// <summary>The text of a hardware address, such as a BSSID: lower-case hex, separated by colons.</summary>
public static class HardwareAddress
{
    /// <summary>The length of a complete address, in bytes.</summary>
    public const int Length = 6;

    /// <summary>
    /// Reads bytes in hex, with colons, hyphens or nothing between them: 78:8a:20:84:19:96, 78-8a-20-84-19-96, 788a20841996. Any number of
    /// bytes, since a device may truncate the address.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The bytes; compare their number with <see cref="Length"/>.</param>
    /// <returns>Whether the text is hexadecimal.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out byte[]? address)
    {
        address = null;
        if (text is null)
            return false;
        try
        {
            address = Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Formats any number of bytes, since a device may truncate the address; empty for none.</summary>
    public static string Format(ReadOnlySpan<byte> address)
    {
        if (address.IsEmpty)
            return "";
        return string.Create(address.Length * 3 - 1, address.ToArray(), static (text, bytes) =>
        {
            const string Digits = "0123456789abcdef";
            text.Fill(':');
            for (int i = 0; i < bytes.Length; i++)
            {
                text[i * 3] = Digits[bytes[i] >> 4];
                text[i * 3 + 1] = Digits[bytes[i] & 0xf];
            }
        });
    }
}
