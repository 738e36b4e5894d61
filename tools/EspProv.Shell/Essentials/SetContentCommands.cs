using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Provider;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>What Set-Content and Add-Content share: each value is a line.</summary>
public abstract class WriteContentCommandBase : ProviderPathCommandBase, IDisposable
{
    private readonly List<StreamWriter> _files = [];
    private readonly List<FileStream> _byteFiles = [];
    private readonly List<IContentWriter> _items = [];
    private bool _opened;

    /// <summary>What to write.</summary>
    [Parameter(Position = 1, Mandatory = true, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Value { get; set; }

    /// <summary>The encoding.</summary>
    [Parameter]
    [EncodingName]
    public System.Text.Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    /// <summary>The values are bytes.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>No line ends.</summary>
    [Parameter]
    public SwitchParameter NoNewline { get; set; }

    /// <summary>Writes to a read-only file, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the values on, as well.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected abstract bool Append { get; }

    public void Dispose()
    {
        Close();
        GC.SuppressFinalize(this);
    }

    protected override void ProcessRecord()
    {
        if (!_opened)
        {
            _opened = true;
            ForEachPath(Open);
        }

        foreach (object? value in Value ?? [])
            Write(value);
        if (PassThru)
            WriteObject(Value, enumerateCollection: true);
    }

    protected override void EndProcessing() => Close();

    private void Open(string path)
    {
        string? file = FileOf(path);
        if (file is not null && !IsLiteral)
            file = TextFiles.ResolveForWriting(this, path);
        if (!ShouldProcess("Path: " + (file ?? path), Append ? "Add Content" : "Set Content"))
            return;
        if (file is null)
        {
            if (!Append && InvokeProvider.Item.Exists(path, Force, IsLiteral))
                Clear(path);
            foreach (IContentWriter writer in InvokeProvider.Content.GetWriter([path], Force, IsLiteral))
            {
                if (Append)
                    writer.Seek(0, SeekOrigin.End);
                _items.Add(writer);
            }
        }
        else if (AsByteStream)
        {
            _byteFiles.Add(new FileStream(file, Append ? FileMode.Append : FileMode.Create, FileAccess.Write, FileShare.Read));
        }
        else
        {
            _files.Add(TextFiles.OpenWriter(this, file, Encoding, Append, noClobber: false, Force));
        }
    }

    private void Clear(string path)
    {
        try
        {
            InvokeProvider.Content.Clear([path], Force, IsLiteral);
        }
        catch (PSNotSupportedException)
        {
            // Such a provider (variables, environment) replaces its content as a whole.
        }
    }

    private void Write(object? value)
    {
        if (_byteFiles.Count > 0)
        {
            byte[] bytes = LanguagePrimitives.ConvertTo<byte[]>(value);
            foreach (FileStream file in _byteFiles)
                file.Write(bytes);
        }

        foreach (IContentWriter writer in _items)
            writer.Write((IList)new object?[] { value });

        if (_files.Count == 0)
            return;
        IEnumerable<object?> lines = LanguagePrimitives.GetEnumerable(value)?.Cast<object?>() ?? [value];
        foreach (object? line in lines)
        {
            string text = line is null ? "" : PSObject.AsPSObject(line).ToString();
            foreach (StreamWriter file in _files)
                file.Write(NoNewline ? text : text + Environment.NewLine);
        }
    }

    private void Close()
    {
        _files.ForEach(f => f.Dispose());
        _files.Clear();
        _byteFiles.ForEach(f => f.Dispose());
        _byteFiles.Clear();
        foreach (IContentWriter writer in _items)
        {
            writer.Close();
            writer.Dispose();
        }

        _items.Clear();
    }
}

/// <summary>Set-Content.</summary>
[Cmdlet(VerbsCommon.Set, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class SetContentCommand : WriteContentCommandBase
{
    private protected override bool Append => false;
}

/// <summary>Add-Content.</summary>
[Cmdlet(VerbsCommon.Add, "Content", SupportsShouldProcess = true, DefaultParameterSetName = "Path")]
public sealed class AddContentCommand : WriteContentCommandBase
{
    private protected override bool Append => true;
}
