using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace EspProv.Shell.Hosting;

/// <summary>Progress on one line: the record that was written last and is not complete.</summary>
internal sealed class ProgressLine(ShellTerminal terminal)
{
    private const int BarWidth = 20;

    // One live record for each source and activity id; an activity that ends takes its children along.
    private readonly List<(long Source, ProgressRecord Record)> _live = [];

    /// <summary>Takes a record in and draws.</summary>
    public void Show(long source, ProgressRecord record)
    {
        _live.RemoveAll(l => l.Source == source && l.Record.ActivityId == record.ActivityId);
        if (record.RecordType == ProgressRecordType.Completed)
            _live.RemoveAll(l => l.Source == source && l.Record.ParentActivityId == record.ActivityId);
        else
            _live.Add((source, record));
        terminal.ShowProgress(_live.Count == 0 ? null : Render(_live[^1].Record));
    }

    /// <summary>Forgets everything and erases the line.</summary>
    public void Clear()
    {
        _live.Clear();
        terminal.ShowProgress(null);
    }

    /// <summary>The text of one record: activity, status, bar, percentage, time left, as far as they are known.</summary>
    internal static string Render(ProgressRecord record)
    {
        var text = new StringBuilder(record.Activity);
        if (!string.IsNullOrWhiteSpace(record.StatusDescription))
            text.Append(": ").Append(record.StatusDescription);
        if (record.PercentComplete >= 0)
        {
            int filled = record.PercentComplete * BarWidth / 100;
            text.Append(" [").Append('#', filled).Append(' ', BarWidth - filled).Append("] ")
                .Append(CultureInfo.InvariantCulture, $"{record.PercentComplete}%");
        }

        if (record.SecondsRemaining >= 0)
            text.Append(CultureInfo.InvariantCulture, $" {TimeSpan.FromSeconds(record.SecondsRemaining):c} left");
        if (!string.IsNullOrWhiteSpace(record.CurrentOperation))
            text.Append(' ').Append(record.CurrentOperation);
        return text.Replace('\n', ' ').Replace('\r', ' ').ToString();
    }
}
