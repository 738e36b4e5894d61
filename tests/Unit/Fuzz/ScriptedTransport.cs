using EspProv.Transports;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Fuzz;

/// <summary>A device of security 0 in memory, whose answers in the session are given.</summary>
internal sealed class ScriptedTransport(params byte[][] answers) : ITransport
{
    private static readonly byte[] Version =
        """{"prov":{"ver":"netprov-v1.2","sec_ver":0,"cap":["no_sec","wifi_scan","wifi_prov","thread_scan","thread_prov"]}}"""u8.ToArray();

    private static readonly byte[] Greeting =
        new SessionData { Sec0 = new Sec0Payload { Msg = Sec0Message.Sec0Resp, Sr = new Sec0Resp() } }.ToByteArray();

    private int _next;

    public string Address => "memory";

    public int ScanPageSize => 100;

    public int ScanGroupChannels => 0;

    public int MaxRequestLength => 4096;

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) => endpoint switch
    {
        EndpointNames.Version => Task.FromResult(Version),
        EndpointNames.Session => Task.FromResult(Greeting.ToArray()),
        _ when _next < answers.Length => Task.FromResult(answers[_next++].ToArray()),
        _ => throw new ProvisioningException(ProvisioningErrorReason.DeviceError, "The script is over."),
    };

    public Task CloseAsync() => Task.CompletedTask;

    public ValueTask DisposeAsync() => new(CloseAsync());
}
