using System.Collections.ObjectModel;
using System.Management.Automation;
using EspProv.Commands.Abstractions;
using System.Text;
using EspProv.Commands.Errors;
using EspProv.Commands.Fleet;
using EspProv.Fleet;

namespace EspProv.Commands;

/// <summary>Makes one HTML file that says how a run went.</summary>
[Cmdlet(VerbsCommon.New, "EspProvReport", DefaultParameterSetName = ResultSet, SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class NewEspProvReportCommand : AsyncCmdlet
{
    private const string ResultSet = "Result";
    private const string JournalSet = "Journal";

    private readonly List<FleetResult> _results = [];

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

    /// <summary>Replace a file that is there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Takes results.</summary>
    protected override void ProcessRecord()
    {
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
        if (ParameterSetName == JournalSet)
            ReadJournals();
        string path = GetUnresolvedProviderPathFromPSPath(Path);
        if (!ShouldProcess(path, "Write a provisioning report"))
            return;
        try
        {
            using var file = new FileStream(path, Force ? FileMode.Create : FileMode.CreateNew, FileAccess.Write, FileShare.None);
            using var writer = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            new FleetHtmlReport(_results, Title, TimeProvider.System.GetUtcNow()).Write(writer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            string advice = !Force && File.Exists(path) ? " Give -Force to replace it." : "";
            ThrowTerminatingError(ErrorFactory.From(ModuleError.FileNotWritable, $"The report '{path}' could not be written: {exception.Message}{advice}", path, exception));
        }

        WriteObject(new FileInfo(path));
    }

    private void ReadJournals()
    {
        var merge = new FleetJournalMerge();
        foreach (string pattern in JournalPath)
        {
            try
            {
                Collection<string> found = GetResolvedProviderPathFromPSPath(pattern, out _);
                if (found.Count == 0)
                    ThrowTerminatingError(ErrorFactory.From(ModuleError.FileNotReadable, $"There is no journal '{pattern}'.", pattern));
                foreach (string path in found)
                    merge.Add(path);
            }
            catch (ItemNotFoundException exception)
            {
                ThrowTerminatingError(ErrorFactory.From(ModuleError.FileNotReadable, $"There is no journal '{pattern}'.", pattern, exception));
            }
            catch (FleetJournalException exception)
            {
                ThrowTerminatingError(ErrorFactory.From(exception, pattern));
            }
        }

        merge.Complete();
        foreach (string notice in merge.Notices)
            WriteWarning(notice);
        _results.AddRange(merge.Results());
    }
}
