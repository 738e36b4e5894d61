using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.Loader;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Loading;

/// <summary>
/// What happens in a process where another module came first: its assemblies are in the default load context, then ours is
/// imported and does its job. Prints one line per fact.
/// </summary>
internal static class NeighbourScenario
{
    private const string Job = """
        foreach ($security in 1, 2) {
            $device = Start-EspVirtualDevice -SecurityVersion $security -ConnectDelay 0
            $proof = if ($security -eq 1) { @{ ProofOfPossession = 'abcd1234' } } else { @{ Username = 'wifiprov'; Password = 'abcd1234' } }
            ($device | Set-EspWifiCredential -Ssid MyHomeWiFiAP -Passphrase mypassword @proof).Status
            $device | Stop-EspVirtualDevice
        }
        # Loads what has to do with many devices, and what speaks to this machine, whether there is something to speak to or not.
        $null = [pscustomobject]@{ Address = 'localhost'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' } | Invoke-EspProvisioning -Validate
        $null = New-EspSec2Credential -Username wifiprov -Password abcd1234
        try { $null = Find-EspProvDevice -Transport SoftAP -Timeout 1 -ErrorAction Ignore } catch { }
        """;

    private const string Removal = """
        $device = Start-EspVirtualDevice
        $session = $device | Connect-EspProvSession -ProofOfPossession abcd1234
        Remove-Module EspProv
        while ($session.State -ne 'Closed') { [System.Threading.Thread]::Sleep(20) }
        $session.State
        while ($device.State -ne 'Stopped') { [System.Threading.Thread]::Sleep(20) }
        $device.State
        """;

    public static int Run(string[] neighbours)
    {
        foreach (string neighbour in neighbours)
            AssemblyLoadContext.Default.LoadFromAssemblyPath(neighbour);
        using Runspace runspace = ModuleTest.NewRunspace(new TestHost());
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        foreach (PSObject outcome in shell.AddScript(Job).Invoke())
            Console.WriteLine($"outcome {outcome}");
        shell.Commands.Clear();
        foreach (PSObject state in shell.AddScript(Removal).Invoke())
            Console.WriteLine($"removed {state}");
        foreach (ErrorRecord error in shell.Streams.Error)
            Console.WriteLine($"error {error}");
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
            Console.WriteLine($"loaded {assembly.GetName().Name} {assembly.GetName().Version} in {AssemblyLoadContext.GetLoadContext(assembly)!.Name}");
        return 0;
    }
}
