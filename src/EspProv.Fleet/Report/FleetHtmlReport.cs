using System.Globalization;
using System.Net;
using System.Reflection;
using EspProv.Sessions;

namespace EspProv.Fleet.Report;

/// <summary>
/// The report of a run as one HTML file. It contains its styles, drawings and script, and loads nothing from a network. It has no secrets,
/// because results have none.
/// </summary>
public sealed class FleetHtmlReport
{
    private const int DrawingWidth = 720;
    private const int DrawingHeight = 160;

    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;
    private static readonly FleetStatus[] Statuses = Enum.GetValues<FleetStatus>();

    private readonly FleetReport _report;
    private readonly string _title;
    private readonly DateTimeOffset _now;
    private readonly bool _endsInOneDay;
    private readonly Column[] _columns;

    /// <summary>Counts the results.</summary>
    /// <param name="results">The rows, in any order.</param>
    /// <param name="title">The heading.</param>
    /// <param name="now">The time of the report.</param>
    public FleetHtmlReport(IEnumerable<FleetResult> results, string title, DateTimeOffset now)
    {
        _report = new FleetReport([.. results.OrderBy(result => result.Row)]);
        _endsInOneDay = _report.Results.Select(result => result.Timestamp.UtcDateTime.Date).Distinct().Count() <= 1;
        _title = title;
        _now = now;
        _columns =
        [
            new("Row", result => N(result.Row)) { IsNumber = true },
            new("Name", result => Text(result.Name)),
            new("Address", AddressCell),
            new("SSID", result => Text(result.Ssid)),
            new("Status", StatusCell),
            new("Reason", ReasonCell),
            new("IPAddress", result => Text(result.IPAddress)),
            new("Security", result => result.SecurityVersion is { } version ? N((int)version) : "") { IsNumber = true },
            new("Attempts", result => result.Attempts > 0 ? N(result.Attempts) : "") { IsNumber = true },
            new("Duration", result => result.Attempts > 0 ? Seconds(result.Duration.TotalSeconds) : "")
            {
                IsNumber = true,
                SortKey = result => result.Duration.TotalSeconds,
            },
            new("Timestamp", TimestampCell) { SortKey = result => result.Timestamp.ToUnixTimeMilliseconds() },
        ];
    }

