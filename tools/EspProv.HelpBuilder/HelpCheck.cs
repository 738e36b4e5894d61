namespace EspProv.HelpBuilder;

/// <summary>Required parts of help pages; a missing one fails the build.</summary>
internal static class HelpCheck
{
    private const int LeastExamples = 2;

    public static IReadOnlyList<string> Run(IReadOnlyList<CmdletMetadata> cmdlets, HelpFolder sources)
    {
        var problems = new List<string>();
        problems.AddRange(
            sources.Pages.Keys.Except(cmdlets.Select(cmdlet => cmdlet.Name)).Select(name => $"{name}.md describes no cmdlet."));
        foreach (CmdletMetadata cmdlet in cmdlets)
        {
            if (!sources.Pages.TryGetValue(cmdlet.Name, out HelpPage? page))
            {
                problems.Add($"{cmdlet.Name} has no page.");
                continue;
            }
            if (page.Synopsis.Length == 0 || page.Description.Count == 0)
                problems.Add($"{cmdlet.Name} has no synopsis or no description.");
            if (page.Inputs.Count == 0 || page.Outputs.Count == 0)
                problems.Add($"{cmdlet.Name} does not say what it takes or what it writes.");
            if (page.Examples.Count < LeastExamples)
                problems.Add($"{cmdlet.Name} has fewer than {LeastExamples} examples.");
            problems.AddRange(page.Examples.Where(example => example.Code is null || example.Paragraphs.Count == 0)
                .Select(example => $"{cmdlet.Name}: example '{example.Title}' has no code or no explanation."));
            problems.AddRange(cmdlet.Parameters
                .Where(parameter => sources.Parameter(cmdlet.Name, parameter.Name) is not { Paragraphs.Count: > 0 })
                .Select(parameter => $"{cmdlet.Name} -{parameter.Name} is not described."));
            problems.AddRange(cmdlet.Parameters
                .Where(parameter => IsOtherDefault(sources.Parameter(cmdlet.Name, parameter.Name)?.DefaultValue, parameter.DefaultValue))
                .Select(parameter =>
                    $"{cmdlet.Name} -{parameter.Name} is described with another default than it has, {parameter.DefaultValue}."));
            problems.AddRange(page.Parameters.Where(entry => cmdlet.Parameters.All(parameter => "-" + parameter.Name != entry.Title))
                .Select(entry => $"{cmdlet.Name} has no parameter {entry.Title}."));
        }
        return problems;
    }

    // Words say what a value comes from; one word or number is the value itself.
    private static bool IsOtherDefault(string? described, string? actual) =>
        described is not null && actual is not null && !described.Contains(' ', StringComparison.Ordinal) && described != actual;
}
