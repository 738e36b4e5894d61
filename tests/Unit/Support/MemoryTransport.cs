using EspProv.Virtual.Protocomm;

namespace EspProv.Tests.Support;

/// <summary>A virtual device's transport without a wire: whoever has it is connected, with session 1.</summary>
internal sealed class MemoryTransport : IDeviceTransport
{
    public const uint Session = 1;

    public string Address => "memory";

    /// <summary>The device; null before its start.</summary>
    public IProtocomm? Protocomm { get; private set; }

    public Task StartAsync(IProtocomm protocomm, string serviceName, CancellationToken cancellationToken)
    {
        Protocomm = protocomm;
        protocomm.OpenSession(Session);
        return Task.CompletedTask;
    }

    public Task StopAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
