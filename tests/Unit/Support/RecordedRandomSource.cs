namespace EspProv.Tests.Support;

/// <summary>Hands out recorded draws, one per call, and fails when a draw of another length or one too many is asked for.</summary>
public sealed class RecordedRandomSource : IRandomSource
{
    private readonly Queue<byte[]> _draws;

    public RecordedRandomSource(params IEnumerable<byte[]> draws) => _draws = new Queue<byte[]>(draws);

    /// <summary>How many draws were not asked for yet.</summary>
    public int Left => _draws.Count;

    public void Fill(Span<byte> buffer)
    {
        if (!_draws.TryDequeue(out byte[]? draw))
            throw new InvalidOperationException("No recorded draw is left.");
        if (draw.Length != buffer.Length)
            throw new InvalidOperationException($"The recorded draw has {draw.Length} bytes and {buffer.Length} were asked for.");
        draw.CopyTo(buffer);
    }
}
