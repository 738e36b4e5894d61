using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Fleet;
using EspProv.Fleet.Journal;

namespace EspProv.Commands.Fleet;

/// <summary>
/// The journals of one plan. Any error ends the command: without one of the journals, the results would be incomplete, or older ones.
/// </summary>
internal static class JournalFiles
{
    /// <summary>The journals that a path with wildcards names.</summary>
    internal static IReadOnlyList<string> Resolve(PSCmdlet cmdlet, string path)
    {
        List<string> found = InputFiles.ResolveWildcards(cmdlet, path);
        if (found.Count == 0)
            cmdlet.ThrowTerminatingError(ErrorFactory.From(ModuleError.FileNotReadable, $"There is no journal '{path}'.", path));
        return found;
    }

    /// <summary>Merges journals; one result per row, in the order of the plan.</summary>
    /// <param name="cmdlet">The cmdlet whose parameter has the paths.</param>
    /// <param name="paths">The journals.</param>
    /// <param name="warn">Writes a notice about the results.</param>
    internal static IEnumerable<FleetResult> Read(PSCmdlet cmdlet, IEnumerable<string> paths, Action<string> warn)
    {
        var merge = new FleetJournalMerge();
        foreach (string path in paths)
        {
            try
            {
                merge.Add(path);
            }
            catch (FleetJournalException exception)
            {
                cmdlet.ThrowTerminatingError(ErrorFactory.From(exception, path));
            }
        }

        merge.Complete();
        foreach (string notice in merge.Notices)
            warn(notice);
        return merge.Results();
    }
}
