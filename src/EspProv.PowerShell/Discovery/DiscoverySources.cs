using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>The sources that this build of the module has; a new kind of scan is one more line here.</summary>
internal static class DiscoverySources
{
    internal static IReadOnlyList<IDiscoverySource> All { get; } = [new VirtualDeviceSource(TimeProvider.System), new BleSource()];

    /// <summary>Those for some transports, or all of them.</summary>
    internal static IReadOnlyList<IDiscoverySource> For(IReadOnlyCollection<ProvisioningTransport>? transports) =>
        transports is null ? All : [.. All.Where(source => transports.Contains(source.Transport))];
}
