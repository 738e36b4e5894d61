using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Fleet;
using EspProv.Fleet.Plan;

namespace EspProv.Commands.Fleet;

/// <summary>
/// Collects the data for custom endpoints: first the data that is common to all rows, then the row's own in the order of its columns. A
/// row's own data for an endpoint replaces the common data for it.
/// </summary>
/// <param name="common">The common values.</param>
/// <param name="resolvePath">Converts a PowerShell path to a path in the file system.</param>
internal sealed class FleetCustomDataReader(FleetCommonValues common, Func<string, string> resolvePath)
{
    /// <summary>The data of a row, as its own copies; problems are recorded in the row's cells.</summary>
    internal IReadOnlyList<FleetCustomData> Read(FleetCells cells)
    {
        string endpoint = cells.Text(FleetColumns.Endpoint) ?? common.Endpoint;
        List<Part> own = [];
        foreach ((string column, object value) in cells.CustomData)
        {
            (string to, bool isPath) = FleetColumns.EndpointOf(column) ?? (endpoint, false);
            if (Messages(cells, column, value, isPath) is { } messages)
                own.Add(new Part(column, to, messages));
        }

        List<Part> shared = [];
        if (common.CustomData is { Length: > 0 } text && !cells.Has(FleetColumns.CustomData)
            && Messages(cells, FleetColumns.CustomData, text, isPath: false) is { } data)
        {
            shared.Add(new Part(FleetColumns.CustomData, endpoint, data));
        }

        shared.AddRange(common.EndpointData.Select(entry => new Part(FleetColumns.OfEndpoint(entry.Key), entry.Key, entry.Value)));
        NoteDuplicates(cells, own);
        NoteDuplicates(cells, shared);
        IEnumerable<Part> replaced = shared.Select(part => own.Find(other => other.Endpoint == part.Endpoint) ?? part.Copy());
        IEnumerable<Part> added = own.Where(part => shared.TrueForAll(other => other.Endpoint != part.Endpoint));
        return [.. replaced.Concat(added).SelectMany(part => part.ToEntries())];
    }

    private static void NoteDuplicates(FleetCells cells, List<Part> parts)
    {
        foreach (IGrouping<string, Part> same in parts.GroupBy(part => part.Endpoint).Where(group => group.Skip(1).Any()))
        {
            string columns = string.Join(" and ", same.Select(part => part.Column));
            cells.Note(new FleetProblem(FleetErrorIds.InvalidValue, $"{columns} are for the same endpoint, '{same.Key}'."));
        }
    }

    private IReadOnlyList<byte[]>? Messages(FleetCells cells, string column, object value, bool isPath)
    {
        try
        {
            return isPath && InvariantText.Of(value) is { } path
                ? [CustomDataValue.ReadFile(resolvePath(path))]
                : CustomDataValue.Read(column, value);
        }
        catch (FormatException exception)
        {
            cells.Note(new FleetProblem(FleetErrorIds.InvalidValue, exception.Message));
        }
        catch (ModuleException exception)
        {
            cells.Note(new FleetProblem(exception.Error.ToString(), $"{column}: {exception.Message}"));
        }
        catch (SessionStateException exception)
        {
            // The path is on a drive that does not exist.
            cells.Note(new FleetProblem(nameof(ModuleError.FileNotReadable), $"{column}: {exception.Message}"));
        }

        return null;
    }

    private sealed record Part(string Column, string Endpoint, IReadOnlyList<byte[]> Messages)
    {
        /// <summary>Copies the messages, because a row zeroes its own: the common ones belong to all rows.</summary>
        internal Part Copy() => this with { Messages = [.. Messages.Select(message => message.ToArray())] };

        /// <summary>One entry per message.</summary>
        internal IEnumerable<FleetCustomData> ToEntries() => Messages.Select((message, index) => new FleetCustomData(
            Endpoint,
            message,
            Messages.Count == 1 ? Column : string.Create(CultureInfo.InvariantCulture, $"{Column}[{index + 1}]")));
    }
}
