using System.Reflection;
using System.Reflection.Emit;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Loading;

public class LoadContextTests
{
    [Fact]
    public async Task Works_beside_older_versions_of_its_dependencies_that_another_module_has_loaded()
    {
        string folder = Directory.CreateTempSubdirectory("espprov-").FullName;
        try
        {
            string bouncyCastle = WriteStandIn(folder, "BouncyCastle.Cryptography", new Version(2, 0, 0, 0));
            string protobuf = Path.Combine(AppContext.BaseDirectory, "neighbour", "Google.Protobuf.dll");

            string[] lines = await ScenarioProcess.RunAsync(bouncyCastle, protobuf);

            Assert.Equal(["outcome Connected", "outcome Connected"], lines.Where(line => line.StartsWith("outcome", StringComparison.Ordinal)));
            Assert.DoesNotContain(lines, line => line.StartsWith("error", StringComparison.Ordinal));
            Assert.Contains("loaded BouncyCastle.Cryptography 2.0.0.0 in Default", lines);
            Assert.Contains("loaded Google.Protobuf 3.19.3.0 in Default", lines);
            Assert.Contains(lines, line => line.StartsWith("loaded BouncyCastle.Cryptography 2.", StringComparison.Ordinal) && line.EndsWith("in EspProv", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.StartsWith("loaded Google.Protobuf 3.", StringComparison.Ordinal) && line.EndsWith("in EspProv", StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Keeps_everything_but_its_loader_and_its_cmdlets_out_of_the_default_context()
    {
        string[] lines = await ScenarioProcess.RunAsync();

        string[] ours =
        [
            "EspProv.Board", "EspProv.Core", "EspProv.Fleet", "EspProv.Host", "EspProv.Manufacturing", "EspProv.VirtualDevice", "BouncyCastle.Cryptography", "Google.Protobuf",
            .. OperatingSystem.IsLinux() ? (string[])["Tmds.DBus.Protocol"] : [],
        ];
        Assert.All(ours, name => Assert.EndsWith("in EspProv", Assert.Single(lines, line => line.StartsWith($"loaded {name} ", StringComparison.Ordinal)), StringComparison.Ordinal));
        Assert.All(["EspProv.Loader", "EspProv.PowerShell"], name => Assert.EndsWith(
            "in Default", Assert.Single(lines, line => line.StartsWith($"loaded {name} ", StringComparison.Ordinal)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Removing_the_module_closes_its_sessions_and_stops_its_devices()
    {
        string[] lines = await ScenarioProcess.RunAsync();

        Assert.Equal(["removed Closed", "removed Stopped"], lines.Where(line => line.StartsWith("removed", StringComparison.Ordinal)));
    }

    private static string WriteStandIn(string folder, string name, Version version)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name) { Version = version }, typeof(object).Assembly);
        assembly.DefineDynamicModule(name).DefineType("Org.BouncyCastle.StandIn", TypeAttributes.Public).CreateType();
        string path = Path.Combine(folder, name + ".dll");
        assembly.Save(path);
        return path;
    }
}
