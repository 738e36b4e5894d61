using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Host.Files;
using EspProv.Manufacturing.Credentials.Files;

namespace EspProv.Commands.Manufacturing;

/// <summary>Exports credentials in formats for firmware builds and factories.</summary>
[Cmdlet(VerbsData.Export, "EspSec2Credential", SupportsShouldProcess = true)]
[OutputType(typeof(string), typeof(FileInfo))]
public sealed class ExportEspSec2CredentialCommand : AsyncCmdlet
{
    private readonly StringWriter _pending = new() { NewLine = "\n" };
    private NvsNames _names = NvsNames.Default;
    private Sec2FileWriter? _writer;
    private ReplacementFile? _file;
    private ReplacementFile? _configuration;
    private string? _path;
    private int _written;
    private int _refused;

    /// <summary>The credentials.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [Sec2CredentialTransformation]
    public EspSec2Credential[] InputObject { get; set; } = [];

    /// <summary>The format.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public Sec2ExportForm As { get; set; }

    /// <summary>The file to write; by default the text goes to the pipeline.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The NVS namespace.</summary>
    [Parameter]
    public string Namespace { get; set; } = NvsNames.Default.Namespace;

    /// <summary>The NVS key of the username.</summary>
    [Parameter]
    public string UsernameKey { get; set; } = NvsNames.Default.Username;

    /// <summary>The NVS key of the salt.</summary>
    [Parameter]
    public string SaltKey { get; set; } = NvsNames.Default.Salt;

    /// <summary>The NVS key of the verifier.</summary>
    [Parameter]
    public string VerifierKey { get; set; } = NvsNames.Default.Verifier;

    /// <summary>Opens the file, so that its errors are reported before any work is done.</summary>
    protected override void BeginProcessing()
    {
        try
        {
            _names = new NvsNames(Namespace, UsernameKey, SaltKey, VerifierKey);
        }
        catch (ArgumentException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(ModuleError.InvalidNvsName, exception.Message, null, exception));
        }

        if (As == Sec2ExportForm.MassManufacturing && Path is null)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "The manufacturing tool needs two files: give -Path.", target: null));
        }

        string? path = Path is null ? null : OutputFile.Resolve(this, Path);
        if (path is not null)
        {
            OutputFile.Check(this, path, Force);
            if (As == Sec2ExportForm.MassManufacturing)
                OutputFile.Check(this, ConfigurationPath(path), Force);
            if (!ShouldProcess(path, $"Write credentials as {As}"))
                return;
        }

        if (path is not null)
        {
            _path = path;
            _file = Open(path);
            if (As == Sec2ExportForm.MassManufacturing)
            {
                _configuration = Open(ConfigurationPath(path));
                _configuration.Text.Write(MassManufacturingWriter.Configuration(_names));
            }
        }

        TextWriter text = _file?.Text ?? _pending;
        _writer = As switch
        {
            Sec2ExportForm.CArray => new CArrayWriter(text),
            Sec2ExportForm.Header => new CHeaderWriter(
                text, path is null ? CHeaderWriter.DefaultFileName : System.IO.Path.GetFileName(path)),
            Sec2ExportForm.NvsCsv => new NvsCsvWriter(text, _names),
            Sec2ExportForm.MassManufacturing => new MassManufacturingWriter(text, _names),
            Sec2ExportForm.Json => new JsonWriter(text),
            _ => new LabelListWriter(text),
        };
    }

    /// <summary>Writes credentials.</summary>
    protected override void ProcessRecord()
    {
        if (_writer is null)
            return;
        foreach (EspSec2Credential credential in InputObject)
        {
            try
            {
                if (As == Sec2ExportForm.Label && _written == 0 && credential.Core.Password is not null)
                    WarnOfPasswords();
                _writer.Write(credential.Core);
                _written++;
            }
            catch (ArgumentException exception) when (_writer.TakesOne)
            {
                ThrowTerminatingError(ErrorFactory.From(ModuleError.TooManyCredentials, exception.Message, credential, exception));
            }
            catch (ArgumentException exception)
            {
                WriteError(ErrorFactory.From(ModuleError.PasswordUnknown, exception.Message, credential, exception));
                _refused++;
            }
            catch (IOException exception)
            {
                ThrowNotWritable(exception);
            }

            WritePending(all: false);
        }
    }

    /// <summary>Completes the text, and moves the files into place.</summary>
    protected override void EndProcessing()
    {
        // If every credential was refused, the errors say why there is no file.
        if (_writer is null || (_written == 0 && _refused > 0))
            return;
        try
        {
            _writer.Complete();
            _configuration?.Commit();
            _file?.Commit();
        }
        catch (Exception exception) when (OutputFile.IsFailure(exception))
        {
            ThrowNotWritable(exception);
        }

        WritePending(all: true);
        if (_path is not null)
            WriteObject(OutputFile.Item(this, _path));
        if (_configuration is not null)
            WriteObject(OutputFile.Item(this, ConfigurationPath(_path!)));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file?.Dispose();
            _configuration?.Dispose();
            _pending.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The configuration file beside the values: fleet-config.csv for fleet.csv.</summary>
    private static string ConfigurationPath(string path) =>
        System.IO.Path.ChangeExtension(path, null) + "-config" + System.IO.Path.GetExtension(path);

    // Readable by the owner only: passwords can be guessed from verifiers offline.
    private ReplacementFile Open(string path) => OutputFile.Open(this, path, ownerOnly: true, Force);

    private void WarnOfPasswords()
    {
        string access = _path is null ? "" : $"; only you can read '{_path}'";
        WriteWarning($"The label list contains the passwords as plain text{access}. Delete it after printing the labels.");
    }

    private void ThrowNotWritable(Exception exception) => ThrowTerminatingError(OutputFile.ErrorOf(Path!, exception));

    /// <summary>Writes complete lines to the pipeline, as Get-Content does.</summary>
    private void WritePending(bool all)
    {
        if (_file is not null)
            return;
        string text = _pending.ToString();
        int end = all ? text.Length : text.LastIndexOf('\n') + 1;
        _pending.GetStringBuilder().Remove(0, end);
        if (end == 0)
            return;
        string lines = text[..end];
        foreach (string line in (lines[^1] == '\n' ? lines[..^1] : lines).Split('\n'))
            WriteObject(line);
    }
}
