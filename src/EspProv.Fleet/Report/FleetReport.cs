namespace EspProv.Fleet.Report;

/// <summary>The figures of a report.</summary>
internal sealed class FleetReport
{
    private const int TimelineBins = 48;

    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(366);

    // In seconds; devices take from tenths of a second to minutes.
    private static readonly double[] DurationEdges = [0.5, 1, 2, 5, 10, 20, 30, 60, 120];

    /// <summary>Counts the results.</summary>
    public FleetReport(IReadOnlyList<FleetResult> results)
    {
        Results = results = [.. results.Select(Plausible)];
        Totals = Enum.GetValues<FleetStatus>().ToDictionary(status => status, status => results.Count(result => result.Status == status));
        FleetResult[] tried = [.. results.Where(result => result.Attempts > 0)];
        Tried = tried.Length;
        Retried = tried.Count(result => result.Attempts > 1);
        Warned = results.Count(result => result.Warning is not null);
        Reasons =
        [
            .. results
                .GroupBy(result => (result.Status, Reason: result.Reason ?? result.Status.ToString()))
                .Select(group => new ReasonCount(group.Key.Status, group.Key.Reason, group.Count()))
                .OrderByDescending(reason => reason.Count).ThenBy(reason => reason.Reason, StringComparer.Ordinal),
        ];
        Attempts = [.. tried.GroupBy(result => result.Attempts).OrderBy(group => group.Key).Select(group => (group.Key, group.Count()))];
        double[] seconds = [.. tried.Select(result => result.Duration.TotalSeconds).Order()];
        Durations = seconds.Length == 0
            ? null
            : new DurationSummary(Quantile(seconds, 0.5), Quantile(seconds, 0.95), seconds[^1], Histogram(seconds));
        Timeline = tried.Length == 0 ? null : MakeTimeline(tried);
    }

    /// <summary>All rows.</summary>
    public IReadOnlyList<FleetResult> Results { get; }

    /// <summary>The number of rows of each status.</summary>
    public IReadOnlyDictionary<FleetStatus, int> Totals { get; }

    /// <summary>Rows whose device was tried.</summary>
    public int Tried { get; }

    /// <summary>Of these, rows that took more than one attempt.</summary>
    public int Retried { get; }

    /// <summary>Rows with a warning.</summary>
    public int Warned { get; }

    /// <summary>Outcomes by reason, most frequent first.</summary>
    public IReadOnlyList<ReasonCount> Reasons { get; }

    /// <summary>Numbers of attempts, and how many devices took them.</summary>
    public IReadOnlyList<(int Attempts, int Count)> Attempts { get; }

    /// <summary>How long devices took; null when none was tried.</summary>
    public DurationSummary? Durations { get; }

    /// <summary>When devices were done; null when none was tried.</summary>
    public FleetTimeline? Timeline { get; }

    // Results may come from an edited file: values that no run writes must not stop the report.
    private static FleetResult Plausible(FleetResult result) => result with
    {
        Status = Enum.IsDefined(result.Status) ? result.Status : FleetStatus.Invalid,
        Duration = result.Duration < TimeSpan.Zero ? TimeSpan.Zero : result.Duration > MaxDuration ? MaxDuration : result.Duration,
    };

    private static DateTimeOffset StartOf(FleetResult result) =>
        new(Math.Max(0, result.Timestamp.UtcTicks - result.Duration.Ticks), TimeSpan.Zero);

    private static double Quantile(double[] sorted, double part) =>
        sorted[Math.Min(sorted.Length - 1, (int)Math.Ceiling(part * sorted.Length) - 1)];

    private static (string Label, int Count)[] Histogram(double[] seconds)
    {
        var bins = new (string Label, int Count)[DurationEdges.Length + 1];
        for (int i = 0; i < bins.Length; i++)
        {
            double from = i == 0 ? 0 : DurationEdges[i - 1];
            double to = i == DurationEdges.Length ? double.PositiveInfinity : DurationEdges[i];
            string label = i == DurationEdges.Length ? $"≥ {Show(from)} s" : $"< {Show(to)} s";
            bins[i] = (label, seconds.Count(value => value >= from && value < to));
        }

        int last = Array.FindLastIndex(bins, bin => bin.Count > 0);
        int first = Array.FindIndex(bins, bin => bin.Count > 0);
        return bins[Math.Max(0, first - 1)..Math.Min(bins.Length, last + 2)];
    }

    private static string Show(double value) => value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);

    private static FleetTimeline MakeTimeline(FleetResult[] tried)
    {
        DateTimeOffset start = tried.Min(StartOf);
        DateTimeOffset end = tried.Max(result => result.Timestamp);
        double ticks = Math.Max(1, (end - start).Ticks);
        int[,] bins = new int[TimelineBins, Enum.GetValues<FleetStatus>().Length];
        foreach (FleetResult result in tried)
            bins[Math.Min(TimelineBins - 1, (int)((result.Timestamp - start).Ticks / ticks * TimelineBins)), (int)result.Status]++;
        return new FleetTimeline(start, end, bins);
    }
}

/// <summary>The number of rows with one reason.</summary>
internal sealed record ReasonCount(FleetStatus Status, string Reason, int Count);

/// <summary>How long devices took, in seconds.</summary>
internal sealed record DurationSummary(double Median, double P95, double Longest, IReadOnlyList<(string Label, int Count)> Bins);

/// <summary>When devices were done: the number of each status in equal parts of the time.</summary>
internal sealed record FleetTimeline(DateTimeOffset Start, DateTimeOffset End, int[,] Bins)
{
    /// <summary>The time at one of several equal parts. In whole ticks, because rounding could leave the range of times.</summary>
    public DateTimeOffset At(int part, int parts) =>
        new(Start.UtcTicks + (long)((Int128)(End.UtcTicks - Start.UtcTicks) * part / parts), TimeSpan.Zero);
}
