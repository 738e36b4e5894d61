using System.Management.Automation;
using EspProv.Commands.Errors;

namespace EspProv.Commands.Pipeline;

/// <summary>The files that -Path or -LiteralPath names.</summary>
internal static class InputFiles
{
    /// <summary>Reads each of them; one that cannot be read is an error, and the next is read.</summary>
    /// <param name="cmdlet">Whose parameter it is.</param>
    /// <param name="path">Its value.</param>
    /// <param name="isLiteral">Whether no character of it is a wildcard.</param>
    /// <param name="read">Reads a file.</param>
    internal static void Read(PSCmdlet cmdlet, string path, bool isLiteral, Action<string> read)
    {
        List<string> files = isLiteral ? [cmdlet.GetUnresolvedProviderPathFromPSPath(path)] : ResolveWildcards(cmdlet, path);
        if (files.Count == 0)
            cmdlet.WriteError(ErrorFactory.From(ModuleError.FileNotReadable, $"There is no file '{path}'.", path));
        foreach (string file in files)
        {
            try
            {
                read(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                cmdlet.WriteError(ErrorFactory.From(ModuleError.FileNotReadable, exception.Message, file, exception));
            }
        }
    }

    /// <summary>The files that a path with wildcards names; none if there is none.</summary>
    internal static List<string> ResolveWildcards(PSCmdlet cmdlet, string path)
    {
        try
        {
            return [.. cmdlet.GetResolvedProviderPathFromPSPath(path, out _)];
        }
        catch (ItemNotFoundException)
        {
            return [];
        }
    }
}
