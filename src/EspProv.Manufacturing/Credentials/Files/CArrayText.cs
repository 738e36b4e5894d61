using System.Globalization;
using System.Text;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>C source as the vendor's tool prints it and its examples use it.</summary>
internal static class CArrayText
{
    private const int BytesPerLine = 16;

    /// <summary><c>static const char name[] = { 0x…, … };</c>, sixteen bytes a line.</summary>
    internal static void Append(StringBuilder text, string name, ReadOnlySpan<byte> bytes)
    {
        text.Append("static const char ").Append(name).Append("[] = {\n");
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(i % BytesPerLine == 0 ? "    " : " ").Append(CultureInfo.InvariantCulture, $"0x{bytes[i]:x2}");
            bool last = i == bytes.Length - 1;
            text.Append(last ? "\n" : i % BytesPerLine == BytesPerLine - 1 ? ",\n" : ",");
        }

        text.Append("};\n");
    }

    /// <summary>A string literal; other characters become octal escapes of three digits, which a following digit cannot extend.</summary>
    internal static string Literal(string value)
    {
        var text = new StringBuilder("\"");
        foreach (byte letter in Encoding.UTF8.GetBytes(value))
        {
            if (letter is >= (byte)' ' and <= (byte)'~' and not (byte)'"' and not (byte)'\\' and not (byte)'?')
                text.Append((char)letter);
            else
                text.Append('\\').Append(Convert.ToString(letter, 8).PadLeft(3, '0'));
        }

        return text.Append('"').ToString();
    }

    /// <summary>Text that cannot end a comment or start a new line.</summary>
    internal static string Comment(string value)
    {
        var text = new StringBuilder();
        foreach (char letter in value)
            text.Append(char.IsControl(letter) || letter is '\\' or '?' or '*' or '/' ? '_' : letter);
        return text.ToString();
    }
}
