using System.Diagnostics;

namespace EspProv.Tests.Support;

/// <summary>A file system in memory over a folder, where this user may mount one: to be full, or not to be written.</summary>
internal sealed class TinyDisk : IDisposable
{
    private readonly string _folder;

    private TinyDisk(string folder) => _folder = folder;

    /// <summary>Mounts one; null, and why, where that is not possible.</summary>
    /// <param name="folder">Where; empty.</param>
    /// <param name="options">Options of tmpfs, such as <c>size=64k</c>.</param>
    /// <param name="why">The reason for which a test is skipped.</param>
    public static TinyDisk? TryMount(DirectoryInfo folder, string options, out string why)
    {
        why = "";
        if (!OperatingSystem.IsLinux())
            why = "Needs a tmpfs, which is Linux's.";
        else if (!Environment.IsPrivilegedProcess)
            why = "Needs root, to mount a tmpfs.";
        else if (Run("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.FullName) != 0)
            why = "This machine lets nobody mount a tmpfs.";
        return why.Length == 0 ? new TinyDisk(folder.FullName) : null;
    }

    public void Dispose() => Run("umount", "--lazy", _folder);

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
