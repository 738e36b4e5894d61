using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>Progress records that contain untrusted text.</summary>
internal static class ProgressRecordExtensions
{
    /// <summary>The same record with control characters escaped.</summary>
    internal static ProgressRecord ToShow(this ProgressRecord record)
    {
        record.Activity = UntrustedText.Show(record.Activity);
        record.StatusDescription = UntrustedText.Show(record.StatusDescription);
        return record;
    }
}
