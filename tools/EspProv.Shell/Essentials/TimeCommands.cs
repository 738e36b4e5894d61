using System.Globalization;
using System.Management.Automation;

// In pwsh's namespace, because error ids carry the name of the class.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Date: now or another moment, as it is or as text.</summary>
[Cmdlet(VerbsCommon.Get, "Date", DefaultParameterSetName = "DateTime")]
[OutputType(typeof(DateTime), typeof(string))]
public sealed class GetDateCommand : PSCmdlet
{
    /// <summary>The moment; now when not given.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [Alias("LastWriteTime")]
    public DateTime Date { get; set; }

    /// <summary>A .NET format; FileDate, FileDateUniversal, FileDateTime and FileDateTimeUniversal are understood.</summary>
    [Parameter(ParameterSetName = "net")]
    public string? Format { get; set; }

    /// <summary>A Unix format, such as %s or %Y-%m-%d, of which the common letters are understood.</summary>
    [Parameter(ParameterSetName = "UFormat", Mandatory = true)]
    public string? UFormat { get; set; }

    /// <summary>In UTC.</summary>
    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    protected override void ProcessRecord()
    {
        DateTime date = MyInvocation.BoundParameters.ContainsKey(nameof(Date)) ? Date : DateTime.Now;
        if (AsUTC || Format is "FileDateUniversal" or "FileDateTimeUniversal")
            date = date.ToUniversalTime();
        if (UFormat is not null)
            WriteObject(FormatUnix(date, UFormat.TrimStart('+')));
        else if (Format is not null)
            WriteObject(date.ToString(NamedFormat(Format), CultureInfo.CurrentCulture));
        else
            WriteObject(date);
    }

    private static string NamedFormat(string format) => format switch
    {
        "FileDate" => "yyyyMMdd",
        "FileDateUniversal" => "yyyyMMddZ",
        "FileDateTime" => "yyyyMMddTHHmmssffff",
        "FileDateTimeUniversal" => "yyyyMMddTHHmmssffffZ",
        _ => format,
    };

    private string FormatUnix(DateTime date, string format)
    {
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            char letter = format[++i];
            text.Append(letter switch
            {
                '%' => "%",
                's' => new DateTimeOffset(date).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
                'Y' => Part("yyyy"),
                'y' => Part("yy"),
                'm' => Part("MM"),
                'd' => Part("dd"),
                'H' => Part("HH"),
                'I' => Part("hh"),
                'M' => Part("mm"),
                'S' => Part("ss"),
                'p' => Part("tt"),
                'F' => Part("yyyy-MM-dd"),
                'T' => Part("HH:mm:ss"),
                'R' => Part("HH:mm"),
                'a' => Part("ddd"),
                'A' => Part("dddd"),
                'b' => Part("MMM"),
                'B' => Part("MMMM"),
                'Z' => Part("zz"),
                'j' => date.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
                _ => throw new PSArgumentException($"%{letter} is not a format that is known here."),
            });
        }

        return text.ToString();

        string Part(string net) => date.ToString(net, CultureInfo.CurrentCulture);
    }
}

/// <summary>Start-Sleep, which Ctrl-C ends.</summary>
[Cmdlet(VerbsLifecycle.Start, "Sleep", DefaultParameterSetName = "Seconds")]
public sealed class StartSleepCommand : PSCmdlet, IDisposable
{
    private readonly ManualResetEvent _stopped = new(false);

    /// <summary>How long, in seconds.</summary>
    [Parameter(Position = 0, Mandatory = true, ParameterSetName = "Seconds", ValueFromPipeline = true)]
    [ValidateRange(0.0, 2147483.0)]
    public double Seconds { get; set; }

    /// <summary>How long, in milliseconds.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "Milliseconds")]
    [ValidateRange(0, int.MaxValue)]
    [Alias("ms")]
    public int Milliseconds { get; set; }

    /// <summary>How long.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "FromTimeSpan")]
    [Alias("ts")]
    public TimeSpan Duration { get; set; }

    public void Dispose() => _stopped.Dispose();

    protected override void ProcessRecord() => _stopped.WaitOne(ParameterSetName switch
    {
        "Seconds" => TimeSpan.FromSeconds(Seconds),
        "Milliseconds" => TimeSpan.FromMilliseconds(Milliseconds),
        _ => Duration,
    });

    protected override void StopProcessing() => _stopped.Set();
}

/// <summary>New-TimeSpan.</summary>
[Cmdlet(VerbsCommon.New, "TimeSpan", DefaultParameterSetName = "Time")]
[OutputType(typeof(TimeSpan))]
public sealed class NewTimeSpanCommand : PSCmdlet
{
    /// <summary>From when; now when only -End is given.</summary>
    [Parameter(Position = 0, ParameterSetName = "Date", ValueFromPipeline = true)]
    public DateTime Start { get; set; } = DateTime.Now;

    /// <summary>Until when; now when only -Start is given.</summary>
    [Parameter(Position = 1, ParameterSetName = "Date")]
    public DateTime End { get; set; } = DateTime.Now;

    /// <summary>Days.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Days { get; set; }

    /// <summary>Hours.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Hours { get; set; }

    /// <summary>Minutes.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Minutes { get; set; }

    /// <summary>Seconds.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Seconds { get; set; }

    /// <summary>Milliseconds.</summary>
    [Parameter(ParameterSetName = "Time")]
    public int Milliseconds { get; set; }

    protected override void ProcessRecord() => WriteObject(
        ParameterSetName == "Date" ? End - Start : new TimeSpan(Days, Hours, Minutes, Seconds, Milliseconds));
}
