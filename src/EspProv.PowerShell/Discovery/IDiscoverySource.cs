using EspProv.Devices;
using EspProv.Transports;

namespace EspProv.Commands.Discovery;

/// <summary>One way to find devices: a radio scan, a list of ports, the virtual devices of this process.</summary>
internal interface IDiscoverySource
{
    /// <summary>The transport of the devices that it finds.</summary>
    ProvisioningTransport Transport { get; }

    /// <summary>Whether it is used only when the user names its transport.</summary>
    bool IsOnRequestOnly => false;

    /// <summary>How long to search when the user gives no timeout.</summary>
    TimeSpan DefaultTimeout => TimeSpan.FromSeconds(5);

    /// <summary>
    /// Finds devices of any name, each as soon as it is seen. Ends by itself when there is nothing to wait for, otherwise when it is
    /// cancelled.
    /// </summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>.</exception>
    IAsyncEnumerable<ProvisioningDevice> FindAsync(DiscoveryRequest request, CancellationToken cancellationToken);
}

/// <summary>What to search for, and where. A source ignores what it does not need.</summary>
/// <param name="Adapter">The Bluetooth adapter's name or address; null for the default one.</param>
/// <param name="ServiceUuid">The service that a Bluetooth device must advertise; null for any.</param>
internal sealed record DiscoveryRequest(string? Adapter, Guid? ServiceUuid);
