using System.Collections;
using System.Globalization;
using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Fleet;

/// <summary>Lets -Deadline accept a point in time (<c>06:00</c>, a date), or a time from now: seconds, or a TimeSpan.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DeadlineTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? value = PipelineValue.Unwrap(inputData);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return value switch
        {
            DateTimeOffset at => at,
            DateTime at => new DateTimeOffset(at),
            TimeSpan left => now + left,
            int or long or double or decimal or float => now.AddSeconds(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
            IList => throw SecondsTransformationAttribute.DecimalComma(),
            string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) =>
                now.AddSeconds(seconds),

            // A time that has passed today means tomorrow: runs are often started in the evening.
            string text when TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out TimeOnly time) => Next(time, now),
            string text when DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset at) => at,
            _ => throw new ArgumentTransformationMetadataException(
                "A deadline must be a time such as 06:00, a date, a TimeSpan, or a number of seconds."),
        };
    }

    private static DateTimeOffset Next(TimeOnly time, DateTimeOffset now)
    {
        DateTime today = now.LocalDateTime.Date + time.ToTimeSpan();
        return new DateTimeOffset(today > now.LocalDateTime ? today : today.AddDays(1));
    }
}
