namespace EspProv.Shell.Engine;

/// <summary>Finds the module that belongs to this shell.</summary>
internal static class ModuleLocator
{
    private const string Manifest = "EspProv.psd1";

    /// <summary>
    /// The nearest <c>EspProv.psd1</c> at or above <paramref name="start"/>: the repository's root when run from a
    /// build, the module's folder when packaged beside it.
    /// </summary>
    public static string? FindUpward(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, Manifest);
            if (File.Exists(candidate))
                return candidate;
        }

        return null;
    }
}
