using System.Text.RegularExpressions;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.House;

public class SecurityPageTests
{
    [Fact]
    public void Each_test_that_the_threat_model_names_is_there()
    {
        string page = File.ReadAllText(Path.Combine(ModuleTest.RepositoryRoot, "SECURITY.md"));
        (string File, string Name)[] named = [.. Regex.Matches(page, "`([A-Za-z0-9]+(?:Tests|Properties))\\.([A-Za-z0-9_]+)`")
            .Select(test => (test.Groups[1].Value, test.Groups[2].Value))];
        Assert.NotEmpty(named);
        ILookup<string, string> sources = Directory
            .EnumerateFiles(Path.Combine(ModuleTest.RepositoryRoot, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(path => Path.GetFileNameWithoutExtension(path), File.ReadAllText);
        Assert.All(named, test => Assert.Contains(sources[test.File], source => source.Contains($" {test.Name}(", StringComparison.Ordinal)));
    }
}
