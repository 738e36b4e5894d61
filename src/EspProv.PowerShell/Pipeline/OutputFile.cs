using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Host.Files;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// The files that cmdlets write. A cmdlet calls this in BeginProcessing, which runs before the commands upstream have made their
/// first object: a path that is wrong costs no work.
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

    /// <summary>Refuses, without writing anything, a path where no file can be written.</summary>
    internal static void Check(PSCmdlet cmdlet, string path, bool overwrite) => Guard(cmdlet, path, () =>
    {
        ReplacementFile.Check(path, overwrite);
        return true;
    });

    /// <summary>Refuses a folder where this user may not write: makes a file there, and removes it.</summary>
    internal static void TryFolder(PSCmdlet cmdlet, string folder)
    {
        string unused = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        Guard(cmdlet, folder, () => new ReplacementFile(unused, ownerOnly: true, overwrite: false)).Dispose();
    }

    /// <summary>Starts to write; whoever gets the file disposes of it.</summary>
    internal static ReplacementFile Open(PSCmdlet cmdlet, string path, bool ownerOnly, bool overwrite) =>
        Guard(cmdlet, path, () => new ReplacementFile(path, ownerOnly, overwrite));

    /// <summary>The file as Get-Item gives it, so that it binds to Get-Content and its like.</summary>
    internal static PSObject Item(PSCmdlet cmdlet, string path) =>
        cmdlet.InvokeProvider.Item.Get([$@"Microsoft.PowerShell.Core\FileSystem::{path}"], force: true, literalPath: true)[0];

    /// <summary>Whether it is one of the ways in which a file cannot be written.</summary>
    internal static bool IsFailure(Exception exception) => exception is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>The record for a file that cannot be written.</summary>
    internal static ErrorRecord ErrorOf(string path, Exception exception)
    {
        string message = exception.Message;
        if (!message.Contains(path, StringComparison.Ordinal))
            message = $"'{path}' could not be written: {message}";
        return ErrorFactory.From(ModuleError.FileNotWritable, message, path, exception);
    }

    /// <summary>Whether the cmdlet is only to say what it would do.</summary>
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
