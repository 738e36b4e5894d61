namespace EspProv.Virtual.Protocomm;

/// <summary>
/// How clients reach a device's <see cref="IProtocomm"/> (HTTP here; a serial console or a BLE peripheral fit the same shape).
/// It can be started and stopped several times in the life of a device; disposal gives everything back.
/// </summary>
public interface IDeviceTransport : IAsyncDisposable
{
    /// <summary>Where clients find the device; known before it is started.</summary>
    string Address { get; }

    /// <summary>Lets clients in.</summary>
    /// <param name="protocomm">What they reach.</param>
    /// <param name="serviceName">The device's service name, for transports that announce it.</param>
    /// <param name="cancellationToken">Gives up; nothing is let in then.</param>
    Task StartAsync(IProtocomm protocomm, string serviceName, CancellationToken cancellationToken);

    /// <summary>Drops every client and lets no more in. The address stays taken where the transport can do that.</summary>
    Task StopAsync();

    /// <summary>A line of the device's monitor log, for transports that share a wire with it.</summary>
    void WriteLog(string line)
    {
    }
}
