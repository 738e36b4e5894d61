using EspProv.Host.Files;

namespace EspProv.Commands.Manufacturing;

/// <summary>Names, formats and writing of QR code files.</summary>
internal static class QrCodeFile
{
    private static readonly (EspQrCodeFormat Format, string Extension)[] Extensions =
    [
        (EspQrCodeFormat.Png, ".png"),
        (EspQrCodeFormat.Svg, ".svg"),
        (EspQrCodeFormat.Json, ".json"),
        (EspQrCodeFormat.Url, ".url"),
        (EspQrCodeFormat.Terminal, ".txt"),
        (EspQrCodeFormat.Html, ".html"),
        (EspQrCodeFormat.Html, ".htm"),
    ];

    /// <summary>The format for a file's extension; null if the extension is unknown.</summary>
    internal static EspQrCodeFormat? FormatOf(string path)
    {
        string extension = System.IO.Path.GetExtension(path);
        foreach ((EspQrCodeFormat Format, string Extension) known in Extensions)
        {
            if (known.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase))
                return known.Format;
        }

        return null;
    }

    /// <summary>The path of a device's file in a folder.</summary>
    internal static string InFolder(string folder, string deviceName, EspQrCodeFormat format) =>
        System.IO.Path.Combine(folder, FileNames.Make(deviceName, Extensions.First(known => known.Format == format).Extension));

    /// <summary>The path of a page: unchanged for the first page, with the page number before the extension for others.</summary>
    internal static string OfPage(string path, int page) => page == 1
        ? path
        : System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(path) ?? "",
            $"{System.IO.Path.GetFileNameWithoutExtension(path)}-{page}{System.IO.Path.GetExtension(path)}");

    /// <summary>Writes a file that only its owner can read; no file remains if writing fails.</summary>
    internal static void Write(string path, bool overwrite, Action<ReplacementFile> write)
    {
        using var file = new ReplacementFile(path, ownerOnly: true, overwrite);
        write(file);
        file.Commit();
    }
}
