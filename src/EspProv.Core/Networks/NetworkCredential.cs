using EspProv.Devices;

namespace EspProv.Networks;

/// <summary>Credentials for a network of either kind. Limits are checked on construction.</summary>
public abstract class NetworkCredential : IDisposable
{
    private protected NetworkCredential()
    {
    }

    /// <summary>The network's kind.</summary>
    public abstract ProvisioningNetwork Kind { get; }

    /// <summary>The network's display name, safe to show.</summary>
    internal abstract string DisplayName { get; }

    /// <summary>Zeroes what is secret.</summary>
    public abstract void Dispose();

    /// <summary>Whether a device with that status is on this network, and not on another one (PROTOCOL.md §9).</summary>
    internal abstract bool IsNetworkOf(NetworkStatus status);

    /// <summary>Whether the network that a device reports, after it was given this credential, is this one.</summary>
    internal virtual bool IsOutcome(NetworkStatus status) => IsNetworkOf(status);

    /// <summary>Encodes the Set command; the caller zeroes it.</summary>
    internal abstract byte[] EncodeSet();
}
