namespace EspProv.Wire;

/// <summary>How hardware addresses are written: lower-case hex, separated by colons.</summary>
internal static class HardwareAddress
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = 6;

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
