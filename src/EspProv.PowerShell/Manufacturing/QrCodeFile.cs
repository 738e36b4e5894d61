using EspProv.Host.Files;

namespace EspProv.Commands.Manufacturing;

/// <summary>Files with codes in them: what form a name asks for, and how they are written.</summary>
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

    /// <summary>The form that a file's name asks for; null when it asks for none that is known.</summary>
    internal static EspQrCodeFormat? FormatOf(string path)
    {
        string extension = System.IO.Path.GetExtension(path);
        foreach (var known in Extensions)
        {
            if (known.Extension.Equals(extension, StringComparison.OrdinalIgnoreCase))
                return known.Format;
        }

        return null;
    }

    /// <summary>A device's file in a folder.</summary>
    internal static string InFolder(string folder, string deviceName, EspQrCodeFormat format) =>
        System.IO.Path.Combine(folder, FileNames.Make(deviceName, Extensions.First(known => known.Format == format).Extension));

    /// <summary>The file of a page: the name as it is for the first, with the page's number before the extension for the others.</summary>
    internal static string OfPage(string path, int page) => page == 1
        ? path
        : System.IO.Path.Combine(
            System.IO.Path.GetDirectoryName(path) ?? "",
            $"{System.IO.Path.GetFileNameWithoutExtension(path)}-{page}{System.IO.Path.GetExtension(path)}");

    /// <summary>Writes a file for its owner alone, or none at all when that fails.</summary>
    internal static void Write(string path, bool overwrite, Action<ReplacementFile> write)
    {
        using var file = new ReplacementFile(path, ownerOnly: true, overwrite);
        write(file);
        file.Commit();
    }
}
