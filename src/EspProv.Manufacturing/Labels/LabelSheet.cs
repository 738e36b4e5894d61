using System.Globalization;
using System.Text;
using EspProv.Devices;

namespace EspProv.Manufacturing.Labels;

/// <summary>
/// Pages of labels, each with a device's name and its QR code, as SVG (one picture to a page) or as one HTML document
/// that any browser prints. Lengths are in millimetres. The pages contain secrets: write them to a file that only its owner can read.
/// </summary>
public static class LabelSheet
{
    private const double Margin = 10;
    private const double Gap = 3;

    /// <summary>The smallest module that an office printer (three dots at 300 dpi) and a phone's camera resolve.</summary>
    private const double SmallestModule = 0.25;

    /// <summary>The pages as SVG documents, generated on demand.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.LabelTooSmall"/>, <see cref="ProvisioningErrorReason.QrPayloadTooLarge"/>, and
    /// the reasons of <see cref="QrPayload.Validate"/>.
    /// </exception>
    public static IEnumerable<string> ToSvgPages(IEnumerable<QrPayload> payloads, LabelSheetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(payloads);
        options ??= new LabelSheetOptions();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Columns, nameof(options.Columns));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Rows, nameof(options.Rows));
        return payloads.Chunk(options.Columns * options.Rows).Select((labels, page) => Page(labels, page + 1, options));
    }

    /// <summary>Writes all pages as one HTML document, page by page.</summary>
    /// <exception cref="ProvisioningException">As <see cref="ToSvgPages"/>.</exception>
    public static void WriteHtml(TextWriter writer, IEnumerable<QrPayload> payloads, LabelSheetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        options ??= new LabelSheetOptions();
        (double width, double height) = options.PageMillimetres;
        writer.Write(string.Create(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>Provisioning labels</title>
            <style>
            @page { size: {{width}}mm {{height}}mm; margin: 0 }
            html, body { margin: 0; padding: 0 }
            svg { display: block; width: {{width}}mm; height: {{height}}mm; break-inside: avoid }
            svg + svg { break-before: page }
            @media screen {
              body { background: #e8e8ea; padding: 8mm 0 }
              svg { margin: 0 auto 8mm; background: #fff; box-shadow: 0 1px 6px rgba(0, 0, 0, .25) }
            }
            </style>
            </head>
            <body>

            """));
        foreach (string page in ToSvgPages(payloads, options))
            writer.Write(page);
        writer.Write("</body>\n</html>\n");
    }

    private static string Page(QrPayload[] labels, int number, LabelSheetOptions options)
    {
        (double width, double height) = options.PageMillimetres;
        (double Width, double Height) cell = (
            Width: (width - (2 * Margin) - ((options.Columns - 1) * Gap)) / options.Columns,
            Height: (height - (2 * Margin) - ((options.Rows - 1) * Gap)) / options.Rows);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">
            <rect width="{width}" height="{height}" fill="#fff"/>

            """);
        for (int i = 0; i < labels.Length; i++)
        {
            double x = Margin + (i % options.Columns * (cell.Width + Gap));
            double y = Margin + (i / options.Columns * (cell.Height + Gap));
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({x:0.###} {y:0.###})\">\n");
            Label.Draw(svg, labels[i], cell.Width, cell.Height, options, SmallestModule);
            svg.Append("</g>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"""
            <text x="{width / 2:0.###}" y="{height - 5:0.###}" font-family="Helvetica, Arial, sans-serif" font-size="2.2" fill="#777"
              text-anchor="middle">Page {number} · each code holds its device’s secret</text>
            </svg>

            """);
        return svg.ToString();
    }
}
