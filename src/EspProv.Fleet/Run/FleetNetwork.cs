using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Sessions;

namespace EspProv.Fleet.Run;

/// <summary>The network that a row's device is to join: a session's verbs for networks of that kind, and what the answers mean for the row.</summary>
internal abstract class FleetNetwork(string device)
{
    /// <summary>The one that a row means, now that its device has said what it is built for.</summary>
    public static FleetNetwork Of(FleetRow row, DeviceCapability capability)
    {
        bool isForThread = row.NetworkKind is { } kind ? kind is ProvisioningNetwork.Thread : !capability.Supports(ProvisioningNetwork.Wifi);
        return isForThread ? new FleetThreadNetwork(row.Device, row.Dataset!) : new FleetWifiNetwork(row);
    }

    /// <summary>Its kind.</summary>
    public abstract ProvisioningNetwork Kind { get; }

    /// <summary>What to call it.</summary>
    public abstract string Name { get; }

    /// <summary>What the device's messages are about.</summary>
    protected string Device => device;

    /// <summary>Asks the device how it stands.</summary>
    public abstract Task<FleetNetworkState> GetStateAsync(ProvisioningSession session, CancellationToken cancellationToken);

    /// <summary>Sends what the device needs to join.</summary>
    public abstract Task SetAsync(ProvisioningSession session, CancellationToken cancellationToken);

    /// <summary>Makes it join.</summary>
    public abstract Task ApplyAsync(ProvisioningSession session, CancellationToken cancellationToken);

    /// <summary>Clears a failed attempt.</summary>
    public abstract Task ResetAsync(ProvisioningSession session, CancellationToken cancellationToken);

    /// <summary>Starts over on a device that is on another network.</summary>
    public abstract Task ReprovisionAsync(ProvisioningSession session, CancellationToken cancellationToken);
}

/// <summary>How a device stands with its network.</summary>
internal abstract record FleetNetworkState
{
    private FleetNetworkState()
    {
    }

    /// <summary>It is on its way, or was not told anything yet.</summary>
    /// <param name="State">The device's word for it.</param>
    public sealed record Joining(string State) : FleetNetworkState;

    /// <summary>It is on a network.</summary>
    /// <param name="Network">What that network is called.</param>
    /// <param name="IsWanted">Whether it is the row's.</param>
    public sealed record Joined(string? Network, bool IsWanted) : FleetNetworkState
    {
        /// <summary>The device's IPv4 address there.</summary>
        public string? Ip { get; init; }

        /// <summary>The access point that it joined.</summary>
        public string? Bssid { get; init; }

        /// <summary>The channel.</summary>
        public int? Channel { get; init; }
    }

    /// <summary>It gave up.</summary>
    /// <param name="Reason">The device's word for why.</param>
    /// <param name="ErrorId">The row's error.</param>
    /// <param name="Error">The same in words.</param>
    public sealed record Refused(string Reason, string ErrorId, string Error) : FleetNetworkState;
}
