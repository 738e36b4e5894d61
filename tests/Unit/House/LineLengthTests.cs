namespace EspProv.Tests.House;

/// <summary>Lines of what ships, of the tools that build it, and of prose fit a screen.</summary>
public class LineLengthTests
{
    private const int MaxColumns = 140;

    [Fact]
    public void No_line_is_longer_than_140_columns()
    {
        var tooLong = new List<string>();
        foreach ((string file, string source) in SourceTree.In("src").Concat(SourceTree.In("tools")))
        {
            string[] lines = source.Split('\n');
            tooLong.AddRange(Enumerable.Range(0, lines.Length)
                .Where(i => lines[i].Length > MaxColumns)
                .Select(i => $"{file}:{i + 1} has {lines[i].Length} columns"));
        }

        Assert.Empty(tooLong);
    }

    [Fact]
    public void No_line_of_prose_is_longer_than_140_columns()
    {
        var tooLong = new List<string>();
        foreach ((string file, string text) in SourceTree.Prose())
        {
            bool isCode = false;
            string[] lines = text.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                isCode ^= lines[i].StartsWith("```", StringComparison.Ordinal);

                // A row of a table cannot be broken.
                if (!isCode && lines[i].Length > MaxColumns && lines[i][0] != '|')
                    tooLong.Add($"{file}:{i + 1} has {lines[i].Length} columns");
            }
        }

        Assert.Empty(tooLong);
    }
}
