using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Provider;
using EspProv.Shell.Essentials.Support;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Content: lines of a file, or the content of another provider's item.</summary>
[Cmdlet(VerbsCommon.Get, "Content", DefaultParameterSetName = "Path")]
[OutputType(typeof(string), typeof(byte))]
public sealed class GetContentCommand : ProviderPathCommandBase
{
    private const int BlockSize = 256;

    /// <summary>The whole text as one string.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>Bytes instead of lines.</summary>
    [Parameter]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Only so many from the beginning.</summary>
    [Parameter]
    [Alias("First", "Head")]
    [ValidateRange(0, int.MaxValue)]
    public int TotalCount { get; set; } = int.MaxValue;

    /// <summary>Only so many from the end.</summary>
    [Parameter]
    [Alias("Last")]
    [ValidateRange(0, int.MaxValue)]
    public int Tail { get; set; } = int.MaxValue;

    /// <summary>The encoding, where no byte-order mark tells.</summary>
    [Parameter]
    [EncodingName]
    public System.Text.Encoding Encoding { get; set; } = TextFiles.DefaultEncoding;

    protected override void ProcessRecord() => ForEachPath(path =>
    {
        foreach (string resolved in Resolve(path))
            Attempt(resolved, () => Read(resolved));
    });

    private void Read(string path)
    {
        string? file = FileOf(path);
        if (file is null)
        {
            Write(ReadItem(path));
            return;
        }

        if (!InvokeProvider.Item.Exists(path, force: true, literalPath: true))
        {
            throw new ItemNotFoundException($"Cannot find path '{file}' because it does not exist.");
        }

        if (AsByteStream)
        {
            byte[] bytes = File.ReadAllBytes(file);
            if (Raw)
                WriteObject(bytes, enumerateCollection: false);
            else
                Write(bytes.Cast<object>());
        }
        else if (Raw)
        {
            WriteObject(File.ReadAllText(file, Encoding));
        }
        else
        {
            Write(File.ReadLines(file, Encoding));
        }
    }

    private IEnumerable<object> ReadItem(string path)
    {
        foreach (IContentReader reader in InvokeProvider.Content.GetReader([path], force: true, literalPath: true))
        {
            using (reader)
            {
                while (reader.Read(BlockSize) is { Count: > 0 } block)
                {
                    foreach (object item in (IEnumerable)block)
                        yield return item;
                }

                reader.Close();
            }
        }
    }

    private void Write(IEnumerable<object> items)
    {
        IEnumerable<object> chosen = Tail != int.MaxValue ? items.TakeLast(Tail) : items.Take(TotalCount);
        foreach (object item in chosen)
            WriteObject(item);
    }
}
