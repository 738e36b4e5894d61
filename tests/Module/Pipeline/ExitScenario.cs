using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Pipeline;

/// <summary>A process that ends while a cmdlet has a file open: no cmdlet is disposed of then.</summary>
internal static class ExitScenario
{
    public const string Name = "exit";

    private const string Script = """
        & {
            New-EspSec2Credential wifiprov -GeneratePassword
            "writing $(@([System.IO.Directory]::GetFiles([System.IO.Path]::GetDirectoryName($path))).Count)" | Out-Host
            [System.Environment]::Exit(0)
        } | Export-EspSec2Credential Label $path -WarningAction SilentlyContinue
        """;

    public static int Run(string path)
    {
        var host = new TestHost();
        using Runspace runspace = ModuleTest.NewRunspace(host);
        runspace.SessionStateProxy.SetVariable("path", path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.Write(host.Shown);
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        shell.AddScript(Script).Invoke();
        return 1;
    }
}
