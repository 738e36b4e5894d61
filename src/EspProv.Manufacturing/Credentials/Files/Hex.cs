namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>Bytes as lower-case hexadecimal digits.</summary>
internal static class Hex
{
    internal static string Of(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span).ToLowerInvariant();
}
