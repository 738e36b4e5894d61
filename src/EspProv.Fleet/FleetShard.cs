using System.Globalization;

namespace EspProv.Fleet;

/// <summary>One part of a plan that several stations share. Which shard a row belongs to depends on its device alone.</summary>
/// <param name="Index">The shard's number, from 1.</param>
/// <param name="Count">The number of shards.</param>
public sealed record FleetShard(int Index, int Count)
{
    private const int MaxCount = 10_000;

    /// <summary>Reads <c>2/8</c>.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static FleetShard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(parts[1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && index >= 1 && index <= count && count <= MaxCount
                ? new FleetShard(index, count)
                : throw new FormatException($"A shard is given as its number and how many there are, such as 2/8; '{text}' is not.");
    }

    /// <summary>Whether a device belongs to this shard.</summary>
    internal bool Owns(UInt128 device) => (int)(device % (UInt128)Count) == Index - 1;

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");
}
