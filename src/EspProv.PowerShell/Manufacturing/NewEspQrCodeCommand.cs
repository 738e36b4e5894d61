using System.Management.Automation;
using System.Security;
using System.Security.Cryptography;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;
using EspProv.Host.Files;
using EspProv.Manufacturing.Labels;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Commands.Manufacturing;

/// <summary>Makes QR codes for the phone apps and ConvertFrom-EspQrCode, one by one or as sheets of labels.</summary>
[Cmdlet(VerbsCommon.New, "EspQrCode", DefaultParameterSetName = CodeSet, SupportsShouldProcess = true)]
[OutputType(typeof(string), typeof(byte[]), typeof(FileInfo))]
public sealed class NewEspQrCodeCommand : AsyncCmdlet
{
    private const string CodeSet = "Code";
    private const string SheetSet = "Sheet";

    private readonly List<QrPayload> _labels = [];
    private readonly HashSet<string> _written = new(
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
    private HashSet<string> _typedParameters = [];
    private EspQrCodeFormat _format;
    private string? _file;
    private string? _folder;

    /// <summary>A QR code or a virtual device, with its secrets; of other objects, the properties are bound.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The device's service name; over SoftAP also its SSID.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [GivenText]
    public string Name { get; set; } = "";

    /// <summary>The device's transport.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public ProvisioningTransport Transport { get; set; }

    /// <summary>The security scheme to put into the code; codes of stock firmware have none.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public SecurityVersion? SecurityVersion { get; set; }

    /// <summary>Security 1's proof of possession, or security 2's password: a code has one field for both.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [AllowNull]
    [AllowEmptyString]
    [Alias("Pop")]
    [GivenText]
    public SecureString? ProofOfPossession { get; set; }

    /// <summary>Security 2's username.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [GivenText]
    public string? Username { get; set; }

    /// <summary>Security 2's password.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [AllowNull]
    [AllowEmptyString]
    [GivenText]
    public SecureString? Password { get; set; }

    /// <summary>The key of the device's own access point.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [AllowNull]
    [AllowEmptyString]
    [GivenText]
    public SecureString? SoftApKey { get; set; }

    /// <summary>The kind of network that the device needs.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ProvisioningNetwork? Network { get; set; }

    /// <summary>The format; by default from the extension of -Path, otherwise blocks for the terminal.</summary>
    [Parameter]
    public EspQrCodeFormat As { get; set; }

    /// <summary>The file to write, readable only by its owner; or an existing folder, for one file per device.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replace existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The level of error correction.</summary>
    [Parameter]
    public QrErrorCorrection ErrorCorrection { get; set; } = QrErrorCorrection.Medium;

    /// <summary>Invert the blocks, for a terminal with dark text on a light background.</summary>
    [Parameter(ParameterSetName = CodeSet)]
    public SwitchParameter Invert { get; set; }

    /// <summary>The side length of a module of a PNG, in pixels.</summary>
    [Parameter(ParameterSetName = CodeSet)]
    [ValidateRange(1, 100)]
    public int PixelsPerModule { get; set; } = 8;

    /// <summary>Make pages of labels for all input devices.</summary>
    [Parameter(ParameterSetName = SheetSet, Mandatory = true)]
    public SwitchParameter Sheet { get; set; }

    /// <summary>The number of labels in a row.</summary>
    [Parameter(ParameterSetName = SheetSet)]
    [ValidateRange(1, 50)]
    public int Columns { get; set; } = LabelSheetOptions.DefaultColumns;

    /// <summary>The number of rows of labels on a page.</summary>
    [Parameter(ParameterSetName = SheetSet)]
    [ValidateRange(1, 50)]
    public int Rows { get; set; } = LabelSheetOptions.DefaultRows;

    /// <summary>The paper size.</summary>
    [Parameter(ParameterSetName = SheetSet)]
    public LabelPageSize PageSize { get; set; } = LabelPageSize.A4;

    /// <summary>Also print the proof of possession, or username and password, as text on the labels.</summary>
    [Parameter(ParameterSetName = SheetSet)]
    public SwitchParameter ShowProofOfPossession { get; set; }

    private bool IsSheet => ParameterSetName == SheetSet;

    /// <summary>Chooses the format, and checks the path.</summary>
    protected override void BeginProcessing()
    {
        // Only typed parameters are bound now; later, properties of piped objects are bound too.
        _typedParameters = [.. MyInvocation.BoundParameters.Keys];
        string? path = Path is null ? null : OutputFile.Resolve(this, Path);
        if (Directory.Exists(path))
            _folder = path;
        else
            _file = path;

        if (_typedParameters.Contains(nameof(As)))
            _format = As;
        else if (_file is not null && QrCodeFile.FormatOf(_file) is { } format)
            _format = format;
        else if (_file is not null)
            Refuse("The file's name has none of the extensions png, svg, txt, json, url and html: use one of them, or give -As.");
        else if (IsSheet)
            _format = EspQrCodeFormat.Html;
        else
            _format = _folder is null ? EspQrCodeFormat.Terminal : EspQrCodeFormat.Png;

        if (IsSheet && _format is not (EspQrCodeFormat.Html or EspQrCodeFormat.Svg))
            Refuse("A sheet of labels must be Html or Svg.");
        if (!IsSheet && _format == EspQrCodeFormat.Html)
            Refuse("Html is for sheets of labels; give -Sheet too, or choose another format.");
        if (IsSheet && _folder is not null)
            Refuse("-Path is a folder, and a sheet of labels is one file: give the file's path, such as labels.html.");

        if (_file is not null)
            OutputFile.Check(this, _file, Force);
        if (path is not null && !this.IsWhatIf())
            OutputFile.CheckFolder(this, _folder ?? System.IO.Path.GetDirectoryName(_file)!);
    }

    /// <summary>Makes the code of this record, or keeps it for the sheet.</summary>
    protected override void ProcessRecord() => Try(Name, () =>
    {
        QrPayload payload = MakePayload();
        if (IsSheet)
        {
            // Validated here, so that an error skips this device and the sheet still has the others.
            payload.Validate();
            _labels.Add(payload);
            return;
        }

        using (payload)
            Make(payload);
    });

    /// <summary>Makes the sheet.</summary>
    protected override void EndProcessing()
    {
        if (!IsSheet || _labels.Count == 0)
            return;
        try
        {
            Try(_file, MakeSheet);
        }
        finally
        {
            foreach (QrPayload label in _labels)
                label.Dispose();
        }
    }

    private QrPayload MakePayload()
    {
        // A QR code and a virtual device have a payload; typed parameters override its values.
        using QrPayload? device = (InputObject?.BaseObject as EspVirtualDevice)?.Device.CreateQrPayload();
        QrPayload? input = device ?? (InputObject?.BaseObject as EspQrCode)?.Payload;
        bool UsesParameter(string parameter) => input is null || _typedParameters.Contains(parameter);

        SecureString? pop = UsesParameter(nameof(ProofOfPossession)) ? ProofOfPossession : null;
        SecureString? password = UsesParameter(nameof(Password)) ? Password : null;
        return new QrPayload
        {
            Name = UsesParameter(nameof(Name)) ? Name : input!.Name,
            Transport = UsesParameter(nameof(Transport)) ? Transport : input!.Transport,
            SecurityVersion = UsesParameter(nameof(SecurityVersion)) ? SecurityVersion : input!.SecurityVersion,
            Username = UsesParameter(nameof(Username)) ? NullIfEmpty(Username) : input!.Username,
            ProofOfPossession = pop is null && password is null ? input?.ProofOfPossession?.Copy() : ToPop(pop, password),
            SoftApKey = UsesParameter(nameof(SoftApKey)) ? SoftApKey?.ToSecret() : input!.SoftApKey?.Copy(),
            Network = UsesParameter(nameof(Network)) ? Network : input!.Network,
            Extra = input?.Extra ?? new Dictionary<string, string>(),
        };
    }

    private static Secret? ToPop(SecureString? given, SecureString? givenPassword)
    {
        var pop = given?.ToSecret();
        if (givenPassword is not { Length: > 0 })
            return pop;
        var password = givenPassword.ToSecret();
        bool differ = pop is { IsEmpty: false } && !CryptographicOperations.FixedTimeEquals(pop.Bytes, password.Bytes);
        pop?.Dispose();
        if (!differ)
            return password;
        password.Dispose();
        throw new ProvisioningException(
            ProvisioningErrorReason.InvalidQrPayload,
            "A code has one field for both the proof of possession and the password, and two different values were given.");
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private void Make(QrPayload payload)
    {
        string json = payload.ToJson();
        using var symbol = QrSymbol.Encode(json, ErrorCorrection);
        object made = _format switch
        {
            EspQrCodeFormat.Png => symbol.ToPng(PixelsPerModule),
            EspQrCodeFormat.Svg => symbol.ToSvg(),
            EspQrCodeFormat.Url => payload.ToUrl(),
            EspQrCodeFormat.Json => json,
            _ => symbol.ToTerminal(Invert),
        };
        string? path = _folder is null ? _file : QrCodeFile.InFolder(_folder, payload.Name, _format);
        if (path is null)
        {
            WriteObject(made, enumerateCollection: false);
            return;
        }

        if (_written.Contains(path))
        {
            WriteError(ErrorFactory.From(
                ModuleError.ParameterConflict,
                _folder is null
                    ? $"'{path}' has the code of the first device; give a folder as -Path, or use -Sheet."
                    : $"'{path}' has the code of another device, whose name makes the same file name.",
                payload.Name));
            return;
        }

        Write(path, file =>
        {
            if (made is byte[] picture)
                file.Bytes.Write(picture);
            else
                file.Text.Write((string)made);
        });
    }

    private void MakeSheet()
    {
        var options = new LabelSheetOptions
        {
            PageSize = PageSize,
            Columns = Columns,
            Rows = Rows,
            ErrorCorrection = ErrorCorrection,
            ShowProofOfPossession = ShowProofOfPossession,
        };
        try
        {
            if (_format == EspQrCodeFormat.Svg)
                MakeSvgPages(options);
            else
                MakeHtml(options);
        }
        finally
        {
            if (!Stopping)
                WriteProgress(new ProgressRecord(ProgressId, "Drawing labels", "Done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private void MakeHtml(LabelSheetOptions options)
    {
        if (_file is null)
        {
            using var text = new StringWriter();
            LabelSheet.WriteHtml(text, LabelsWithProgress(), options);
            WriteObject(text.ToString());
            return;
        }

        Write(_file, file => LabelSheet.WriteHtml(file.Text, LabelsWithProgress(), options));
    }

    private void MakeSvgPages(LabelSheetOptions options)
    {
        int pages = (_labels.Count + (Columns * Rows) - 1) / (Columns * Rows);
        for (int other = 2; _file is not null && other <= pages; other++)
            OutputFile.Check(this, QrCodeFile.OfPage(_file, other), Force);
        int page = 0;
        foreach (string svg in LabelSheet.ToSvgPages(LabelsWithProgress(), options))
        {
            page++;
            if (_file is null)
            {
                WriteObject(svg);
                continue;
            }

            Write(QrCodeFile.OfPage(_file, page), file => file.Text.Write(svg));
        }
    }

    private void Write(string path, Action<ReplacementFile> write)
    {
        if (!ShouldProcess(path, "Write QR codes with their secrets"))
            return;
        try
        {
            QrCodeFile.Write(path, Force, write);
        }
        catch (Exception exception) when (OutputFile.IsFailure(exception))
        {
            WriteError(OutputFile.ErrorOf(path, exception));
            return;
        }

        _written.Add(path);
        WriteObject(OutputFile.Item(this, path));
    }

    // Yields the labels to draw; writes progress, and stops at Ctrl-C.
    private IEnumerable<QrPayload> LabelsWithProgress()
    {
        int shown = -1;
        for (int i = 0; i < _labels.Count; i++)
        {
            if (StopToken.IsCancellationRequested)
                throw new PipelineStoppedException();
            int percent = (int)(100L * i / _labels.Count);
            if (percent != shown)
                WriteProgress(new ProgressRecord(ProgressId, "Drawing labels", $"{i} of {_labels.Count}") { PercentComplete = percent });
            shown = percent;
            yield return _labels[i];
        }
    }

    private void Refuse(string message) => ThrowTerminatingError(ErrorFactory.From(ModuleError.ParameterConflict, message, Path));
}
