using EspProv.Devices;

namespace EspProv.Networks;

/// <summary>What a device needs to join a network of either kind. Its limits were checked when it was made.</summary>
public abstract class NetworkCredential : IDisposable
{
    private protected NetworkCredential()
    {
    }

    /// <summary>The network's kind.</summary>
    public abstract ProvisioningNetwork Kind { get; }

    /// <summary>What to call the network, as text to show.</summary>
    internal abstract string DisplayName { get; }

    /// <summary>Zeroes what is secret.</summary>
    public abstract void Dispose();

    /// <summary>Whether a device with that status is on this network, and not on another one (PROTOCOL.md §9).</summary>
    internal abstract bool IsNetworkOf(NetworkStatus status);

    /// <summary>Whether a device that was given this, and says that it is on a network, is on this one.</summary>
    internal virtual bool IsOutcome(NetworkStatus status) => IsNetworkOf(status);

    /// <summary>The set command; the caller zeroes it.</summary>
    internal abstract byte[] EncodeSet();
}
