using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using EspProv.Board.Log;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Board;

/// <summary>Reads a saved log of a board from lines of text or files.</summary>
[Cmdlet(VerbsCommon.Get, "EspBoardLog", DefaultParameterSetName = TextSet)]
[OutputType(typeof(BoardLogLine), typeof(BoardEvent), typeof(EspBoardQrCode))]
public sealed class GetEspBoardLogCommand : AsyncCmdlet
{
    private const string TextSet = "Text";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
    private const int BlockLength = 16384;

    private BoardLogParser? _text;

    /// <summary>The log's lines, or text with line breaks.</summary>
    [Parameter(ParameterSetName = TextSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[] InputObject { get; set; } = [];

    /// <summary>Files, each with one log.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Such files, by literal names, without wildcards.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Write the events instead of the lines.</summary>
    [Parameter]
    public SwitchParameter Event { get; set; }

    /// <summary>Leave passphrases and proofs of possession in the text of lines.</summary>
    [Parameter]
    public SwitchParameter IncludeSecrets { get; set; }

    /// <summary>Reads the text or the files of this record.</summary>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case TextSet:
                _text ??= new BoardLogParser(IncludeSecrets);
                foreach (string text in InputObject)
                    Write(_text.Add(Encoding.UTF8.GetBytes(text + "\n")));
                break;
            case PathSet:
                foreach (string path in Path)
                    InputFiles.Read(this, path, isLiteral: false, Read);
                break;
            default:
                foreach (string path in LiteralPath)
                    InputFiles.Read(this, path, isLiteral: true, Read);
                break;
        }
    }

    /// <summary>Ends the log that was read from the pipeline.</summary>
    protected override void EndProcessing()
    {
        if (_text is not null)
            Write(_text.Complete());
    }

    private void Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream log = Utf8(file);
        var parser = new BoardLogParser(IncludeSecrets);
        byte[] block = GC.AllocateUninitializedArray<byte>(BlockLength, pinned: true);
        try
        {
            while (log.Read(block) is > 0 and int count)
            {
                if (Stopping)
                    throw new PipelineStoppedException();
                Write(parser.Add(block.AsSpan(0, count)));
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
        }

        Write(parser.Complete());
    }

    // Redirection in Windows PowerShell writes UTF-16.
    private static Stream Utf8(FileStream file)
    {
        byte[] start = new byte[3];
        int count = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        Encoding? wide = start.AsSpan(0, count) switch
        {
            [0xff, 0xfe, ..] => Encoding.Unicode,
            [0xfe, 0xff, ..] => Encoding.BigEndianUnicode,
            _ => null,
        };
        file.Position = wide is not null ? 2 : start.AsSpan(0, count) is [0xef, 0xbb, 0xbf] ? 3 : 0;
        return wide is null ? file : Encoding.CreateTranscodingStream(file, wide, Encoding.UTF8);
    }

    private void Write(IReadOnlyList<BoardLogEntry> entries)
    {
        foreach (object value in BoardLogOutput.Of(entries, Event))
            WriteObject(value);
    }
}
