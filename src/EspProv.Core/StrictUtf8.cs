using System.Text;

namespace EspProv;

/// <summary>UTF-8 that throws on text or bytes that are not well-formed, where a replacement would change what is meant.</summary>
public static class StrictUtf8
{
    /// <summary>
    /// The encoding. It throws <see cref="EncoderFallbackException"/> and <see cref="DecoderFallbackException"/>, whose messages quote
    /// what they found.
    /// </summary>
    public static Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
