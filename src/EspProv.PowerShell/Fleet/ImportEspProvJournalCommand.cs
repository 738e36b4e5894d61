using System.Collections.ObjectModel;
using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Fleet;
using EspProv.Fleet.Journal;

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
        {
            try
            {
                Collection<string> found = GetResolvedProviderPathFromPSPath(path, out _);
                if (found.Count == 0)
                    WriteError(ErrorFactory.From(ModuleError.FileNotReadable, $"There is no journal '{path}'.", path));
                _paths.AddRange(found);
            }
            catch (ItemNotFoundException exception)
            {
                WriteError(ErrorFactory.From(ModuleError.FileNotReadable, $"There is no journal '{path}'.", path, exception));
            }
        }
    }

    /// <summary>Reads all journals, and writes one result per row, in the order of the plan.</summary>
    protected override void EndProcessing()
    {
        var merge = new FleetJournalMerge();
        foreach (string path in _paths)
        {
            try
            {
                merge.Add(path);
            }
            catch (FleetJournalException exception)
            {
                ThrowTerminatingError(ErrorFactory.From(exception, path));
            }
        }

        merge.Complete();
        foreach (string notice in merge.Notices)
            WriteWarning(notice);
        foreach (FleetResult result in merge.Results())
            WriteObject(new EspProvisioningResult(result));
    }
}
