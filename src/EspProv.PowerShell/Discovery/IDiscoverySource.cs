using EspProv.Devices;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>One way in which devices are found: a radio scan, a list of ports, the virtual devices of this process.</summary>
internal interface IDiscoverySource
{
    /// <summary>How the devices that it finds are reached.</summary>
    ProvisioningTransport Transport { get; }

    /// <summary>Whether it looks only when its transport is named.</summary>
    bool IsOnRequestOnly => false;

    /// <summary>How long to look where the user does not say.</summary>
    TimeSpan UsualTime => TimeSpan.FromSeconds(5);

    /// <summary>
    /// Finds devices, each as soon as it is seen, with whatever name; ends by itself when there is nothing to wait for,
    /// and otherwise when it is cancelled.
    /// </summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>.</exception>
    IAsyncEnumerable<ProvisioningDevice> FindAsync(DiscoveryRequest request, CancellationToken cancellationToken);
}

/// <summary>What the user said about where and what to look for; a source takes what concerns it.</summary>
/// <param name="Adapter">The Bluetooth adapter's name or address; null for the default one.</param>
/// <param name="ServiceUuid">The service that a Bluetooth device has to advertise; null for any.</param>
internal sealed record DiscoveryRequest(string? Adapter, Guid? ServiceUuid);
