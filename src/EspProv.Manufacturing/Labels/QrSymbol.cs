using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;
using QRCoder.Exceptions;

namespace EspProv.Manufacturing.Labels;

/// <summary>The error correction level: how much of a code may be damaged.</summary>
public enum QrErrorCorrection
{
    /// <summary>About 7 %; what stock firmware prints.</summary>
    Low,

    /// <summary>About 15 %.</summary>
    Medium,

    /// <summary>About 25 %.</summary>
    Quartile,

    /// <summary>About 30 %.</summary>
    High,
}

/// <summary>
/// A QR code as a square of modules, and its renderings. QRCoder does the encoding. A provisioning code reveals its secrets to anyone who
/// sees it, on a screen or on paper.
/// </summary>
public sealed class QrSymbol : IDisposable
{
    /// <summary>The light border on each side, in modules, that ISO/IEC 18004 asks for.</summary>
    public const int QuietZone = 4;

    // The border that stock firmware leaves, in modules.
    private const int FirmwareQuietZone = 2;

    private readonly QRCodeData _data;

    private QrSymbol(QRCodeData data) => _data = data;

    /// <summary>The symbol's version, 1…40.</summary>
    public int Version => _data.Version;

    /// <summary>Modules on a side, without the quiet zone: 17 + 4 × <see cref="Version"/>.</summary>
    public int Size => 17 + (4 * Version);

    /// <summary>Whether the module is dark; all are light outside of the symbol.</summary>
    public bool this[int column, int row]
        => column >= 0 && row >= 0 && column < Size && row < Size && Matrix[row + QuietZone][column + QuietZone];

    // QRCoder's matrix has the quiet zone in it.
    private List<BitArray> Matrix => _data.ModuleMatrix;

    /// <summary>Encodes <paramref name="text"/> in the smallest symbol that holds it.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.QrPayloadTooLarge"/>.</exception>
    public static QrSymbol Encode(string text, QrErrorCorrection errorCorrection = QrErrorCorrection.Medium)
    {
        ArgumentNullException.ThrowIfNull(text);
        QRCodeGenerator.ECCLevel level = errorCorrection switch
        {
            QrErrorCorrection.Low => QRCodeGenerator.ECCLevel.L,
            QrErrorCorrection.Medium => QRCodeGenerator.ECCLevel.M,
            QrErrorCorrection.Quartile => QRCodeGenerator.ECCLevel.Q,
            QrErrorCorrection.High => QRCodeGenerator.ECCLevel.H,
            _ => throw new ArgumentOutOfRangeException(nameof(errorCorrection)),
        };

        // Readers guess the encoding of bytes above 127 unless the code declares it; ASCII is encoded as firmware does.
        bool ascii = Ascii.IsValid(text);
        try
        {
            return new QrSymbol(
                QRCodeGenerator.GenerateQrCode(
                    text, level, forceUtf8: !ascii, eciMode: ascii ? QRCodeGenerator.EciMode.Default : QRCodeGenerator.EciMode.Utf8));
        }
        catch (DataTooLongException)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.QrPayloadTooLarge,
                $"The payload has {Encoding.UTF8.GetByteCount(text)} bytes, which is more than a QR code holds at error correction "
                + $"level {errorCorrection}.");
        }
    }

    /// <summary>
    /// Lines of half-block characters, two modules high each, for a terminal with light text on a dark background: the light modules are
    /// printed, including the quiet zone of <see cref="QuietZone"/>.
    /// </summary>
    /// <param name="invert">Print the dark modules instead, for dark text on a light background.</param>
    public string ToTerminal(bool invert = false) => string.Join('\n', HalfBlocks(QuietZone, printed: invert));

    /// <summary>The lines that stock firmware prints to its console: dark modules are printed, with a border of two modules.</summary>
    public IEnumerable<string> ToFirmwareConsole() => HalfBlocks(FirmwareQuietZone, printed: true);

    /// <summary>A black and white PNG, quiet zone included.</summary>
    /// <param name="pixelsPerModule">Pixels on a module's side.</param>
    public byte[] ToPng(int pixelsPerModule = 8)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pixelsPerModule);
        using var png = new PngByteQRCode(_data);
        return png.GetGraphic(pixelsPerModule);
    }

    /// <summary>A stand-alone SVG picture, quiet zone included.</summary>
    /// <param name="side">Its width and height in millimetres.</param>
    public string ToSvg(double side = 40)
    {
        int modules = Size + (2 * QuietZone);
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{side:0.###}mm" height="{side:0.###}mm" viewBox="0 0 {modules} {modules}">
            <rect width="{modules}" height="{modules}" fill="#fff"/>
            <path transform="translate({QuietZone} {QuietZone})" d="{ToSvgPath()}" fill="#000" shape-rendering="crispEdges"/>
            </svg>

            """);
    }

    /// <summary>The dark modules as SVG path data, one unit to a module, without the quiet zone.</summary>
    internal string ToSvgPath()
    {
        var path = new StringBuilder();
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size;)
            {
                int run = 0;
                while (this[column + run, row])
                    run++;
                if (run > 0)
                    path.Append(CultureInfo.InvariantCulture, $"M{column} {row}h{run}v1h-{run}z");
                column += run + 1;
            }
        }

        return path.ToString();
    }

    /// <summary>Its size; never its text.</summary>
    public override string ToString() => $"QR code, version {Version}";

    /// <summary>Releases the modules.</summary>
    public void Dispose() => _data.Dispose();

    private IEnumerable<string> HalfBlocks(int border, bool printed)
    {
        for (int row = -border; row < Size + border; row += 2)
        {
            var line = new StringBuilder();
            for (int column = -border; column < Size + border; column++)
            {
                // With an odd number of rows, the last half row stays light like the border.
                bool upper = this[column, row] == printed;
                bool lower = this[column, row + 1] == printed;
                line.Append((upper, lower) switch
                {
                    (true, true) => '█',
                    (true, false) => '▀',
                    (false, true) => '▄',
                    _ => ' ',
                });
            }

            yield return line.ToString();
        }
    }
}
