namespace EspProv.Tests.House;

/// <summary>The repository that the tests were built in, and its C# sources.</summary>
internal static class SourceTree
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The sources of a project below <c>src</c>, each with its path in the project, written with slashes.</summary>
    public static IEnumerable<(string File, string Source)> Of(string project) =>
        In("src/" + project).Select(source => (source.File[$"src/{project}/".Length..], source.Source));

    /// <summary>The sources below a folder, each with its path in the repository, written with slashes; none that a build made.</summary>
    public static IEnumerable<(string File, string Source)> In(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(Root, file).Replace('\\', '/');
            if (!name.Split('/').Any(part => part is "obj" or "bin"))
                yield return (name, File.ReadAllText(file).ReplaceLineEndings("\n"));
        }
    }

    /// <summary>The pages, each with its path in the repository, written with slashes; none that a build or a package brought.</summary>
    public static IEnumerable<(string File, string Text)> Prose() =>
        new[] { "docs", "tests", "examples" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Root, "*.md"))
            .Select(file => (Name: Path.GetRelativePath(Root, file).Replace('\\', '/'), Path: file))
            .Where(file => !file.Name.Split('/').Any(part => part is "obj" or "bin" or "node_modules"))
            .Select(file => (file.Name, File.ReadAllText(file.Path).ReplaceLineEndings("\n")));

    private static string FindRoot()
    {
        string? root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root!, "EspProv.psd1")))
            root = Path.GetDirectoryName(root);
        return root!;
    }
}
