using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Fleet;

/// <summary>A fleet of virtual devices, and the rows of a plan for it in $rows.</summary>
public abstract class FleetTest : ModuleTest
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("espprov-fleet").FullName;

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    internal void StartFleet(int count, string arguments = "-ConnectDelay 0.02") => RunClean($$"""
        $devices = @(Start-EspVirtualDevice -Count {{count}} {{arguments}})
        $rows = @($devices | ForEach-Object { [pscustomobject]@{ Name = $_.Name; Address = $_.Address; Pop = 'abcd1234'; Ssid = 'MyHomeWiFiAP'; Passphrase = 'mypassword' } })
        """);

    /// <summary>"status reason" of each result, in the plan's order.</summary>
    internal string[] Outcomes(string script) =>
        [.. RunClean(script + " | Sort-Object Row | ForEach-Object { \"$($_.Status) $($_.Reason)\".Trim() }").Select(line => line.ToString())];

    internal static string Property(PSObject item, string name) => item.Properties[name].Value?.ToString() ?? "";
}
