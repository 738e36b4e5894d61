using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Text;

namespace EspProv.Shell.Essentials.Support;

/// <summary>Opening text files for the cmdlets that write them, with one set of errors.</summary>
internal static class TextFiles
{
    /// <summary>UTF-8 without a byte-order mark, pwsh's default.</summary>
    public static Encoding DefaultEncoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>The file that a path names, wildcards resolved when they match exactly one existing file.</summary>
    public static string ResolveForWriting(PSCmdlet cmdlet, string path)
    {
        if (WildcardPattern.ContainsWildcardCharacters(path))
        {
            Collection<string> matches = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _);
            if (matches.Count == 1)
                return matches[0];
            cmdlet.ThrowTerminatingError(new ErrorRecord(
                new PSInvalidOperationException($"Cannot perform operation because the path '{path}' does not resolve to one file."),
                "ReadWriteMultipleFilesNotSupported",
                ErrorCategory.InvalidArgument,
                path));
        }

        return cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
    }

    /// <summary>Opens a file to write to; a failure is a terminating error.</summary>
    public static StreamWriter OpenWriter(PSCmdlet cmdlet, string path, Encoding encoding, bool append, bool noClobber, bool force)
    {
        try
        {
            if (force && File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
                File.SetAttributes(path, File.GetAttributes(path) & ~FileAttributes.ReadOnly);
            FileMode mode = append ? FileMode.Append : noClobber ? FileMode.CreateNew : FileMode.Create;
            return new StreamWriter(new FileStream(path, mode, FileAccess.Write, FileShare.Read), encoding);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            bool exists = noClobber && File.Exists(path);
            cmdlet.ThrowTerminatingError(new ErrorRecord(
                e,
                exists ? "NoClobber" : "FileOpenFailure",
                exists ? ErrorCategory.ResourceExists : ErrorCategory.OpenError,
                path));
            throw;
        }
    }

    /// <summary>The files that a path names for reading; one that is not there comes back as it is, for the opening to fail.</summary>
    public static IEnumerable<string> ResolveForReading(PSCmdlet cmdlet, IEnumerable<string> paths, bool literal)
    {
        foreach (string path in paths)
        {
            IEnumerable<string> files = !literal && WildcardPattern.ContainsWildcardCharacters(path)
                ? cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(path, out _)
                : [cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path)];
            foreach (string file in files)
                yield return file;
        }
    }
}
