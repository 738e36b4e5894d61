namespace EspProv.HelpBuilder;

/// <summary>The help sources: one page per cmdlet, and one page for the parameters that many cmdlets share.</summary>
internal sealed record HelpFolder(IReadOnlyDictionary<string, HelpPage> Pages, HelpPage Shared)
{
    private const string SharedName = "shared-parameters";
    private const string IndexName = "README";

    public static HelpFolder Read(string folder)
    {
        var pages = Directory.EnumerateFiles(folder, "*.md")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), HelpPage.Read);
        pages.Remove(IndexName);
        pages.Remove(SharedName, out HelpPage? shared);
        return new HelpFolder(pages, shared ?? throw new FileNotFoundException($"{SharedName}.md is missing in {folder}."));
    }

    /// <summary>What a parameter does: from the cmdlet's page, otherwise from the shared one.</summary>
    public HelpEntry? Parameter(string cmdlet, string parameter) =>
        Pages[cmdlet].Parameters.FirstOrDefault(entry => entry.Title == "-" + parameter) ??
        Shared.Parameters.FirstOrDefault(entry => entry.Title == "-" + parameter);
}

/// <summary>A section of a page: paragraphs, and at most one fenced code block.</summary>
internal sealed record HelpEntry(string Title, IReadOnlyList<string> Paragraphs, string? Code)
{
    private const string DefaultMark = "Default: ";

    /// <summary>The value of a last paragraph that begins with "Default: ".</summary>
    public string? DefaultValue =>
        Paragraphs is [.., var last] && last.StartsWith(DefaultMark, StringComparison.Ordinal)
            ? last[DefaultMark.Length..].TrimEnd('.')
            : null;

    /// <summary>The paragraphs without the default value.</summary>
    public IEnumerable<string> Description => DefaultValue is null ? Paragraphs : Paragraphs.SkipLast(1);
}

/// <summary>
/// A page in a subset of Markdown: "# cmdlet" and the synopsis, then the sections "## Description",
/// "## Parameters" (with "### -Name"), "## Inputs", "## Outputs", "## Examples" (with "### title") and "## Related".
/// </summary>
internal sealed record HelpPage(
    string Name,
    string Synopsis,
    IReadOnlyDictionary<string, HelpEntry> Sections,
    IReadOnlyDictionary<string, IReadOnlyList<HelpEntry>> Entries)
{
    public IReadOnlyList<string> Description => Sections.GetValueOrDefault("Description")?.Paragraphs ?? [];

    public IReadOnlyList<HelpEntry> Parameters => EntriesOf("Parameters");

    public IReadOnlyList<HelpEntry> Inputs => EntriesOf("Inputs");

    public IReadOnlyList<HelpEntry> Outputs => EntriesOf("Outputs");

    public IReadOnlyList<HelpEntry> Examples => EntriesOf("Examples");

    public IReadOnlyList<string> Related => Sections.GetValueOrDefault("Related")?.Paragraphs ?? [];

    public static HelpPage Read(string file)
    {
        var sections = new Dictionary<string, HelpEntry>();
        var entries = new Dictionary<string, IReadOnlyList<HelpEntry>>();
        string section = "";
        string title = "";
        var lines = new List<string>();
        bool inCode = false;

        void Flush()
        {
            HelpEntry entry = Parse(title.Length > 0 ? title : section, lines);
            if (title.Length > 0)
                entries[section] = [.. entries.GetValueOrDefault(section, []), entry];
            else
                sections[section] = entry;
            lines.Clear();
        }

        foreach (string line in File.ReadLines(file))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inCode = !inCode;
            if (!inCode && line.StartsWith('#'))
            {
                Flush();
                string text = line.TrimStart('#').Trim();
                (section, title) = line.StartsWith("###", StringComparison.Ordinal) ? (section, text)
                    : line.StartsWith("##", StringComparison.Ordinal) ? (text, "")
                    : ("Synopsis", "");
                continue;
            }
            lines.Add(line);
        }
        Flush();
        return new HelpPage(Path.GetFileNameWithoutExtension(file), string.Join(' ', sections["Synopsis"].Paragraphs), sections, entries);
    }

    private IReadOnlyList<HelpEntry> EntriesOf(string section) => Entries.GetValueOrDefault(section, []);

    private static HelpEntry Parse(string title, IEnumerable<string> lines)
    {
        var paragraphs = new List<string>();
        var paragraph = new List<string>();
        List<string>? code = null;
        bool inCode = false;

        void Close()
        {
            if (paragraph.Count > 0)
                paragraphs.Add(Plain(string.Join(' ', paragraph)));
            paragraph.Clear();
        }

        foreach (string line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inCode = !inCode;
                code ??= [];
            }
            else if (inCode)
            {
                code!.Add(line);
            }
            else if (line.Trim().Length == 0)
            {
                Close();
            }
            else
            {
                if (line.StartsWith("- ", StringComparison.Ordinal))
                    Close();
                paragraph.Add(
                    line.StartsWith("- ", StringComparison.Ordinal) && title != "Related" ? "* " + line[2..] : line.TrimStart('-', ' '));
            }
        }
        Close();
        return new HelpEntry(title, paragraphs, code is null ? null : string.Join('\n', code));
    }

    // Removes marks of code and emphasis, for the console.
    private static string Plain(string text) =>
        text.Replace("`", "", StringComparison.Ordinal).Replace("**", "", StringComparison.Ordinal).Trim();
}
