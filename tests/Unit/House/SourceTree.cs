namespace EspProv.Tests.House;

/// <summary>The repository that the tests were built in, and its C# sources.</summary>
internal static class SourceTree
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The sources of a project below <c>src</c>, each with its path in the project, written with slashes.</summary>
    public static IEnumerable<(string File, string Source)> Of(string project)
    {
        string root = Path.Combine(Root, "src", project);
        foreach (string file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(root, file).Replace('\\', '/');
            if (!name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal))
                yield return (name, File.ReadAllText(file).ReplaceLineEndings("\n"));
        }
    }

    private static string FindRoot()
    {
        string? root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root!, "EspProv.psd1")))
            root = Path.GetDirectoryName(root);
        return root!;
    }
}
