using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.House;

/// <summary>What ships: bin/ as the build lays it out is what PackModule copies.</summary>
public class SupplyChainTests
{
    private static string Bin => Path.Combine(ModuleTest.RepositoryRoot, "bin");

    private static IEnumerable<string> Binaries => Directory.EnumerateFiles(Bin, "*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) is not ".pdb");

    private static IEnumerable<string> Ours(string pattern) => Directory.EnumerateFiles(Bin, pattern, SearchOption.AllDirectories)
        .Where(path => Path.GetFileName(path).StartsWith("EspProv.", StringComparison.Ordinal));

    [Fact]
    public void Every_file_of_others_that_ships_is_named_in_the_notices()
    {
        string notices = File.ReadAllText(Path.Combine(ModuleTest.RepositoryRoot, "THIRD-PARTY-NOTICES.txt"));
        string[] others = [.. Binaries.Select(path => Path.GetFileName(path)).Distinct().Where(name => !name.StartsWith("EspProv.", StringComparison.Ordinal))];
        Assert.Contains("Google.Protobuf.dll", others);
        Assert.All(others, name => Assert.Contains(name, notices, StringComparison.Ordinal));
    }

    [Fact]
    public void The_notices_name_the_versions_that_ship()
    {
        string notices = File.ReadAllText(Path.Combine(ModuleTest.RepositoryRoot, "THIRD-PARTY-NOTICES.txt"));
        string versions = File.ReadAllText(Path.Combine(ModuleTest.RepositoryRoot, "Directory.Packages.props"));
        foreach (string package in (string[])["BouncyCastle.Cryptography", "QRCoder", "System.IO.Ports", "Google.Protobuf", "Tmds.DBus.Protocol", "InTheHand.BluetoothLE"])
        {
            string rest = versions[versions.IndexOf($"\"{package}\" Version=\"", StringComparison.Ordinal)..];
            Assert.Contains($"\n{package} {rest.Split('"')[3]}", notices, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_packed_module_has_the_licences()
    {
        string project = Path.Combine(ModuleTest.RepositoryRoot, "src", "EspProv.PowerShell");
        string items = await OutputOfAsync("msbuild", project, "-getItem:PackedRootFile");
        Assert.Contains("THIRD-PARTY-NOTICES.txt", items, StringComparison.Ordinal);
        Assert.Contains("LICENSE", items, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_ships_says_where_it_was_built()
    {
        string packages = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget");
        string[] paths = [ModuleTest.RepositoryRoot, packages];
        foreach (string file in Ours("*.dll").Concat(Ours("*.pdb")))
        {
            byte[] bytes = File.ReadAllBytes(file);
            foreach (string path in paths)
            {
                foreach (Encoding encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode])
                    Assert.True(bytes.AsSpan().IndexOf(encoding.GetBytes(path)) < 0, $"{file} has the path {path} in it.");
            }
        }
    }

    // A PDB keeps the paths of sources in parts, which a search for a whole path does not find.
    [Fact]
    public void The_sources_that_debug_information_names_have_no_root_of_this_machine()
    {
        string[] files = [.. Ours("*.pdb")];
        Assert.Equal(Ours("*.dll").Count(), files.Length);
        foreach (string file in files)
        {
            using var provider = MetadataReaderProvider.FromPortablePdbStream(File.OpenRead(file));
            MetadataReader reader = provider.GetMetadataReader();
            string[] sources = [.. reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name))];
            Assert.NotEmpty(sources);
            Assert.DoesNotContain(sources, source => Path.IsPathRooted(source) && !source.StartsWith("/_", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Assemblies_are_built_so_that_the_same_source_gives_the_same_bytes()
    {
        foreach (string file in Ours("*.dll"))
        {
            using var reader = new PEReader(File.OpenRead(file));
            Assert.Contains(reader.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        }
    }

    private static async Task<string> OutputOfAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }
}
