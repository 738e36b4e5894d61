using System.Globalization;
using System.Security;
using System.Text;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Manufacturing.Labels;

/// <summary>One label: code, name and transport. Lengths are in millimetres.</summary>
internal static class Label
{
    private const string Monospace = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
    private const string SansSerif = "Helvetica, Arial, 'DejaVu Sans', sans-serif";

    /// <summary>The width of a character in monospaced fonts, relative to the font size; the widest has 0.605.</summary>
    private const double MonospaceAdvance = 0.61;

    private const double LineHeight = 1.25;
    private const double Padding = 2;

    public static void Draw(
        StringBuilder svg, QrPayload payload, double width, double height, LabelSheetOptions options, double smallestModule)
    {
        using var symbol = QrSymbol.Encode(payload.ToJson(), options.ErrorCorrection);

        // Wide labels have the text beside the code, others below.
        bool beside = width > 1.15 * height;
        double code = beside ? Math.Min(height, 0.55 * width) : Math.Min(width, 0.72 * height);
        double module = code / (symbol.Size + (2 * QrSymbol.QuietZone));
        if (module < smallestModule)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.LabelTooSmall,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The code of {QrPayload.Quote(payload.Name)} has {symbol.Size} modules on a side; at {options.Columns} × "
                    + $"{options.Rows} labels to a page each would be {module:0.00} mm wide, and {smallestModule} mm is the least that "
                    + $"prints and scans well."));
        }

        svg.Append(CultureInfo.InvariantCulture, $"<title>{Escape(payload.Name)}</title>\n");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<rect width=\"{width:0.###}\" height=\"{height:0.###}\" rx=\"2\" fill=\"none\" stroke=\"#bbb\" stroke-width=\".15\"/>\n");

        (double codeX, double codeY) = beside ? (0d, (height - code) / 2) : ((width - code) / 2, 0d);
        double inset = QrSymbol.QuietZone * module;
        svg.Append(CultureInfo.InvariantCulture, $"<path transform=\"translate({codeX + inset:0.####} {codeY + inset:0.####}) ");
        svg.Append(CultureInfo.InvariantCulture, $"scale({module:0.######})\" ");
        svg.Append(CultureInfo.InvariantCulture, $"d=\"{symbol.ToSvgPath()}\" shape-rendering=\"crispEdges\"/>\n");

        (double X, double Y, double Width, double Height) area = beside
            ? (X: code, Y: Padding, Width: width - code - Padding, Height: height - (2 * Padding))
            : (X: Padding, Y: code - (inset / 2), Width: width - (2 * Padding), Height: height - code + (inset / 2) - Padding);
        DrawText(svg, Lines(payload, area.Width, area.Height, options), area, centred: !beside);
    }

    private static List<Line> Lines(QrPayload payload, double width, double height, LabelSheetOptions options)
    {
        var lines = new List<Line>();
        lines.AddRange(Fitted(payload.Name, width, 4.2, Monospace, "bold", "#000"));
        double name = lines[0].Size;
        double small = Math.Min(Math.Min(2.6, 0.9 * name), width / 10.5);
        lines.Add(new Line(Reached(payload), small, SansSerif, "normal", "#444", Before: 0.6));
        if (options.ShowProofOfPossession && payload.ProofOfPossession is { IsEmpty: false } secret)
        {
            bool isLogin = payload.ExpectedSecurityVersion is SecurityVersion.Security2;
            if (isLogin)
                AddValue("Username", payload.LoginUsername);
            AddValue(isLogin ? "Password" : "Proof of possession", Encoding.UTF8.GetString(secret.Bytes));
        }

        // If a label is too low, its text is scaled down.
        double total = lines.Sum(line => line.Height);
        return total <= height
            ? lines
            : [.. lines.Select(line => line with { Size = line.Size * height / total, Before = line.Before * height / total })];

        void AddValue(string caption, string value)
        {
            lines.Add(new Line(caption, 0.85 * small, SansSerif, "normal", "#777", Before: 1.2));
            lines.AddRange(Fitted(value, width, Math.Min(3, name), Monospace, "normal", "#000"));
        }
    }

    // In the fewest lines that remain readable.
    private static IEnumerable<Line> Fitted(string text, double width, double largest, string family, string weight, string colour)
    {
        double readable = Math.Min(2.4, largest);
        const int MostLines = 3;
        Rune[] runes = text.EnumerateRunes().ToArray();
        for (int count = 1; ; count++)
        {
            List<Rune[]> chunks = Split(runes, count);
            double size = Math.Min(largest, width / (chunks.Max(Columns) * MonospaceAdvance));
            if (size < readable && count < MostLines && count < runes.Length)
                continue;
            return chunks.Select(chunk => new Line(string.Concat(chunk.Select(rune => rune.ToString())), size, family, weight, colour));
        }
    }

    // In parts of similar length, preferably after a separator, since names have few spaces.
    private static List<Rune[]> Split(Rune[] runes, int count)
    {
        var parts = new List<Rune[]>();
        int start = 0;
        for (int part = 1; part <= count; part++)
        {
            int ideal = runes.Length * part / count;
            int reach = part == count ? 0 : runes.Length / (4 * count);
            int end = Enumerable.Range(0, reach + 1)
                .SelectMany(distance => new[] { ideal - distance, ideal + distance })
                .FirstOrDefault(
                    at => at > start && at < runes.Length && runes[at - 1].IsBmp && " _-.:".Contains((char)runes[at - 1].Value), ideal);
            parts.Add(runes[start..end]);
            start = end;
        }

        return parts;
    }

    // Ideographs, kana, Hangul and emoji are about twice as wide.
    private static int Columns(Rune[] runes) => runes.Sum(rune => rune.Value >= 0x1100 ? 2 : 1);

    private static string Reached(QrPayload payload) =>
        payload.Transport == ProvisioningTransport.Ble ? "Bluetooth LE" : "Wi-Fi access point";

    private static void DrawText(StringBuilder svg, List<Line> lines, (double X, double Y, double Width, double Height) area, bool centred)
    {
        double y = area.Y + ((area.Height - lines.Sum(line => line.Height)) / 2);
        double x = centred ? area.X + (area.Width / 2) : area.X;
        foreach (Line line in lines)
        {
            // The baseline: an ascent of 0.8 em, with the line's spare height around the letters.
            double baseline = y + line.Before + (line.Size * (0.8 + ((LineHeight - 1) / 2)));
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.###}\" y=\"{baseline:0.###}\" font-family=\"{line.Family}\" ");
            svg.Append(
                CultureInfo.InvariantCulture,
                $"font-size=\"{line.Size:0.###}\" font-weight=\"{line.Weight}\" fill=\"{line.Colour}\"");
            if (centred)
                svg.Append(" text-anchor=\"middle\"");
            svg.Append(CultureInfo.InvariantCulture, $" xml:space=\"preserve\">{Escape(line.Text)}</text>\n");
            y += line.Height;
        }
    }

    // XML cannot represent most control characters or lone surrogates.
    private static string Escape(string text) => SecurityElement.Escape(UntrustedText.Show(text));

    private sealed record Line(string Text, double Size, string Family, string Weight, string Colour, double Before = 0)
    {
        public double Height => Before + (Size * LineHeight);
    }
}
