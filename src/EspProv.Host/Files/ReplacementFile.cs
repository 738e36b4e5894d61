using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EspProv.Host.Files;

/// <summary>
/// A file that appears under its name when it is complete and on the disk, and not at all when something goes wrong before: what
/// was there under that name then stays. Links are refused, never followed. If asked for, only its owner may read it, from its
/// first byte on; otherwise the process's umask decides, and a file that is replaced passes on what it forbids.
/// </summary>
public sealed class ReplacementFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    // For a disk that answers no more.
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly string _temporary;
    private readonly bool _overwrite;
    private readonly FileStream _bytes;
    private readonly StreamWriter _text;
    private readonly IDisposable _atEnd;
    private bool _done;

    /// <summary>Starts to write, into a file beside the target.</summary>
    /// <param name="path">Where the file will be.</param>
    /// <param name="ownerOnly">Nobody else may read it: mode 0600, or on Windows an access list with the owner alone.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="IOException">As <see cref="Check"/>, or nothing can be written in that folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public ReplacementFile(string path, bool ownerOnly, bool overwrite)
    {
        Check(path, overwrite);
        _path = Path.GetFullPath(path);
        _overwrite = overwrite;

        // Not made of the target's name, which may be as long as names can be.
        string folder = Path.GetDirectoryName(_path)!;
        _temporary = Path.Combine(folder, $".espprov-{Guid.NewGuid():N}");
        try
        {
            _bytes = Open(_temporary, ownerOnly, _path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new UnauthorizedAccessException(
                $"This user may make no file in the folder '{folder}'. Give another path, or have the folder's owner allow it.", e);
        }

        _text = new StreamWriter(_bytes) { NewLine = "\n" };
        _atEnd = ProcessEnd.Current.Register(Abandon, RemovalLimit);
    }

    /// <summary>What to write with: UTF-8 without a byte order mark.</summary>
    public TextWriter Text => _text;

    /// <summary>What to write bytes with, instead of text.</summary>
    public Stream Bytes => _bytes;

    /// <summary>Says why a file cannot be written there, as far as that shows without writing anything.</summary>
    /// <param name="path">Where the file will be.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">
    /// There is a file of that name that may not be replaced, or a folder, a device or a link; or it is a name that Windows keeps for itself.
    /// </exception>
    public static void Check(string path, bool overwrite)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new IOException("A path cannot have a null character in it. Give another one.");
        if (OperatingSystem.IsWindows() && FileNames.FindProblemOnWindows(Path.GetFileName(path)) is { } problem)
            throw new IOException($"'{path}' cannot be a file on Windows: {problem}. Give it another name.");
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full) || Path.EndsInDirectorySeparator(path))
            throw new IOException($"'{full}' is a folder. Give the path of a file in it.");
        string? folder = Path.GetDirectoryName(full);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}'. Make it, or give another path.");
        if (IsDevice(full))
            throw new IOException($"'{full}' is a device. Give the path of a file.");
        if (new FileInfo(full).LinkTarget is { } target)
            throw new IOException($"'{full}' is a link to '{target}'. Give the path of the file itself.");
        if (!overwrite && File.Exists(full))
            throw new IOException($"The file '{full}' exists.");
    }

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="IOException">There is a file of that name by now, or the disk is full.</exception>
    public void Commit()
    {
        _text.Flush();
        _bytes.Flush(flushToDisk: true);
        _text.Dispose();

        // Replaces a link that came in the meantime, and does not follow it.
        Retry(() => File.Move(_temporary, _path, _overwrite), FileRetry.Pause);
        End();
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        if (_done)
            return;
        try
        {
            _text.Dispose();
        }
        catch (IOException)
        {
            // The disk is full; the file goes all the same.
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Must not hide the error that led here. The end of the process tries again.
            return;
        }

        End();
    }

    /// <summary>Moves a file; waits, for a second at most, while another program has it open.</summary>
    internal static void Retry(Action move, Action pause) => FileRetry.Run(
        () =>
        {
            move();
            return true;
        },
        e => e is IOException { HResult: FileRetry.SharingViolation },
        pause);

    private void End()
    {
        _done = true;
        _atEnd.Dispose();
    }

    // A process that is told to end does not dispose of its cmdlets.
    private Task Abandon()
    {
        try
        {
            Dispose();
        }
        finally
        {
            // The pipeline may be writing at this moment, and then closing may fail.
            File.Delete(_temporary);
        }

        return Task.CompletedTask;
    }

    private static bool IsDevice(string path) => !OperatingSystem.IsWindows()
        && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    private static FileStream Open(string path, bool ownerOnly, string replaced)
    {
        if (ownerOnly && OperatingSystem.IsWindows())
            return OpenOwnerOnlyOnWindows(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            if (ownerOnly)
                options.UnixCreateMode = OwnerOnly;
            else if (File.Exists(replaced))
                options.UnixCreateMode = (File.GetUnixFileMode(replaced) & OfOthers) | OwnerOnly;
        }

        return new FileStream(path, options);
    }

    [SupportedOSPlatform("windows")]
    private static FileStream OpenOwnerOnlyOnWindows(string path)
    {
        using WindowsIdentity owner = WindowsIdentity.GetCurrent();
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(owner.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        return new FileInfo(path).Create(
            FileMode.CreateNew, FileSystemRights.Write | FileSystemRights.Delete, FileShare.None, 4096, FileOptions.None, security);
    }
}
