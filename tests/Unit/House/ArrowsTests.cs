using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EspProv.Tests.House;

/// <summary>
/// The floor plan of docs/ARCHITECTURE.md: which assembly may know which, which folder of an assembly may know which, and that a
/// namespace is its folder. Dependencies run down only, so that there are no circles.
/// </summary>
public partial class ArrowsTests
{
    private static readonly Dictionary<string, string[]> References = new()
    {
        ["Core"] = [],
        ["Loader"] = [],
        ["Host"] = ["Core"],
        ["Host.Windows"] = ["Host"],
        ["Board"] = ["Core"],
        ["Manufacturing"] = ["Core"],
        ["Fleet"] = ["Core", "Host"],
        ["VirtualDevice"] = ["Core", "Host", "Manufacturing"],
        ["PowerShell"] = ["Board", "Core", "Fleet", "Host", "Loader", "Manufacturing", "VirtualDevice"],
    };

    // Each project's folders from top to bottom; those of one row do not know each other. Files beside the project file are what
    // all folders share in Core, and what is made of all folders elsewhere.
    private static readonly Dictionary<string, string[][]> Folders = new()
    {
        ["Core"] = [["Sessions"], ["Networks"], ["Devices"], ["Security", "Transports"], ["Wire", "Srp"]],
        ["Loader"] = [],
        ["Host"] = [["Bluetooth", "Wifi", "SerialPorts"], ["DBus", "Files"]],
        ["Host.Windows"] = [],
        ["Board"] = [["Loader"], ["Log"], ["Partitions"]],
        ["Manufacturing"] = [["Credentials"], ["Labels"]],
        ["Fleet"] = [["Run", "Report"], ["Journal"], ["Plan"]],
        ["VirtualDevice"] = [["Transports", "Provisioning"], ["Protocomm", "Worlds", "Board"], ["Security"]],
        ["PowerShell"] = [["Fleet"], ["Interactive"], ["Manufacturing", "Wifi", "Thread"], ["Sessions", "Board"], ["Discovery"], ["VirtualDevices"], ["Pipeline"], ["Errors"]],
    };

    private static readonly Dictionary<string, string> Namespaces = new()
    {
        ["Core"] = "EspProv",
        ["VirtualDevice"] = "EspProv.Virtual",
        ["PowerShell"] = "EspProv.Commands",
    };

    public static TheoryData<string> Projects => [.. References.Keys];

    [Fact]
    public void Every_project_is_on_the_plan() =>
        Assert.Equal(References.Keys.Order(), Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")).Select(path => Path.GetFileName(path)["EspProv.".Length..]).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_knows_only_those_below_it(string project)
    {
        string file = Path.Combine(SourceTree.Root, "src", "EspProv." + project, $"EspProv.{project}.csproj");
        IEnumerable<string> referenced = XDocument.Load(file).Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)["EspProv.".Length..]);

        Assert.Equal(References[project].Order(), referenced.Order());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_namespace_is_its_folder(string project)
    {
        foreach ((string folder, string file, string source) in Sources(project))
        {
            string expected = (RootNamespace(project) + "." + folder.Replace('/', '.')).TrimEnd('.');
            Assert.True(source.Contains($"\nnamespace {expected};\n", StringComparison.Ordinal) || source.StartsWith($"namespace {expected};\n", StringComparison.Ordinal),
                $"{file} is not in the namespace {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_folder_knows_only_those_below_it(string project)
    {
        string prefix = RootNamespace(project) + ".";
        foreach ((string folder, string file, string source) in Sources(project))
        {
            int own = Floor(project, folder.Split('/')[0]);
            foreach (Match used in NameOfOurs().Matches(source))
            {
                if (!used.Value.StartsWith(prefix, StringComparison.Ordinal) || used.Value[prefix.Length..].Split('.')[0] is var other && other == folder.Split('/')[0])
                    continue;
                int floor = Floor(project, used.Value[prefix.Length..].Split('.')[0], orNone: true);
                Assert.True(floor < 0 || floor > own, $"{file} knows {used.Value}, which is not below it");
            }
        }
    }

    // The floor that a folder is on, from the top.
    private static int Floor(string project, string folder, bool orNone = false)
    {
        if (folder.Length == 0)
            return project == "Core" ? int.MaxValue : -1;
        int floor = Array.FindIndex(Folders[project], row => row.Contains(folder));
        Assert.True(floor >= 0 || orNone, $"{project}/{folder} is not on the plan");
        return floor;
    }

    private static string RootNamespace(string project) => Namespaces.GetValueOrDefault(project, "EspProv." + project);

    private static IEnumerable<(string Folder, string File, string Source)> Sources(string project) => SourceTree.Of("EspProv." + project)
        .Select(source => (source.File.Contains('/') ? source.File[..source.File.LastIndexOf('/')] : "", $"{project}/{source.File}", source.Source));

    // A using, or a full name in the code.
    [GeneratedRegex(@"\bEspProv(?:\.[A-Z]\w*)+", RegexOptions.CultureInvariant)]
    private static partial Regex NameOfOurs();
}
