using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace EspProv.Shell.Essentials.Support;

/// <summary>Takes an encoding by the names that pwsh gives them, by its web name or by its code page.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EncodingNameAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is Encoding)
            return value;
        string name = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return name.ToLowerInvariant() switch
        {
            "utf8" or "utf8nobom" or "default" => TextFiles.DefaultEncoding,
            "utf8bom" => new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
            "unicode" => Encoding.Unicode,
            "bigendianunicode" => Encoding.BigEndianUnicode,
            "utf32" => Encoding.UTF32,
            "ascii" => Encoding.ASCII,
            "latin1" => Encoding.Latin1,
            _ => Lookup(name),
        };
    }

    private static Encoding Lookup(string name)
    {
        try
        {
            return int.TryParse(name, CultureInfo.InvariantCulture, out int page) ? Encoding.GetEncoding(page) : Encoding.GetEncoding(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new ArgumentTransformationMetadataException($"'{name}' is not an encoding that is known here.", e);
        }
    }
}
