using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Fleet;
using EspProv.Fleet.Report;
using EspProv.Host.Files;

namespace EspProv.Commands.Fleet;

/// <summary>Writes a report of a run as one HTML file.</summary>
[Cmdlet(VerbsCommon.New, "EspProvReport", DefaultParameterSetName = ResultSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class NewEspProvReportCommand : AsyncCmdlet
{
    private const string ResultSet = "Result";
    private const string JournalSet = "Journal";

    private readonly List<FleetResult> _results = [];
    private string? _path;

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Results of Invoke-EspProvisioning or Import-EspProvJournal, or rows of an exported file of them.</summary>
    [Parameter(ParameterSetName = ResultSet, Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    public PSObject[] InputObject { get; set; } = [];

    /// <summary>Journals of one plan, instead of results.</summary>
    [Parameter(ParameterSetName = JournalSet, Mandatory = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] JournalPath { get; set; } = [];

    /// <summary>The heading.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Device provisioning";

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Checks the path before an upstream run begins.</summary>
    protected override void BeginProcessing()
    {
        string path = OutputFile.Resolve(this, Path);
        OutputFile.Check(this, path, Force);
        if (!ShouldProcess(path, "Write a provisioning report"))
            return;
        OutputFile.CheckFolder(this, System.IO.Path.GetDirectoryName(path)!);
        _path = path;
    }

    /// <summary>Collects results.</summary>
    protected override void ProcessRecord()
    {
        if (_path is null)
            return;
        foreach (PSObject item in InputObject)
        {
            try
            {
                _results.Add(FleetResultReader.Read(item));
            }
            catch (FormatException exception)
            {
                WriteError(ErrorFactory.From(ModuleError.ParameterConflict, exception.Message, null, exception));
            }
        }
    }

    /// <summary>Writes the file.</summary>
    protected override void EndProcessing()
    {
        if (_path is null)
            return;
        if (ParameterSetName == JournalSet)
            _results.AddRange(JournalFiles.Read(this, JournalPath.SelectMany(path => JournalFiles.Resolve(this, path)), WriteWarning));
        using ReplacementFile file = OutputFile.Open(this, _path, ownerOnly: false, Force);
        try
        {
            new FleetHtmlReport(_results, Title, TimeProvider.System.GetUtcNow()).Write(file.Text);
            file.Commit();
        }
        catch (Exception exception) when (OutputFile.IsFailure(exception))
        {
            ThrowTerminatingError(OutputFile.ErrorOf(_path, exception));
        }

        WriteObject(OutputFile.Item(this, _path));
    }
}
