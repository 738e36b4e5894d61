namespace EspProv.Tests.Manufacturing.Credentials;

/// <summary>Random bytes that are the same in every run.</summary>
internal sealed class SeededRandomSource(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> buffer) => _random.NextBytes(buffer);
}
