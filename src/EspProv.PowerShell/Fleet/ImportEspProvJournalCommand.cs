using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Fleet;

namespace EspProv.Commands.Fleet;

/// <summary>Reads the results of a run from its journal, or of all shards of a plan from their journals.</summary>
[Cmdlet(VerbsData.Import, "EspProvJournal", DefaultParameterSetName = PathSet)]
[OutputType(typeof(EspProvisioningResult))]
public sealed class ImportEspProvJournalCommand : AsyncCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly List<string> _paths = [];

    /// <summary>The journals of one plan.</summary>
    [Parameter(ParameterSetName = PathSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Journals, by names without wildcards.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Collects the paths of this record.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == LiteralPathSet)
        {
            _paths.AddRange(LiteralPath.Select(GetUnresolvedProviderPathFromPSPath));
            return;
        }

        foreach (string path in Path)
            _paths.AddRange(JournalFiles.Resolve(this, path));
    }

    /// <summary>Reads all journals, and writes one result per row, in the order of the plan.</summary>
    protected override void EndProcessing()
    {
        foreach (FleetResult result in JournalFiles.Read(this, _paths, WriteWarning))
            WriteObject(new EspProvisioningResult(result));
    }
}
