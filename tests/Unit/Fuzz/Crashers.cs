namespace EspProv.Tests.Fuzz;

/// <summary>Inputs that did harm once: a line each of crashers.txt, the target's name and the bytes in hex.</summary>
internal static class Crashers
{
    private static readonly Lazy<ILookup<string, byte[]>> Lines = new(() => File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Fuzz", "crashers.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(' ', 2))
        .ToLookup(parts => parts[0], parts => Convert.FromHexString(parts[1].Trim())));

    public static IEnumerable<string> Names => Lines.Value.Select(group => group.Key);

    public static IEnumerable<byte[]> Of(string target) => Lines.Value[target];
}
