using System.Globalization;
using System.Management.Automation;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>When a field is put between quotes.</summary>
public enum CsvQuoting
{
    /// <summary>Only where the text needs it.</summary>
    AsNeeded,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Never, whatever the text.</summary>
    Never,
}

/// <summary>What Export-Csv and ConvertTo-Csv share: the first object's properties are the columns.</summary>
public abstract class CsvWriteCommandBase : PSCmdlet
{
    private string[]? _columns;

    /// <summary>The objects.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Between the fields; a comma when not given.</summary>
    [Parameter(Position = 1)]
    public char Delimiter { get; set; } = ',';

    /// <summary>When to quote.</summary>
    [Parameter]
    public CsvQuoting UseQuotes { get; set; } = CsvQuoting.Always;

    /// <summary>Accepted for old scripts: no line with the type is written anyway.</summary>
    [Parameter]
    [Alias("NTI")]
    public SwitchParameter NoTypeInformation { get; set; }

    /// <summary>Leaves the line with the names out.</summary>
    [Parameter]
    public SwitchParameter NoHeader { get; set; }

    /// <summary>Columns that are set beforehand, as those of a file that is added to.</summary>
    protected void UseColumns(string[] columns) => _columns = columns;

    /// <summary>Takes a line.</summary>
    protected abstract void WriteCsvLine(string line);

    protected override void ProcessRecord()
    {
        if (InputObject is null)
            return;
        if (_columns is null)
        {
            _columns = [.. InputObject.Properties.Select(p => p.Name)];
            if (!NoHeader)
                WriteCsvLine(string.Join(Delimiter, _columns.Select(Field)));
        }

        WriteCsvLine(string.Join(Delimiter, _columns.Select(c => Field(Text(InputObject.Properties[c])))));
    }

    private static string? Text(PSPropertyInfo? property)
    {
        object? value;
        try
        {
            value = property?.Value;
        }
        catch (GetValueException)
        {
            return null; // A property that cannot be read is an empty field, as in pwsh.
        }

        return value switch
        {
            null => null,
            IFormattable formattable and not Enum => formattable.ToString(null, CultureInfo.CurrentCulture),
            _ => PSObject.AsPSObject(value).ToString(),
        };
    }

    private string Field(string? text)
    {
        if (text is null)
            return "";
        bool quote = UseQuotes switch
        {
            CsvQuoting.Always => true,
            CsvQuoting.Never => false,
            _ => text.AsSpan().ContainsAny(Delimiter, '"', '\n') || text.Contains('\r', StringComparison.Ordinal),
        };
        return quote ? "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : text;
    }
}

/// <summary>ConvertTo-Csv.</summary>
[Cmdlet(VerbsData.ConvertTo, "Csv")]
[OutputType(typeof(string))]
public sealed class ConvertToCsvCommand : CsvWriteCommandBase
{
    protected override void WriteCsvLine(string line) => WriteObject(line);
}

/// <summary>Export-Csv.</summary>
[Cmdlet(VerbsData.Export, "Csv", SupportsShouldProcess = true)]
public sealed class ExportCsvCommand : CsvWriteCommandBase, IDisposable
{
    private StreamWriter? _writer;

    /// <summary>The file.</summary>
    [Parameter(Position = 0, Mandatory = true)]
    [Alias("LiteralPath", "PSPath", "LP")]
    public string Path { get; set; } = "";

    /// <summary>The file's encoding.</summary>
    [Parameter]
    [EncodingName]
    public System.Text.Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    /// <summary>Adds to the file, in its columns.</summary>
    [Parameter]
    public SwitchParameter Append { get; set; }

    /// <summary>Leaves an existing file alone.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Writes to a read-only file, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    public void Dispose() => _writer?.Dispose();

    protected override void BeginProcessing()
    {
        string path = TextFiles.ResolveForWriting(this, Path);
        if (!ShouldProcess(path, "Export-Csv"))
            return;
        if (Append && File.Exists(path) && FirstRecord(path) is { Length: > 0 } columns)
            UseColumns(columns);
        _writer = TextFiles.OpenWriter(this, path, Encoding, Append, NoClobber, Force);
    }

    protected override void ProcessRecord()
    {
        if (_writer is not null)
            base.ProcessRecord();
    }

    protected override void EndProcessing()
    {
        _writer?.Dispose();
        _writer = null;
    }

    protected override void WriteCsvLine(string line) => _writer!.WriteLine(line);

    private string[]? FirstRecord(string path)
    {
        using var reader = new StreamReader(path, Encoding);
        return CsvRecords.Read(reader, Delimiter).FirstOrDefault();
    }
}
