namespace EspProv.Srp.Montgomery;

/// <summary>Reads bits of a big-endian exponent. Their positions are public, their values secret.</summary>
internal static class ExponentBits
{
    /// <summary>The bit of weight 2^<paramref name="index"/>; zero beyond the exponent's end.</summary>
    public static int Bit(ReadOnlySpan<byte> exponent, int index)
    {
        int position = exponent.Length - 1 - index / 8;
        return position < 0 ? 0 : exponent[position] >> (index % 8) & 1;
    }

    /// <summary>The number made by <paramref name="count"/> neighbouring bits, the lowest of weight 2^<paramref name="lowest"/>.</summary>
    public static int Window(ReadOnlySpan<byte> exponent, int lowest, int count)
    {
        int window = 0;
        for (int i = count - 1; i >= 0; i--)
            window = window << 1 | Bit(exponent, lowest + i);
        return window;
    }

    /// <summary>The number made by <paramref name="count"/> bits that lie <paramref name="stride"/> apart.</summary>
    public static int Column(ReadOnlySpan<byte> exponent, int lowest, int stride, int count)
    {
        int column = 0;
        for (int i = count - 1; i >= 0; i--)
            column = column << 1 | Bit(exponent, lowest + i * stride);
        return column;
    }
}
