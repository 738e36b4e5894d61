using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Security;
using EspProv.Sessions;

namespace EspProv.Commands.Fleet;

/// <summary>Reads results from the pipeline: objects of this process, of another machine, or rows of an exported file.</summary>
internal static class FleetResultReader
{
    /// <summary>Reads one result.</summary>
    /// <exception cref="FormatException">It is not a result.</exception>
    internal static FleetResult Read(PSObject item)
    {
        if (item.BaseObject is EspProvisioningResult own)
            return own.Result;
        if (!Enum.TryParse(Text(item, "Status"), ignoreCase: true, out FleetStatus status) || Number(item, "Row") is not { } row)
            throw new FormatException("The object is not a result of Invoke-EspProvisioning: it has no Row, or no Status.");
        return new FleetResult
        {
            Row = row,
            Name = Text(item, "Name") ?? "",
            Address = Text(item, "Address"),
            Transport = Text(item, "Transport"),
            SecurityVersion = Enum.TryParse(Text(item, "SecurityVersion"), ignoreCase: true, out SecurityVersion version) ? version : null,
            Network = Enum.TryParse(Text(item, "Network"), ignoreCase: true, out ProvisioningNetwork network) ? network : null,
            Ssid = Text(item, "Ssid"),
            Status = status,
            Stage = Enum.TryParse(Text(item, "Stage"), ignoreCase: true, out FleetStage stage) ? stage : FleetStage.Validate,
            Reason = Text(item, "Reason"),
            Witness = Enum.TryParse(Text(item, "Witness"), ignoreCase: true, out ProvisioningWitness witness) ? witness : null,
            IPAddress = Text(item, "IPAddress"),
            Bssid = Text(item, "Bssid"),
            Channel = Number(item, "Channel"),
            Attempts = Number(item, "Attempts") ?? 0,
            Duration = DurationOf(item),
            ErrorId = Text(item, "ErrorId"),
            Error = Text(item, "Error"),
            Warning = Text(item, "Warning"),
            Timestamp = TimestampOf(item),
        };
    }

    private static object? Value(PSObject item, string name) => item.Properties[name]?.Value is { } value
        ? PipelineValue.Unwrap(value)
        : null;

    private static string? Text(PSObject item, string name) =>
        Convert.ToString(Value(item, name), CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;

    private static int? Number(PSObject item, string name) =>
        int.TryParse(Text(item, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static TimeSpan DurationOf(PSObject item) => Value(item, "Duration") switch
    {
        TimeSpan duration => duration,
        string text when TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan duration) => duration,

        // A TimeSpan from JSON.
        PSCustomObject when item.Properties["Duration"].Value is PSObject parts && parts.Properties["Ticks"]?.Value is long ticks =>
            TimeSpan.FromTicks(ticks),
        _ => TimeSpan.Zero,
    };

    private static DateTimeOffset TimestampOf(PSObject item) => Value(item, "Timestamp") switch
    {
        DateTime { Kind: DateTimeKind.Unspecified } time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        DateTime time => new DateTimeOffset(time),
        DateTimeOffset time => time,
        string text when FleetTime.TryParse(text, out DateTimeOffset time) => time,
        string text => throw new FormatException(
            $"The Timestamp '{text}' is not ISO 8601, such as 2026-03-01T12:00:00Z: another program, or another version, wrote the file. "
            + "Make the report from the journal."),
        _ => throw new FormatException("The object is not a result of Invoke-EspProvisioning: it has no Timestamp."),
    };
}
