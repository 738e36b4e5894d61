using System.Management.Automation;
using System.Text;
using EspProv.Shell.Engine;
using Microsoft.PowerShell.Commands.Internal.Format;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Out-String: what the screen would show, as text.</summary>
[Cmdlet(VerbsData.Out, "String", DefaultParameterSetName = "NoNewLineFormatting")]
[OutputType(typeof(string))]
public sealed class OutStringCommand : FrontEndCommandBase
{
    private readonly StringWriter _writer = new();

    /// <summary>One string for each line.</summary>
    [Parameter(ParameterSetName = "StreamFormatting")]
    public SwitchParameter Stream { get; set; }

    /// <summary>Columns; those of the screen when not given.</summary>
    [Parameter]
    [ValidateRange(2, int.MaxValue)]
    public int Width { get; set; }

    /// <summary>Leaves the line breaks out.</summary>
    [Parameter(ParameterSetName = "NoNewLineFormatting")]
    public SwitchParameter NoNewline { get; set; }

    protected override void BeginProcessing()
    {
        int width = Width > 0 ? Width : Host.UI.RawUI.BufferSize.Width - 1;
        EngineInternals.UseRenderer(this, _writer, width);
        base.BeginProcessing();
    }

    protected override void ProcessRecord()
    {
        base.ProcessRecord();
        if (Stream)
            WriteLines(final: false);
    }

    protected override void EndProcessing()
    {
        base.EndProcessing();
        if (Stream)
            WriteLines(final: true);
        else if (NoNewline)
            WriteObject(_writer.ToString().Replace(Environment.NewLine, "", StringComparison.Ordinal));
        else
            WriteObject(_writer.ToString());
    }

    protected override void InternalDispose()
    {
        base.InternalDispose();
        _writer.Dispose();
    }

    private void WriteLines(bool final)
    {
        StringBuilder buffer = _writer.GetStringBuilder();
        string text = buffer.ToString();
        int start = 0;
        int end;
        while ((end = text.IndexOf(Environment.NewLine, start, StringComparison.Ordinal)) >= 0)
        {
            WriteObject(text[start..end]);
            start = end + Environment.NewLine.Length;
        }

        buffer.Remove(0, start);
        if (final && buffer.Length > 0)
            WriteObject(buffer.ToString());
    }
}
