using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using EspProv.Tests.Support;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace EspProv.ModuleTests.Support;

/// <summary>
/// A runspace of the real engine with the module imported from EspProv.psd1, as a user imports it. The devices and sessions of a
/// test end with it.
/// </summary>
public abstract class ModuleTest : IDisposable
{
    private readonly Runspace _runspace;

    protected ModuleTest()
    {
        Host = new TestHost { Culture = UnderCultureAttribute.Of(this) };
        _runspace = NewRunspace(Host);
    }

    /// <summary>Where EspProv.psd1 is.</summary>
    internal static string RepositoryRoot { get; } = FindRepositoryRoot();

    internal static string ManifestPath => Path.Combine(RepositoryRoot, "EspProv.psd1");

    internal TestHost Host { get; }

    /// <summary>What the last script left on its streams.</summary>
    internal CapturedStreams Streams { get; private set; } = null!;

    internal IReadOnlyList<ErrorRecord> Errors => Streams.Error;

    public virtual void Dispose()
    {
        Run("Get-EspProvSession | Disconnect-EspProvSession; Get-EspVirtualDevice | Stop-EspVirtualDevice");
        _runspace.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A runspace with nothing but the engine's own commands and this module.</summary>
    internal static Runspace NewRunspace(PSHost host)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(ManifestPath);
        state.ThrowOnRunspaceOpenError = true;
        Runspace runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        return runspace;
    }

    /// <summary>Runs a script; errors stay on the error stream, a terminating one is put there too.</summary>
    internal IReadOnlyList<PSObject> Run(string script, params (string Name, object? Value)[] variables)
    {
        using PowerShell shell = Prepare(script, variables);
        try
        {
            return [.. shell.Invoke()];
        }
        catch (RuntimeException exception)
        {
            shell.Streams.Error.Add(exception.ErrorRecord);
            return [];
        }
        finally
        {
            Streams = new CapturedStreams(shell.Streams);
        }
    }

    /// <summary>Runs a script that may not write an error.</summary>
    internal IReadOnlyList<PSObject> RunClean(string script, params (string Name, object? Value)[] variables)
    {
        IReadOnlyList<PSObject> output = Run(script, variables);
        Assert.True(Errors.Count == 0, string.Join('\n', Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}")));
        return output;
    }

    /// <summary>Runs a script that writes exactly one error, and returns it.</summary>
    internal ErrorRecord RunToError(string script, params (string Name, object? Value)[] variables)
    {
        Run(script, variables);
        return Assert.Single(Errors);
    }

    internal T RunClean<T>(string script) => (T)LanguagePrimitives.ConvertTo(Assert.Single(RunClean(script)), typeof(T), null);

    internal void SetLocation(string folder) => _runspace.SessionStateProxy.Path.SetLocation(folder);

    internal PowerShell Prepare(string script, params (string Name, object? Value)[] variables)
    {
        foreach ((string name, object? value) in variables)
            _runspace.SessionStateProxy.SetVariable(name, value);
        var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        return shell.AddScript(script);
    }

    /// <summary>Starts the vendor's example under a name.</summary>
    internal void StartDevice(string name = "PROV_261FCC", string arguments = "-ConnectDelay 0 -ScanDelay 0") =>
        RunClean($"$null = Start-EspVirtualDevice {name} {arguments}");

    /// <summary>Starts the vendor's example, and leaves a session with it in $session.</summary>
    internal void ConnectDevice(string arguments = "-ConnectDelay 0 -ScanDelay 0")
    {
        StartDevice("PROV_261FCC", arguments);
        RunClean("$session = Find-EspProvDevice PROV_261FCC | Connect-EspProvSession -ProofOfPossession abcd1234");
    }

    internal static string IdOf(ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];

    private static string FindRepositoryRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "EspProv.psd1")))
            directory = Path.GetDirectoryName(directory);
        return directory ?? throw new FileNotFoundException("EspProv.psd1 is in no folder above the tests.");
    }
}
