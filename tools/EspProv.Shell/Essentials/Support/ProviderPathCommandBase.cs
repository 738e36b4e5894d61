using System.Management.Automation;

namespace EspProv.Shell.Essentials.Support;

/// <summary>Cmdlets that take paths of any provider, with wildcards (-Path) or as they are written (-LiteralPath).</summary>
public abstract class ProviderPathCommandBase : PSCmdlet
{
    /// <summary>Paths, perhaps with wildcards.</summary>
    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path")]
    public virtual string[] Path { get; set; } = [];

    /// <summary>Paths, taken as they are written.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath")]
    [Alias("PSPath", "LP")]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Whether paths are taken as they are written.</summary>
    protected bool IsLiteral => ParameterSetName == "LiteralPath";

    /// <summary>The paths, whichever way they were given.</summary>
    protected string[] Paths => IsLiteral ? LiteralPath : Path;

    /// <summary>Does something for each path; what fails for one path is an error of that path, and the others go on.</summary>
    protected void ForEachPath(Action<string> action)
    {
        foreach (string path in Paths)
            Attempt(path, () => action(path));
    }

    /// <summary>Does something that may fail for one path.</summary>
    protected void Attempt(string path, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is PipelineStoppedException)
        {
            throw;
        }
        catch (RuntimeException e)
        {
            WriteError(new ErrorRecord(e.ErrorRecord, e));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            WriteError(new ErrorRecord(e, MyInvocation.MyCommand.Name.Replace("-", "", StringComparison.Ordinal) + "Error", ErrorCategory.NotSpecified, path));
        }
    }

    /// <summary>The existing paths that a path names, in PowerShell's form.</summary>
    protected IEnumerable<string> Resolve(string path) =>
        IsLiteral ? [path] : SessionState.Path.GetResolvedPSPathFromPSPath(path).Select(p => p.Path);

    /// <summary>The file behind a path, or null when another provider's.</summary>
    protected string? FileOf(string path)
    {
        string file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return provider.Name == "FileSystem" ? file : null;
    }
}
