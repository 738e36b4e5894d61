namespace EspProv.Tests.House;

/// <summary>Lines of what ships, and of the tools that build it, fit a screen.</summary>
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
}
