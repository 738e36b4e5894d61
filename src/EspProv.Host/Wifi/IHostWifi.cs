namespace EspProv.Host.Wifi;

/// <summary>This machine's own Wi-Fi.</summary>
public interface IHostWifi
{
    /// <summary>The networks in range, each access point once.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>.</exception>
    Task<IReadOnlyList<HostWifiNetwork>> ScanAsync(CancellationToken cancellationToken);

    /// <summary>Joins another network until the result is disposed of, which restores the former one.</summary>
    /// <param name="ssid">The network's name.</param>
    /// <param name="key">Its key; null for an open network. Owned by the caller.</param>
    /// <param name="timeout">How long joining may take, including an address.</param>
    /// <param name="cancellationToken">Cancels, and restores the former network.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>, <see cref="ProvisioningErrorReason.DeviceUnreachable"/>,
    /// <see cref="ProvisioningErrorReason.SoftApKeyRequired"/>, <see cref="ProvisioningErrorReason.WrongSoftApKey"/>: joining failed, and
    /// this machine is on its former network.
    /// </exception>
    Task<IWifiLease> JoinAsync(string ssid, Secret? key, TimeSpan timeout, CancellationToken cancellationToken);
}

/// <summary>A temporary connection to another network; disposal restores the former one.</summary>
public interface IWifiLease : IAsyncDisposable
{
    /// <summary>The interface that joined, such as wlan0.</summary>
    string InterfaceName { get; }

    /// <summary>This machine's address on that network.</summary>
    System.Net.IPAddress Address { get; }

    /// <summary>Joins again after the network was lost.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DeviceUnreachable"/>.</exception>
    Task RejoinAsync(CancellationToken cancellationToken);
}

/// <summary>An access point in range.</summary>
/// <param name="Ssid">The network's name.</param>
/// <param name="Bssid">The access point's address, lower-case with colons.</param>
/// <param name="Rssi">Signal strength in dBm.</param>
/// <param name="IsSecured">Whether it needs a key.</param>
public sealed record HostWifiNetwork(string Ssid, string Bssid, int Rssi, bool IsSecured);
