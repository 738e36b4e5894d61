using EspProv.Tests.Support;

namespace EspProv.Tests.Board.Loader;

/// <summary>A port whose board reads and sends nothing, so that neither a write nor a read completes.</summary>
internal sealed class FullStream : PortStream
{
    private readonly TaskCompletionSource<int> _never = new();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(_never.Task);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_never.Task);
}
