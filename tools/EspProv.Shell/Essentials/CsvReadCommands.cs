using System.Globalization;
using System.Management.Automation;
using System.Text;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>What Import-Csv and ConvertFrom-Csv share: records of text, named by the first one or by -Header.</summary>
public abstract class CsvReadCommandBase : PSCmdlet
{
    /// <summary>Between the fields; a comma when not given.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <summary>Names, when the text has none.</summary>
    [Parameter]
    public string[]? Header { get; set; }

    /// <summary>Reads records and writes an object for each.</summary>
    protected void ReadRecords(TextReader reader)
    {
        string[]? names = Header;
        foreach (string[] record in CsvRecords.Read(reader, Delimiter))
        {
            if (names is null)
            {
                // Files written by Windows PowerShell begin with a line that names the type.
                if (record[0].StartsWith("#TYPE", StringComparison.OrdinalIgnoreCase))
                    continue;
                names = Named(record);
                continue;
            }

            var item = new PSObject();
            for (int i = 0; i < names.Length; i++)
                item.Properties.Add(new PSNoteProperty(names[i], i < record.Length ? record[i] : null));
            WriteObject(item);
        }
    }

    private string[] Named(string[] header)
    {
        bool unnamed = false;
        for (int i = 0; i < header.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(header[i]))
            {
                header[i] = string.Create(CultureInfo.InvariantCulture, $"H{i + 1}");
                unnamed = true;
            }
        }

        if (header.GroupBy(h => h, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            ThrowTerminatingError(new ErrorRecord(
                new ExtendedTypeSystemException($"The member \"{repeated.Key}\" is already present."),
                "AlreadyPresentPSMemberInfoInternalCollectionAdd",
                ErrorCategory.NotSpecified,
                repeated.Key));
        }

        if (unnamed)
            WriteWarning("One or more headers were not specified. Default names starting with \"H\" have been used in place of any missing headers.");
        return header;
    }
}

/// <summary>Import-Csv.</summary>
[Cmdlet(VerbsData.Import, "Csv", DefaultParameterSetName = "Path")]
[OutputType(typeof(PSObject))]
public sealed class ImportCsvCommand : CsvReadCommandBase
{
    /// <summary>Files, perhaps with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Path")]
    public string[] Path { get; set; } = [];

    /// <summary>Files, taken as they are written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The files' encoding, where no byte-order mark tells.</summary>
    [Parameter]
    [EncodingName]
    public Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == "LiteralPath";
        foreach (string file in TextFiles.ResolveForReading(this, literal ? LiteralPath : Path, literal))
        {
            try
            {
                using var reader = new StreamReader(file, Encoding);
                ReadRecords(reader);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                ThrowTerminatingError(new ErrorRecord(e, "FileOpenFailure", ErrorCategory.OpenError, file));
            }
        }
    }
}

/// <summary>ConvertFrom-Csv.</summary>
[Cmdlet(VerbsData.ConvertFrom, "Csv")]
[OutputType(typeof(PSObject))]
public sealed class ConvertFromCsvCommand : CsvReadCommandBase
{
    private readonly StringBuilder _text = new();

    /// <summary>Lines.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    public string[] InputObject { get; set; } = [];

    protected override void ProcessRecord()
    {
        foreach (string line in InputObject)
            _text.AppendLine(line);
    }

    protected override void EndProcessing()
    {
        using var reader = new StringReader(_text.ToString());
        ReadRecords(reader);
    }
}
