using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EspProv.Host.Files;

/// <summary>
/// Writes a file atomically: it gets its name when it is complete and on the disk; on any failure an existing file is kept. Links are
/// refused, never followed. Optionally it is readable by its owner only, from the first byte; otherwise the umask applies, and a replaced
/// file's restrictions are kept.
/// </summary>
public sealed class ReplacementFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    // For a disk that hangs.
    private static readonly TimeSpan RemovalLimit = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly string _temporary;
    private readonly bool _overwrite;
    private readonly FileStream _bytes;
    private readonly StreamWriter _text;
    private readonly IDisposable _atEnd;
    private bool _done;

    /// <summary>Starts to write to a temporary file beside the target.</summary>
    /// <param name="path">The target path.</param>
    /// <param name="ownerOnly">Readable by the owner only: mode 0600, or on Windows an access list with the owner alone.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="IOException">As <see cref="Check"/>, or the folder is not writable.</exception>
    /// <exception cref="UnauthorizedAccessException">Access is denied.</exception>
    public ReplacementFile(string path, bool ownerOnly, bool overwrite)
    {
        Check(path, overwrite);
        _path = Path.GetFullPath(path);
        _overwrite = overwrite;

        // Independent of the target's name, which may have the maximum length.
        string folder = Path.GetDirectoryName(_path)!;
        _temporary = Path.Combine(folder, $".espprov-{Guid.NewGuid():N}");
        try
        {
            _bytes = Open(_temporary, ownerOnly, _path);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException(
                $"This user cannot create a file in the folder '{folder}'. Give another path, or get write access to the folder.",
                exception);
        }

        _text = new StreamWriter(_bytes) { NewLine = "\n" };
        _atEnd = ProcessEnd.Current.Register(Abandon, RemovalLimit);
    }

    /// <summary>The writer: UTF-8 without a byte order mark.</summary>
    public TextWriter Text => _text;

    /// <summary>The stream, for bytes instead of text.</summary>
    public Stream Bytes => _bytes;

    /// <summary>Throws if a file cannot be written there, as far as can be checked without writing.</summary>
    /// <param name="path">The target path.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">
    /// The target exists and may not be replaced, or is a folder, a device or a link, or has a name reserved by Windows.
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
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist. Create it, or give another path.");
        if (IsDevice(full))
            throw new IOException($"'{full}' is a device. Give the path of a file.");
        if (new FileInfo(full).LinkTarget is { } target)
            throw new IOException($"'{full}' is a link to '{target}'. Give the path of the file itself.");
        if (!overwrite && File.Exists(full))
            throw new IOException($"The file '{full}' exists.");
    }

    /// <summary>Moves the complete file to its name.</summary>
    /// <exception cref="IOException">The target was created meanwhile, or the disk is full.</exception>
    public void Commit()
    {
        _text.Flush();
        _bytes.Flush(flushToDisk: true);
        _text.Dispose();

        // Replaces a link that was created meanwhile, and does not follow it.
        Retry(() => File.Move(_temporary, _path, _overwrite), FileRetry.Pause);
        End();
    }

    /// <summary>Removes the temporary file, unless it was committed.</summary>
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
            // The disk is full; the file is deleted anyway.
        }

        try
        {
            File.Delete(_temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Must not hide an earlier error. It is retried when the process ends.
            return;
        }

        End();
    }

    /// <summary>Moves a file; retries, for up to a second, while another program has it open.</summary>
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

    // A terminated process does not dispose of its cmdlets.
    private Task Abandon()
    {
        try
        {
            Dispose();
        }
        finally
        {
            // Closing may fail while the pipeline is writing.
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
        using var owner = WindowsIdentity.GetCurrent();
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(owner.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        return new FileInfo(path).Create(
            FileMode.CreateNew, FileSystemRights.Write | FileSystemRights.Delete, FileShare.None, 4096, FileOptions.None, security);
    }
}
