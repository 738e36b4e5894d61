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

/// <summary>Makes QR codes that the phone apps, and ConvertFrom-EspQrCode, read; one by one, or as sheets of labels.</summary>
[Cmdlet(VerbsCommon.New, "EspQrCode", DefaultParameterSetName = CodeSet, SupportsShouldProcess = true)]
[OutputType(typeof(string), typeof(byte[]), typeof(FileInfo))]
public sealed class NewEspQrCodeCommand : AsyncCmdlet
{
    private const string CodeSet = "Code";
    private const string SheetSet = "Sheet";

    private readonly List<QrPayload> _labels = [];
    private readonly HashSet<string> _written = new(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
    private HashSet<string> _given = [];
    private EspQrCodeFormat _format;
    private string? _file;
    private string? _folder;

    /// <summary>A QR code or a virtual device, whose secrets are known; of anything else the properties count.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The device's service name; its SSID, when it is reached over its own access point.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [GivenText]
    public string Name { get; set; } = "";

    /// <summary>How the device is reached.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true)]
    public ProvisioningTransport Transport { get; set; }

    /// <summary>The scheme to put into the code; codes of stock firmware have none.</summary>
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

    /// <summary>The network that the device wants.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public ProvisioningNetwork? Network { get; set; }

    /// <summary>What to make; by default what the extension of -Path says, or else blocks for the terminal.</summary>
    [Parameter]
    public EspQrCodeFormat As { get; set; }

    /// <summary>The file to write, readable by its owner alone; or a folder that is there, for one file a device.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Replace files that exist.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How much of the code may be damaged.</summary>
    [Parameter]
    public QrErrorCorrection ErrorCorrection { get; set; } = QrErrorCorrection.Medium;

    /// <summary>Blocks for a terminal with dark text on a light background.</summary>
    [Parameter(ParameterSetName = CodeSet)]
    public SwitchParameter Invert { get; set; }

    /// <summary>Pixels on the side of a PNG's modules.</summary>
    [Parameter(ParameterSetName = CodeSet)]
    [ValidateRange(1, 100)]
    public int PixelsPerModule { get; set; } = 8;

    /// <summary>Make pages of labels of all devices that come.</summary>
    [Parameter(ParameterSetName = SheetSet, Mandatory = true)]
    public SwitchParameter Sheet { get; set; }

    /// <summary>Labels side by side.</summary>
    [Parameter(ParameterSetName = SheetSet)]
    [ValidateRange(1, 50)]
    public int Columns { get; set; } = 3;

    /// <summary>Labels one below the other.</summary>
    [Parameter(ParameterSetName = SheetSet)]
    [ValidateRange(1, 50)]
    public int Rows { get; set; } = 8;

    /// <summary>The paper.</summary>
    [Parameter(ParameterSetName = SheetSet)]
    public LabelPageSize PageSize { get; set; } = LabelPageSize.A4;

    /// <summary>Print the proof of possession, or username and password, on the labels in words too.</summary>
    [Parameter(ParameterSetName = SheetSet)]
    public SwitchParameter ShowProofOfPossession { get; set; }

    private bool IsSheet => ParameterSetName == SheetSet;

    /// <summary>Decides on the form and the place of what is made.</summary>
    protected override void BeginProcessing()
    {
        // What is bound now was typed; later, properties of the pipeline's objects are among it.
        _given = [.. MyInvocation.BoundParameters.Keys];
        string? path = Path is null ? null : OutputFile.Resolve(this, Path);
        if (Directory.Exists(path))
            _folder = path;
        else
            _file = path;

        if (_given.Contains(nameof(As)))
            _format = As;
        else if (_file is not null && QrCodeFile.FormatOf(_file) is { } format)
            _format = format;
        else if (_file is not null)
            Refuse("The file's name does not say what it should be: give it one of the extensions png, svg, txt, json, url and html, or give -As.");
        else if (IsSheet)
            _format = EspQrCodeFormat.Html;
        else
            _format = _folder is null ? EspQrCodeFormat.Terminal : EspQrCodeFormat.Png;

        if (IsSheet && _format is not (EspQrCodeFormat.Html or EspQrCodeFormat.Svg))
            Refuse("A sheet of labels is made as Html or Svg.");
        if (!IsSheet && _format == EspQrCodeFormat.Html)
            Refuse("Html is for sheets of labels; give -Sheet too, or choose another form.");
        if (IsSheet && _folder is not null)
            Refuse("A sheet of labels is a file; give -Path its name, such as labels.html.");

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
            // Checked now, so that the error is this device's and the sheet has the others.
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
        // A code and a virtual device bring a payload of their own; what was typed goes before it.
        using QrPayload? device = (InputObject?.BaseObject as EspVirtualDevice)?.Device.CreateQrPayload();
        QrPayload? own = device ?? (InputObject?.BaseObject as EspQrCode)?.Payload;
        bool Counts(string parameter) => own is null || _given.Contains(parameter);

        SecureString? pop = Counts(nameof(ProofOfPossession)) ? ProofOfPossession : null;
        SecureString? password = Counts(nameof(Password)) ? Password : null;
        return new QrPayload
        {
            Name = Counts(nameof(Name)) ? Name : own!.Name,
            Transport = Counts(nameof(Transport)) ? Transport : own!.Transport,
            SecurityVersion = Counts(nameof(SecurityVersion)) ? SecurityVersion : own!.SecurityVersion,
            Username = Counts(nameof(Username)) ? NullIfEmpty(Username) : own!.Username,
            ProofOfPossession = pop is null && password is null ? own?.ProofOfPossession?.Copy() : ToPop(pop, password),
            SoftApKey = Counts(nameof(SoftApKey)) ? SoftApKey?.ToSecret() : own!.SoftApKey?.Copy(),
            Network = Counts(nameof(Network)) ? Network : own!.Network,
            Extra = own?.Extra ?? new Dictionary<string, string>(),
        };
    }

    private static Secret? ToPop(SecureString? given, SecureString? givenPassword)
    {
        Secret? pop = given?.ToSecret();
        if (givenPassword is not { Length: > 0 })
            return pop;
        Secret password = givenPassword.ToSecret();
        bool differ = pop is { IsEmpty: false } && !CryptographicOperations.FixedTimeEquals(pop.Bytes, password.Bytes);
        pop?.Dispose();
        if (!differ)
            return password;
        password.Dispose();
        throw new ProvisioningException(
            ProvisioningErrorReason.InvalidQrPayload,
            "A code has one field for the proof of possession and the password, and two different ones were given.");
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private void Make(QrPayload payload)
    {
        string json = payload.ToJson();
        using QrSymbol symbol = QrSymbol.Encode(json, ErrorCorrection);
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
                    ? $"'{path}' has the code of the first device; give -Path a folder, or make a -Sheet."
                    : $"'{path}' has the code of another device whose name gives the same file name.",
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
            LabelSheet.WriteHtml(text, Watched(), options);
            WriteObject(text.ToString());
            return;
        }

        Write(_file, file => LabelSheet.WriteHtml(file.Text, Watched(), options));
    }

    private void MakeSvgPages(LabelSheetOptions options)
    {
        int pages = (_labels.Count + (Columns * Rows) - 1) / (Columns * Rows);
        for (int other = 2; _file is not null && other <= pages; other++)
            OutputFile.Check(this, QrCodeFile.OfPage(_file, other), Force);
        int page = 0;
        foreach (string svg in LabelSheet.ToSvgPages(Watched(), options))
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

    // The labels as they are drawn, with progress, and an end at Ctrl-C.
    private IEnumerable<QrPayload> Watched()
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
