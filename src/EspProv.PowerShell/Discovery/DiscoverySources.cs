using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>All discovery sources.</summary>
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

    /// <summary>The sources for some transports, or all except those that are used on request only.</summary>
    /// <param name="transports">The transports; null for all.</param>
    /// <param name="accessPoints">Whether to include access points; to use one, this machine has to leave its network.</param>
    internal static IReadOnlyList<IDiscoverySource> For(
        IReadOnlyCollection<ProvisioningTransport>? transports, bool accessPoints = false) =>
    [
        .. All.Where(source => (accessPoints || source is not HostWifiSource)
            && (transports is null ? !source.IsOnRequestOnly : transports.Contains(source.Transport))),
    ];
}
