using System.Globalization;

namespace EspProv.Tests.Host.Wifi.Windows;

/// <summary>wlanapi.txt: what a C compiler makes of the headers.</summary>
internal static class WlanHeaders
{
    private static readonly string[] Lines = [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Host", "Wifi", "Windows", "wlanapi.txt")).Where(line => !line.StartsWith('#'))];

    /// <summary>Structure, "sizeof" or field, and number.</summary>
    public static IEnumerable<(string Structure, string Field, int Number)> Layout =>
        Lines.Select(line => line.Split(' ')).Where(words => words.Length == 3 && words[1] is not ("=" or ":")).Select(words => (words[0], words[1], int.Parse(words[2], CultureInfo.InvariantCulture)));

    /// <summary>Name and value of constants.</summary>
    public static IEnumerable<(string Name, long Value)> Constants =>
        Lines.Select(line => line.Split(' ')).Where(words => words.Length == 3 && words[1] == "=").Select(words => (words[0], long.Parse(words[2], CultureInfo.InvariantCulture)));

    /// <summary>A structure with known fields.</summary>
    public static byte[] Sample(string structure) => Convert.FromHexString(Lines.Single(line => line.StartsWith(structure + " : ", StringComparison.Ordinal)).Split(' ')[2]);
}
