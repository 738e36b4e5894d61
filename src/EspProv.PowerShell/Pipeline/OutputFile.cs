using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Host.Files;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Checks and opens the files that cmdlets write. A cmdlet calls this in BeginProcessing, before upstream commands produce objects, so that
/// a wrong path is reported before any work is done.
/// </summary>
internal static class OutputFile
{
    /// <summary>The path in the file system.</summary>
    internal static string Resolve(PSCmdlet cmdlet, string path)
    {
        string resolved = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        if (provider.Name != "FileSystem")
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.From(
                ModuleError.FileNotWritable, $"'{path}' is not in the file system. Give the path of a file.", path));
        }

        return resolved;
    }

    /// <summary>Rejects a path where no file can be written; writes nothing.</summary>
    internal static void Check(PSCmdlet cmdlet, string path, bool overwrite) => Guard(cmdlet, path, () =>
    {
        ReplacementFile.Check(path, overwrite);
        return true;
    });

    /// <summary>Rejects a folder that is not writable: creates a file there, and removes it.</summary>
    internal static void CheckFolder(PSCmdlet cmdlet, string folder)
    {
        string unused = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        Guard(cmdlet, folder, () => new ReplacementFile(unused, ownerOnly: true, overwrite: false)).Dispose();
    }

    /// <summary>Opens a file to write; the caller disposes of it.</summary>
    internal static ReplacementFile Open(PSCmdlet cmdlet, string path, bool ownerOnly, bool overwrite) =>
        Guard(cmdlet, path, () => new ReplacementFile(path, ownerOnly, overwrite));

    /// <summary>The file as Get-Item returns it, so that it binds to Get-Content and similar commands.</summary>
    internal static PSObject Item(PSCmdlet cmdlet, string path) =>
        cmdlet.InvokeProvider.Item.Get([$@"Microsoft.PowerShell.Core\FileSystem::{path}"], force: true, literalPath: true)[0];

    /// <summary>Whether the exception means that a file cannot be written.</summary>
    internal static bool IsFailure(Exception exception) => exception is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>The record for a file that cannot be written.</summary>
    internal static ErrorRecord ErrorOf(string path, Exception exception)
    {
        string message = exception.Message;
        if (!message.Contains(path, StringComparison.Ordinal))
            message = $"'{path}' could not be written: {message}";
        return ErrorFactory.From(ModuleError.FileNotWritable, message, path, exception);
    }

    /// <summary>Whether -WhatIf, or the preference, applies.</summary>
    internal static bool IsWhatIf(this PSCmdlet cmdlet) => cmdlet.MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? (SwitchParameter)given
        : LanguagePrimitives.IsTrue(cmdlet.SessionState.PSVariable.GetValue("WhatIfPreference"));

    private static T Guard<T>(PSCmdlet cmdlet, string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            cmdlet.ThrowTerminatingError(ErrorOf(path, exception));
            throw;
        }
    }
}
