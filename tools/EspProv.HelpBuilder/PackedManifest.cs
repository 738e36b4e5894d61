using System.Text.RegularExpressions;

namespace EspProv.HelpBuilder;

/// <summary>The manifest of the packed module: that of the repository, with release notes and the publisher's addresses.</summary>
internal static partial class PackedManifest
{
    /// <param name="manifest">The text of EspProv.psd1.</param>
    /// <param name="changelog">The text of CHANGELOG.md; its top section becomes the release notes.</param>
    /// <param name="projectUrl">The project's address; empty to omit it.</param>
    /// <param name="helpInfoUrl">The address of updatable help; empty for none.</param>
    /// <exception cref="FormatException">An address is not http or https, or the manifest or changelog is invalid.</exception>
    public static string Make(string manifest, string changelog, string projectUrl, string helpInfoUrl)
    {
        var project = new ProjectAddress(projectUrl);
        ProjectAddress.Check("HelpInfoUrl", helpInfoUrl);
        (string Key, string Value)[] data =
        [
            ("ReleaseNotes", TopSection(changelog)),
            ("ProjectUri", project.Url),
            ("LicenseUri", project.PageOf("LICENSE")),
            ("IconUri", project.RawFile("docs/images/icon.png")),
        ];
        string packed = Insert(manifest, DataBlock(), data, "            ");
        return Insert(packed, PrivateDataLine(), [("HelpInfoURI", helpInfoUrl)], "    ");
    }

    private static string Insert(string text, Regex before, IEnumerable<(string Key, string Value)> entries, string indent)
    {
        Match anchor = before.Match(text);
        if (!anchor.Success)
            throw new FormatException($"The manifest has no '{before}'.");
        return text.Insert(anchor.Index, string.Concat(entries
            .Where(entry => entry.Value.Length > 0)
            .Select(entry => $"{indent}{entry.Key} = '{Quote().Replace(entry.Value, "$0$0")}'\n")));
    }

    private static string TopSection(string changelog)
    {
        Match section = Section().Match(changelog.ReplaceLineEndings("\n"));
        return section.Success ? section.Groups[1].Value.Trim() : throw new FormatException("The changelog has no section.");
    }

    [GeneratedRegex(@"^## [^\n]*\n(.*?)(?=^## |\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Section();

    // PowerShell also ends single-quoted strings at typographic quotes.
    [GeneratedRegex("['\u2018-\u201B]")]
    private static partial Regex Quote();

    [GeneratedRegex("^            Tags = ", RegexOptions.Multiline)]
    private static partial Regex DataBlock();

    [GeneratedRegex("^    PrivateData ", RegexOptions.Multiline)]
    private static partial Regex PrivateDataLine();
}
