namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>The kernel's radio switches (rfkill), read from sysfs.</summary>
internal static class RadioSwitches
{
    /// <summary>
    /// The kind of switch that blocks the adapter, null for none: "soft" (a command, flight mode) or "hard" (a physical switch).
    /// </summary>
    /// <param name="root">The directory with one entry per switch.</param>
    /// <param name="adapter">The adapter's name: <c>hci0</c>.</param>
    public static string? FindBlock(string root, string adapter)
    {
        try
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(root))
            {
                if (Read(entry, "type") == "bluetooth" && Read(entry, "name") == adapter)
                {
                    return Read(entry, "hard") == "1" ? "hard" : Read(entry, "soft") == "1" ? "soft" : null;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without sysfs (some containers) the adapter is reported as off.
        }

        return null;
    }

    private static string Read(string entry, string attribute) => File.ReadAllText(Path.Combine(entry, attribute)).Trim();
}
