using System.Management.Automation;

namespace EspProv.Commands.Pipeline;

/// <summary>Progress with others' words in it.</summary>
internal static class ProgressRecordExtensions
{
    /// <summary>The same record with its texts as text to show.</summary>
    internal static ProgressRecord ToShow(this ProgressRecord record)
    {
        record.Activity = UntrustedText.Show(record.Activity);
        record.StatusDescription = UntrustedText.Show(record.StatusDescription);
        return record;
    }
}
