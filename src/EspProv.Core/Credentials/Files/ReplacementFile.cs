using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;

namespace EspProv.Credentials.Files;

/// <summary>
/// A file that appears under its name when it is complete, and not at all when something goes wrong before; if asked for, only
/// its owner may read it, from its first byte on.
/// </summary>
public sealed class ReplacementFile : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly string _temporary;
    private readonly bool _overwrite;
    private readonly StreamWriter _text;
    private bool _done;

    /// <summary>Starts to write.</summary>
    /// <param name="path">Where the file will be.</param>
    /// <param name="ownerOnly">Nobody else may read it: mode 0600, or on Windows an access list with the owner alone.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <exception cref="IOException">There is a file of that name, or it cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public ReplacementFile(string path, bool ownerOnly, bool overwrite)
    {
        _path = Path.GetFullPath(path);
        _overwrite = overwrite;
        if (!overwrite && File.Exists(_path))
            throw new IOException($"The file '{_path}' exists.");
        _temporary = Path.Combine(Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{Guid.NewGuid():N}");
        _text = new StreamWriter(Open(_temporary, ownerOnly)) { NewLine = "\n" };
    }

    /// <summary>What to write with: UTF-8 without a byte order mark.</summary>
    public TextWriter Text => _text;

    /// <summary>What to write bytes with, instead of text.</summary>
    public Stream Bytes => _text.BaseStream;

    /// <summary>Gives the file its name.</summary>
    /// <exception cref="IOException">There is a file of that name by now, or the disk is full.</exception>
    public void Commit()
    {
        _text.Dispose();
        File.Move(_temporary, _path, _overwrite);
        _done = true;
    }

    /// <summary>Removes what was written, unless it was committed.</summary>
    public void Dispose()
    {
        if (_done)
            return;
        _done = true;
        try
        {
            _text.Dispose();
        }
        catch (IOException)
        {
            // The disk is full; the file goes all the same.
        }

        File.Delete(_temporary);
    }

    private static FileStream Open(string path, bool ownerOnly)
    {
        if (ownerOnly && OperatingSystem.IsWindows())
            return OpenOwnerOnlyOnWindows(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (ownerOnly && !OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    [SupportedOSPlatform("windows")]
    private static FileStream OpenOwnerOnlyOnWindows(string path)
    {
        using WindowsIdentity owner = WindowsIdentity.GetCurrent();
        var security = new FileSecurity();
        security.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        security.AddAccessRule(new FileSystemAccessRule(owner.User!, FileSystemRights.FullControl, AccessControlType.Allow));
        return new FileInfo(path).Create(FileMode.CreateNew, FileSystemRights.Write | FileSystemRights.Delete, FileShare.None, 4096, FileOptions.None, security);
    }
}