    /// <summary>Writes the page.</summary>
    public void Write(TextWriter html)
    {
        ArgumentNullException.ThrowIfNull(html);
        html.Write("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Write("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Write("<meta http-equiv=\"Content-Security-Policy\" ");
        html.Write("content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n");
        html.Write($"<meta name=\"generator\" content=\"EspProv\">\n<title>{Text(_title)}</title>\n");
        html.Write($"<style>\n{Resource("report.css")}</style>\n</head>\n<body>\n");
        WriteHead(html);
        html.Write("<main>\n");
        WriteTotals(html);
        html.Write("<div class=\"panels\">\n");
        WriteReasons(html);
        WriteDurations(html);
        WriteAttempts(html);
        WriteTimeline(html);
        html.Write("</div>\n");
        WriteTable(html);
        html.Write($"</main>\n<footer>Made by EspProv on <time>{Time(_now)}</time>. ");
        html.Write("Times are UTC. A row is Connected only when its device said so.</footer>\n");
        html.Write($"<script>\n{Resource("report.js")}</script>\n</body>\n</html>\n");
    }

    private void WriteHead(TextWriter html)
    {
        html.Write($"<header>\n<p class=\"kind\">Provisioning report</p>\n<h1>{Text(_title)}</h1>\n");
        html.Write($"<p>{(_report.Timeline is { } timeline ? When(timeline) : "No device was tried")}</p>\n</header>\n");
    }

    private string When(FleetTimeline timeline)
    {
        TimeSpan duration = timeline.End - timeline.Start;
        bool isOneDay = timeline.Start.UtcDateTime.Date == timeline.End.UtcDateTime.Date;
        string end = isOneDay ? TimeOfDay(timeline.End) : Time(timeline.End);
        double rate = duration > TimeSpan.Zero ? _report.Tried / duration.TotalSeconds : 0;
        string speed = rate > 0 ? $", {rate.ToString(rate < 10 ? "0.0" : "0", Culture)} devices per second" : "";
        return $"{Time(timeline.Start)} – {end} UTC, {Span(duration)}{speed}";
    }

    private void WriteTotals(TextWriter html)
    {
        int all = _report.Results.Count;
        html.Write("<section class=\"totals\" aria-label=\"Totals\">\n");
        int connected = _report.Totals[FleetStatus.Connected];
        html.Write($"<div class=\"headline\"><strong>{Count(connected)}</strong>");
        html.Write($"<span>of {Count(all)} {(all == 1 ? "row" : "rows")} connected{Part(connected, all)}</span></div>\n");
        html.Write("<div class=\"share\" role=\"img\" aria-label=\"Share of each status\">");
        foreach (FleetStatus status in Statuses.Where(status => _report.Totals[status] > 0))
            html.Write($"<i class=\"{Css(status)}\" style=\"flex:{_report.Totals[status]}\"></i>");
        html.Write("</div>\n<dl>\n");
        foreach (FleetStatus status in Statuses.Where(status => status is not FleetStatus.Valid || _report.Totals[status] > 0))
        {
            string css = Css(status) + (_report.Totals[status] == 0 ? " none" : "");
            html.Write($"<div class=\"{css}\"><dt>{status}</dt><dd>{Count(_report.Totals[status])}</dd></div>\n");
        }

        html.Write("</dl>\n");
        if (_report.Warned > 0)
        {
            string rows = _report.Warned == 1 ? "row has" : "rows have";
            html.Write($"<p>{Count(_report.Warned)} {rows} a warning about the session's security, beside the reason.</p>\n");
        }

        html.Write("</section>\n");
    }

    private void WriteReasons(TextWriter html)
    {
        int most = _report.Reasons.Count > 0 ? _report.Reasons.Max(reason => reason.Count) : 1;
        html.Write("<section class=\"panel\"><h2>Outcome by reason</h2>\n<table class=\"bars\"><tbody>\n");
        foreach (ReasonCount reason in _report.Reasons)
        {
            string css = Css(reason.Status);
            html.Write($"<tr><th scope=\"row\"><span class=\"dot {css}\"></span>{Text(Words(reason.Reason))}</th>");
            WriteBar(html, css, reason.Count, most);
        }

        html.Write("</tbody></table></section>\n");
    }

    private static void WriteBar(TextWriter html, string css, int count, int most) => html.Write(
        $"<td class=\"bar\"><i class=\"{css}\" style=\"width:{Percent(count, most)}\"></i></td><td class=\"n\">{Count(count)}</td></tr>\n");

    private void WriteDurations(TextWriter html)
    {
        html.Write("<section class=\"panel\"><h2>Time per device</h2>\n");
        if (_report.Durations is { } durations)
        {
            html.Write("<dl class=\"figures\">");
            foreach ((string name, double seconds) in new[]
            {
                ("Median", durations.Median), ("95 %", durations.P95), ("Longest", durations.Longest),
            })
            {
                html.Write($"<div><dt>{name}</dt><dd>{Seconds(seconds)}</dd></div>");
            }

            html.Write("</dl>\n");
            WriteColumns(html, [.. durations.Bins], "Devices by time");
        }
        else
        {
            html.Write("<p class=\"nothing\">No device was tried.</p>\n");
        }

        html.Write("</section>\n");
    }

    private void WriteAttempts(TextWriter html)
    {
        html.Write("<section class=\"panel\"><h2>Retries</h2>\n");
        if (_report.Tried == 0)
        {
            html.Write("<p class=\"nothing\">No device was tried.</p></section>\n");
            return;
        }

        (int retried, int tried) = (_report.Retried, _report.Tried);
        string summary = retried == 0
            ? "Every device took one attempt."
            : $"{Count(retried)} of {Count(tried)} devices took more than one attempt{Part(retried, tried)}.";
        html.Write($"<p>{summary}</p>\n<table class=\"bars\"><tbody>\n");
        int most = _report.Attempts.Max(entry => entry.Count);
        foreach ((int attempts, int count) in _report.Attempts)
        {
            html.Write($"<tr><th scope=\"row\">{attempts} {(attempts == 1 ? "attempt" : "attempts")}</th>");
            WriteBar(html, "plain", count, most);
        }

        html.Write("</tbody></table></section>\n");
    }

    private static void WriteColumns(TextWriter html, (string Label, int Count)[] bins, string label)
    {
        const int Foot = 24;
        const int Head = 20;
        int most = Math.Max(1, bins.Max(bin => bin.Count));
        double width = 360.0 / bins.Length;
        string values = string.Join(", ", bins.Select(bin => $"{bin.Label} {bin.Count}"));
        html.Write($"<svg class=\"columns\" viewBox=\"0 0 360 {DrawingHeight}\" role=\"img\" ");
        html.Write($"aria-label=\"{Text(label)}: {Text(values)}\">\n");
        html.Write($"<line x1=\"0\" x2=\"360\" y1=\"{DrawingHeight - Foot + 0.5}\" y2=\"{DrawingHeight - Foot + 0.5}\"/>\n");
        for (int i = 0; i < bins.Length; i++)
        {
            double height = bins[i].Count == 0 ? 0 : Math.Max(2, (double)bins[i].Count / most * (DrawingHeight - Foot - Head));
            double x = i * width;
            if (bins[i].Count > 0)
            {
                double top = DrawingHeight - Foot - height;
                html.Write($"<rect x=\"{N(x + (width * 0.14))}\" y=\"{N(top)}\" ");
                html.Write($"width=\"{N(width * 0.72)}\" height=\"{N(height)}\" rx=\"2\"/>");
                html.Write($"<text x=\"{N(x + (width / 2))}\" y=\"{N(top - 5)}\">{Count(bins[i].Count)}</text>");
            }

            html.Write($"<text class=\"axis\" x=\"{N(x + (width / 2))}\" y=\"{DrawingHeight - 7}\">{Text(bins[i].Label)}</text>\n");
        }

        html.Write("</svg>\n");
    }

    private void WriteTimeline(TextWriter html)
    {
        html.Write("<section class=\"panel wide\"><h2>Timeline</h2>\n");
        if (_report.Timeline is not { } timeline)
        {
            html.Write("<p class=\"nothing\">No device was tried.</p></section>\n");
            return;
        }

        int bins = timeline.Bins.GetLength(0);
        int[] sums = [.. Enumerable.Range(0, bins).Select(bin => Statuses.Sum(status => timeline.Bins[bin, (int)status]))];
        int most = Math.Max(1, sums.Max());
        double width = (double)DrawingWidth / bins;
        TimeSpan step = (timeline.End - timeline.Start) / bins;
        html.Write($"<p>Devices done in each {Span(step)}; {Count(most)} at most.</p>\n");
        html.Write($"<svg class=\"timeline\" viewBox=\"0 0 {DrawingWidth} {DrawingHeight}\" preserveAspectRatio=\"none\" role=\"img\" ");
        html.Write("aria-label=\"Devices done over time, by status\">\n");
        for (int bin = 0; bin < bins; bin++)
        {
            double y = DrawingHeight;
            foreach (FleetStatus status in Statuses)
            {
                int count = timeline.Bins[bin, (int)status];
                if (count == 0)
                    continue;
                double height = (double)count / most * (DrawingHeight - 4);
                y -= height;
                html.Write($"<rect class=\"{Css(status)}\" x=\"{N((bin * width) + 1)}\" y=\"{N(y)}\" ");
                html.Write($"width=\"{N(width - 2)}\" height=\"{N(height)}\">");
                html.Write($"<title>{TimeOfDay(timeline.At(bin, bins))}: {count} {status}</title></rect>");
            }
        }

        html.Write("\n</svg>\n<div class=\"ticks\">");
        string format = timeline.End - timeline.Start < TimeSpan.FromSeconds(10) ? "HH:mm:ss.f" : "HH:mm:ss";
        for (int tick = 0; tick <= 4; tick++)
            html.Write($"<span>{timeline.At(tick, 4).UtcDateTime.ToString(format, Culture)}</span>");
        html.Write("</div>\n<ul class=\"legend\">");
        foreach (FleetStatus status in Statuses.Where(status => Enumerable.Range(0, bins).Any(bin => timeline.Bins[bin, (int)status] > 0)))
            html.Write($"<li><span class=\"dot {Css(status)}\"></span>{status}</li>");
        html.Write("</ul></section>\n");
    }

    private void WriteTable(TextWriter html)
    {
        html.Write("<section class=\"rows\"><h2>Rows</h2>\n<div class=\"tools\">");
        html.Write("<div class=\"chips\" role=\"group\" aria-label=\"Show rows of\">");
        html.Write($"<button type=\"button\" data-status=\"\" aria-pressed=\"true\">All {Count(_report.Results.Count)}</button>");
        foreach (FleetStatus status in Statuses.Where(status => _report.Totals[status] > 0))
        {
            html.Write($"<button type=\"button\" data-status=\"{status}\" aria-pressed=\"false\">");
            html.Write($"<span class=\"dot {Css(status)}\"></span>{status} {Count(_report.Totals[status])}</button>");
        }

        html.Write("</div><input type=\"search\" placeholder=\"Find a device, network or reason\" aria-label=\"Find rows\"></div>\n");
        html.Write("<div class=\"scroll\"><table id=\"rows\"><thead><tr>");
        foreach (Column column in _columns)
        {
            string attributes = (column.IsNumber ? " class=\"n\"" : "") + (column.Header == "Row" ? " aria-sort=\"ascending\"" : "");
            html.Write($"<th scope=\"col\"{attributes}><button type=\"button\">{column.Header}</button></th>");
        }

        html.Write("</tr></thead><tbody>\n");
        foreach (FleetResult result in _report.Results)
            WriteRow(html, result);
        html.Write("</tbody></table></div><p class=\"none-found\" hidden>No row is like that.</p></section>\n");
    }

    private void WriteRow(TextWriter html, FleetResult result)
    {
        html.Write($"<tr data-status=\"{result.Status}\">");
        foreach (Column column in _columns)
        {
            string css = column.IsNumber ? "class=\"n\" " : "";
            string sort = column.SortKey is { } key ? $" data-sort=\"{N(key(result))}\"" : "";
            html.Write($"<td {css}data-label=\"{column.Header}\"{sort}>{column.Cell(result)}</td>");
        }

        html.Write("</tr>\n");
    }

    private static string AddressCell(FleetResult result) =>
        Text(result.Address) + (result.Transport is { } transport ? $" <small>{Text(transport)}</small>" : "");

    private static string StatusCell(FleetResult result)
    {
        string witness = result.Witness is ProvisioningWitness.BoardLog ? " <small>by the board's log</small>" : "";
        return $"<span class=\"status {Css(result.Status)}\">{result.Status}</span>{witness}";
    }

    private static string ReasonCell(FleetResult result)
    {
        string reason = result.Reason is { } text && text != result.Status.ToString() ? Words(text) : "";
        bool hasStage = result.Status is not (FleetStatus.Connected or FleetStatus.Skipped or FleetStatus.Valid) && reason.Length > 0;
        string stage = hasStage ? $" <small>at {result.Stage}</small>" : "";
        return $"{Text(reason)}{stage}{Details("why", result.Error)}{Details("warning", result.Warning)}";
    }

    private string TimestampCell(FleetResult result)
    {
        string time = result.Timestamp.UtcDateTime.ToString(_endsInOneDay ? "HH:mm:ss" : "yyyy-MM-dd HH:mm", Culture);
        return $"<time title=\"{Time(result.Timestamp)}\">{time}</time>";
    }

    private static string Details(string summary, string? text) =>
        text is null ? "" : $"<details><summary>{summary}</summary>{Text(text)}</details>";

    // "ConnectedByEarlierRun" becomes "Connected by earlier run".
    private static string Words(string id)
    {
        if (id.Any(letter => !char.IsAsciiLetterOrDigit(letter)))
            return id;
        var words = new System.Text.StringBuilder(id.Length + 8);
        for (int i = 0; i < id.Length; i++)
        {
            bool starts = i > 0 && char.IsUpper(id[i]) && (char.IsLower(id[i - 1]) || (i + 1 < id.Length && char.IsLower(id[i + 1])));
            if (starts)
                words.Append(' ');
            words.Append(starts && !(i + 1 < id.Length && char.IsUpper(id[i + 1])) ? char.ToLowerInvariant(id[i]) : id[i]);
        }

        return words.ToString();
    }

    private static string Css(FleetStatus status) => status.ToString().ToLowerInvariant();

    private static string Part(int count, int all) =>
        all == 0 ? "" : $", {(100.0 * count / all).ToString(count == all || count == 0 ? "0" : "0.0", Culture)} %";

    private static string Percent(int count, int most) => $"{N(100.0 * count / most)}%";

    private static string Count(int value) => value.ToString("#,0", Culture).Replace(',', '\u202F');

    private static string Seconds(double value) => value < 60
        ? $"{value.ToString(value < 10 ? "0.00" : "0.0", Culture)} s"
        : Span(TimeSpan.FromSeconds(value));

    private static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => $"{span.TotalMilliseconds.ToString("0", Culture)} ms",
        { TotalSeconds: < 60 } => $"{span.TotalSeconds.ToString("0.#", Culture)} s",
        { TotalMinutes: < 60 } => $"{(int)span.TotalMinutes} min {span.Seconds:00} s",
        _ => $"{(int)span.TotalHours} h {span.Minutes:00} min",
    };

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", Culture);

    private static string TimeOfDay(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss", Culture);

    private static string N(double value) => value.ToString("0.##", Culture);

    private static string Text(string? value) => WebUtility.HtmlEncode(UntrustedText.Show(value) ?? "");

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"EspProv.Fleet.{name}")
            ?? throw new InvalidOperationException($"The assembly was built without {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>A column of the table of rows.</summary>
    /// <param name="Header">The title, as in the tables of PowerShell.</param>
    /// <param name="Cell">The HTML of a cell.</param>
    private sealed record Column(string Header, Func<FleetResult, string> Cell)
    {
        /// <summary>Whether it is aligned to the right.</summary>
        public bool IsNumber { get; init; }

        /// <summary>What the table is sorted by, if not by the text of the cell.</summary>
        public Func<FleetResult, double>? SortKey { get; init; }
    }
}
