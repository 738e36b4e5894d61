namespace EspProv.Virtual.Protocomm;

/// <summary>
/// Makes a device's <see cref="IProtocomm"/> reachable, over HTTP, a serial console or BLE. It can be started and stopped repeatedly;
/// disposal releases everything.
/// </summary>
public interface IDeviceTransport : IAsyncDisposable
{
    /// <summary>The address for clients; known before the start.</summary>
    string Address { get; }

    /// <summary>Starts to serve clients.</summary>
    /// <param name="protocomm">The device's protocomm layer.</param>
    /// <param name="serviceName">The device's service name, for transports that announce it.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    Task StartAsync(IProtocomm protocomm, string serviceName, CancellationToken cancellationToken);

    /// <summary>Disconnects all clients and stops serving. The address stays reserved if the transport supports that.</summary>
    Task StopAsync();

    /// <summary>Whether clients see the monitor log on the same wire, as on a board's serial port.</summary>
    bool SharesLog => false;

    /// <summary>Called with each line of the monitor log, for transports that share a wire with it.</summary>
    void WriteLog(string line)
    {
    }
}
