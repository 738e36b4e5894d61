using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>The sources that this build of the module has; a new kind of scan is one more line here.</summary>
internal static class DiscoverySources
{
    internal static IReadOnlyList<IDiscoverySource> All { get; } =
    [
        new VirtualDeviceSource(TimeProvider.System),
        new JoinedAccessPointSource(TimeProvider.System),
        new HostWifiSource(TimeProvider.System),
        new BleSource(),
        new SerialSource(TimeProvider.System),
    ];

    /// <summary>Those for some transports, or all that look without being asked to.</summary>
    /// <param name="transports">The transports; null for all.</param>
    /// <param name="accessPoints">Whether to find devices by their access points, which this machine has to leave its network for.</param>
    internal static IReadOnlyList<IDiscoverySource> For(IReadOnlyCollection<ProvisioningTransport>? transports, bool accessPoints = false) =>
    [
        .. All.Where(source => (accessPoints || source is not HostWifiSource)
            && (transports is null ? !source.IsOnRequestOnly : transports.Contains(source.Transport))),
    ];
}
