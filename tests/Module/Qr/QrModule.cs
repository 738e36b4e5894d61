using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EspProv.Tests.Qr;

/// <summary>A PowerShell with the module imported as a user imports it, and a folder for the files of one test.</summary>
public sealed class QrModule : IDisposable
{
    private readonly Runspace _runspace;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov-qr-");

    public QrModule()
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(Path.Combine(RepositoryRoot(), "EspProv.psd1"));
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
        Run("$folder = $args[0]", _folder.FullName);
    }

    public string Folder => _folder.FullName;

    /// <summary>The errors and warnings of the last <see cref="Run"/>.</summary>
    public IReadOnlyList<ErrorRecord> Errors { get; private set; } = [];

    public IReadOnlyList<string> Warnings { get; private set; } = [];

    public Collection<PSObject> Run(string script, params object[] arguments)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        foreach (object argument in arguments)
            shell.AddArgument(argument);
        try
        {
            var output = shell.Invoke();
            Errors = [.. shell.Streams.Error];
            return output;
        }
        catch (RuntimeException e)
        {
            Errors = [.. shell.Streams.Error, e.ErrorRecord];
            return [];
        }
        finally
        {
            Warnings = [.. shell.Streams.Warning.Select(record => record.Message)];
        }
    }

    /// <summary>Runs what must go without an error.</summary>
    public Collection<PSObject> RunWell(string script, params object[] arguments)
    {
        var output = Run(script, arguments);
        Assert.Empty(Errors);
        return output;
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Dispose()
    {
        Run("Get-EspProvSession | Disconnect-EspProvSession; Get-EspVirtualDevice | Stop-EspVirtualDevice");
        _runspace.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EspProv.psd1")))
                return folder.FullName;
        }

        throw new FileNotFoundException("EspProv.psd1 is in no folder above the tests.");
    }
}
