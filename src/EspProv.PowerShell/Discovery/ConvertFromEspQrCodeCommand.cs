using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Devices;

namespace EspProv.Commands.Discovery;

/// <summary>Reads the text of provisioning QR codes.</summary>
[Cmdlet(VerbsData.ConvertFrom, "EspQrCode", DefaultParameterSetName = TextSet)]
[OutputType(typeof(EspQrCode))]
public sealed class ConvertFromEspQrCodeCommand : AsyncCmdlet
{
    private const string TextSet = "Text";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The text of a code: the JSON, or the URL that firmware prints.</summary>
    [Parameter(ParameterSetName = TextSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[] InputObject { get; set; } = [];

    /// <summary>Text files with one code per line, or with the JSON of one code on several lines.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Such files, by names without wildcards.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Reads the codes of this record; one that cannot be read does not stop the others.</summary>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            // No target: an error record shows its target, and the text contains secrets.
            case TextSet:
                foreach (string text in InputObject)
                    Read(text, target: null);
                break;
            case PathSet:
                foreach (string path in Path)
                    InputFiles.Read(this, path, isLiteral: false, ReadFile);
                break;
            default:
                foreach (string path in LiteralPath)
                    InputFiles.Read(this, path, isLiteral: true, ReadFile);
                break;
        }
    }

    private void ReadFile(string file)
    {
        foreach (string text in Codes(File.ReadAllText(file)))
            Read(text, file);
    }

    private void Read(string text, string? target) => Try(target, () => WriteObject(new EspQrCode(QrPayload.Parse(text))));

    // Indented JSON spans several lines; its first line is not a complete object.
    private static string[] Codes(string content)
    {
        string[] lines = content.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.Length > 0 && lines[0].StartsWith('{') && !lines[0].EndsWith('}') ? [content] : lines;
    }
}
