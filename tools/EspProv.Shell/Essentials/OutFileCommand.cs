using System.Management.Automation;
using EspProv.Shell.Engine;
using EspProv.Shell.Essentials.Support;
using Microsoft.PowerShell.Commands.Internal.Format;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Out-File, which is also what <c>&gt;</c> and <c>&gt;&gt;</c> are made of: what the screen would show, in a file.</summary>
[Cmdlet(VerbsData.Out, "File", SupportsShouldProcess = true, DefaultParameterSetName = "ByPath")]
public sealed class OutFileCommand : FrontEndCommandBase
{
    private StreamWriter? _writer;

    /// <summary>The file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "ByPath")]
    public string FilePath { get; set; } = "";

    /// <summary>The file, taken as it is written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "ByLiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string LiteralPath { get; set; } = "";

    /// <summary>utf8 (default), utf8BOM, unicode, bigendianunicode, utf32, ascii, latin1.</summary>
    [Parameter(Position = 1)]
    [EncodingName]
    public System.Text.Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    /// <summary>Adds to the file.</summary>
    [Parameter]
    public SwitchParameter Append { get; set; }

    /// <summary>Leaves an existing file alone.</summary>
    [Parameter]
    [Alias("NoOverwrite")]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Writes to a read-only file, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Columns; as wide as it takes when not given.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; }

    /// <summary>Leaves the line breaks out.</summary>
    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    protected override void BeginProcessing()
    {
        string path = ParameterSetName == "ByLiteralPath"
            ? SessionState.Path.GetUnresolvedProviderPathFromPSPath(LiteralPath)
            : TextFiles.ResolveForWriting(this, FilePath);
        TextWriter target = TextWriter.Null;
        if (ShouldProcess(path, "Out-File"))
        {
            _writer = TextFiles.OpenWriter(this, path, Encoding, Append, NoClobber, Force);
            target = _writer;
            if (NoNewline)
                _writer.NewLine = "";
        }

        EngineInternals.UseRenderer(this, target, Width > 0 ? Width : int.MaxValue - 1);
        base.BeginProcessing();
    }

    protected override void InternalDispose()
    {
        base.InternalDispose();
        _writer?.Dispose();
    }
}
