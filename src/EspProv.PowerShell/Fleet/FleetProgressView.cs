using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Fleet.Run;

namespace EspProv.Commands.Fleet;

/// <summary>Shows the progress of a run: one record for the run, and one below it per active device.</summary>
internal sealed class FleetProgressView(Cmdlet cmdlet, int id, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<int, (int Slot, string Device)> _shown = [];
    private readonly Stack<int> _freeSlots = new();
    private long _last;
    private int _slots;
    private bool _any;

    /// <summary>Writes the records, at most once per interval.</summary>
    internal void Update(FleetProgress progress, bool allRowsKnown)
    {
        if (_any && time.GetElapsedTime(_last) < Interval)
            return;
        _last = time.GetTimestamp();
        _any = true;
        string rate = progress.Tried > 0 ? string.Create(CultureInfo.InvariantCulture, $", {progress.Rate:0.0}/s") : "";
        string soFar = allRowsKnown ? "" : " so far";
        string status = string.Create(
            CultureInfo.InvariantCulture, $"{progress.Finished} of {progress.Rows}{soFar}, {progress.Connected} connected{rate}");
        var record = new ProgressRecord(id, "Provisioning", status);
        if (progress.Rows > 0)
            record.PercentComplete = (int)(progress.Finished * 100L / progress.Rows);
        if (progress.Left is { } left)
            record.SecondsRemaining = (int)Math.Min(left.TotalSeconds, int.MaxValue);
        cmdlet.WriteProgress(record);
        UpdateDevices(progress.Active);
    }

    /// <summary>Removes all records.</summary>
    internal void Complete()
    {
        UpdateDevices([]);
        if (_any)
            cmdlet.WriteProgress(new ProgressRecord(id, "Provisioning", "Done") { RecordType = ProgressRecordType.Completed });
        _any = false;
    }

    private void UpdateDevices(IReadOnlyList<FleetActivity> active)
    {
        foreach (int row in _shown.Keys.Except(active.Select(activity => activity.Row)).ToArray())
        {
            (int slot, string device) = _shown[row];
            _shown.Remove(row);
            _freeSlots.Push(slot);
            var done = new ProgressRecord(id + slot, device, "Done") { ParentActivityId = id, RecordType = ProgressRecordType.Completed };
            cmdlet.WriteProgress(done.ToShow());
        }

        foreach (FleetActivity activity in active)
        {
            if (!_shown.TryGetValue(activity.Row, out (int Slot, string Device) shown))
                _shown[activity.Row] = shown = (_freeSlots.TryPop(out int free) ? free : ++_slots, activity.Device);
            string attempt = activity.Attempt > 1 ? string.Create(CultureInfo.InvariantCulture, $" (attempt {activity.Attempt})") : "";
            var record = new ProgressRecord(id + shown.Slot, activity.Device, activity.Stage + attempt) { ParentActivityId = id };
            cmdlet.WriteProgress(record.ToShow());
        }
    }
}
