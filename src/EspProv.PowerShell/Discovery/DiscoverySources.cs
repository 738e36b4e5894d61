using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>The sources that this build of the module has; a new kind of scan is one more line here.</summary>
internal static class DiscoverySources
{
    internal static IReadOnlyList<IDiscoverySource> All { get; } = [new VirtualDeviceSource(TimeProvider.System), new HostWifiSource(TimeProvider.System), new BleSource(), new SerialSource(TimeProvider.System)];

    /// <summary>Those for some transports, or all that look without being asked to.</summary>
    internal static IReadOnlyList<IDiscoverySource> For(IReadOnlyCollection<ProvisioningTransport>? transports) =>
        transports is null ? [.. All.Where(source => !source.IsOnRequestOnly)] : [.. All.Where(source => transports.Contains(source.Transport))];
}
