using System.Diagnostics;
using System.Text;

namespace EspProv.Tests.Manufacturing.Labels;

/// <summary>
/// QR codes read by zbar, and SVG drawn by librsvg, which nobody here wrote. A machine without them skips the test.
/// </summary>
internal static class OutsideReader
{
    /// <summary>The texts of all codes in a picture, sorted.</summary>
    public static string[] Decode(byte[] picture, string extension)
    {
        Skip.IfNot(IsThere("zbarimg"), "zbarimg is not installed (Debian: zbar-tools), so nobody else read the code.");
        using var folder = new TemporaryFolder();
        string file = folder.Write("picture" + extension, picture);

        // 4 is zbarimg's word for "no code found".
        byte[] output = Run("zbarimg", okay: [0, 4], "--quiet", "--nodbus", "--raw", "-Sdisable", "-Sqrcode.enable", file);
        return [.. Encoding.UTF8.GetString(output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    /// <summary>An SVG document as a PNG of that resolution.</summary>
    public static byte[] Draw(string svg, int dotsPerInch = 150)
    {
        Skip.IfNot(IsThere("rsvg-convert"), "rsvg-convert is not installed (Debian: librsvg2-bin), so nobody else drew the picture.");
        using var folder = new TemporaryFolder();
        string file = folder.Write("picture.svg", Encoding.UTF8.GetBytes(svg));
        return Run("rsvg-convert", okay: [0], "--dpi-x", $"{dotsPerInch}", "--dpi-y", $"{dotsPerInch}", "--background-color", "white", "--format", "png", file);
    }

    /// <summary>Lines of half blocks as a screen shows them, as a portable greymap.</summary>
    public static byte[] Screenshot(IEnumerable<string> lines, bool lightText)
    {
        const int Cell = 6;
        string[] rows = lines.ToArray();
        int columns = rows.Max(row => row.Length);
        int margin = 2 * Cell;
        int width = (columns * Cell) + (2 * margin);
        int height = (rows.Length * 2 * Cell) + (2 * margin);
        (byte ink, byte paper) = lightText ? ((byte)230, (byte)20) : ((byte)20, (byte)230);
        byte[] header = Encoding.ASCII.GetBytes($"P5 {width} {height} 255\n");
        byte[] picture = new byte[header.Length + (width * height)];
        header.CopyTo(picture, 0);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int line, int column) = ((y - margin) / (2 * Cell), (x - margin) / Cell);
                bool inside = y >= margin && x >= margin && line < rows.Length && column < rows[line].Length;
                bool upper = (y - margin) % (2 * Cell) < Cell;
                bool printed = inside && rows[line][column] switch
                {
                    '█' => true,
                    '▀' => upper,
                    '▄' => !upper,
                    ' ' => false,
                    var other => throw new InvalidDataException($"U+{(int)other:X4} is not a half block."),
                };
                picture[header.Length + (y * width) + x] = printed ? ink : paper;
            }
        }

        return picture;
    }

    private static bool IsThere(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private static byte[] Run(string program, int[] okay, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.True(okay.Contains(process.ExitCode), $"{program} ended with {process.ExitCode}: {errors.Result}");
        return output.ToArray();
    }

    /// <summary>A folder that is gone afterwards.</summary>
    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov-qr-");

        public string Write(string name, byte[] content)
        {
            string path = Path.Combine(_folder.FullName, name);
            File.WriteAllBytes(path, content);
            return path;
        }

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
