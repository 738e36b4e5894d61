using System.Security.Cryptography;
using System.Text;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Worlds;

/// <summary>The device's simulated Thread networks.</summary>
internal sealed class ThreadWorld
{
    private readonly IReadOnlyList<VirtualThreadNetwork> _inRange;

    /// <summary>Checks the networks.</summary>
    /// <exception cref="ArgumentException">A value is out of its limits.</exception>
    public ThreadWorld(IReadOnlyList<VirtualThreadNetwork> networks) => _inRange = [.. networks.Select(Complete)];

    /// <summary>The networks on the channels of the mask, or on all of them when it is 0, in the order of their replies.</summary>
    public IEnumerable<VirtualThreadNetwork> Discover(uint channelMask) =>
        _inRange.Where(network => channelMask == 0 || (channelMask & (1u << network.Channel)) != 0);

    /// <summary>
    /// The network that a device with this key attaches to. Only the key matters: routers ignore devices with another key, and a device
    /// without a reply tries other channels and PAN IDs.
    /// </summary>
    public VirtualThreadNetwork? Attach(ReadOnlySpan<byte> key)
    {
        foreach (VirtualThreadNetwork network in _inRange)
        {
            if (CryptographicOperations.FixedTimeEquals(network.NetworkKey.Bytes, key))
                return network;
        }

        return null;
    }

    /// <summary>The network that a device rejoins after a restart.</summary>
    public VirtualThreadNetwork? Rejoin(StoredCredentials stored) => _inRange.FirstOrDefault(network =>
        (stored.Ssid.Length == 0 || Encoding.UTF8.GetBytes(network.NetworkName).AsSpan().SequenceEqual(stored.Ssid))
        && stored.Accepts(network.NetworkKey.Bytes));

    /// <summary>The network as a scan reports it.</summary>
    public static ThreadScanEntry Entry(VirtualThreadNetwork network) => new()
    {
        PanId = (uint)network.PanId,
        Channel = (uint)network.Channel,
        Rssi = network.Rssi,
        Lqi = (uint)network.Lqi,
        ExtAddr = ByteString.CopyFrom(Convert.FromHexString(network.ExtendedAddress!)),
        NetworkName = ByteString.CopyFromUtf8(network.NetworkName),
        ExtPanId = ByteString.CopyFrom(Convert.FromHexString(network.ExtendedPanId!)),
    };

    private static VirtualThreadNetwork Complete(VirtualThreadNetwork network)
    {
        byte[] made = SHA256.HashData(Encoding.UTF8.GetBytes(network.NetworkName));
        string name = network.NetworkName;
        Require(
            Encoding.UTF8.GetByteCount(name) is > 0 and <= ProtocolLimits.MaxThreadNameLength,
            name,
            $"name has 1 to {ProtocolLimits.MaxThreadNameLength} bytes");
        Require(
            network.Channel is >= ProtocolLimits.FirstThreadChannel and <= ProtocolLimits.LastThreadChannel,
            name,
            $"channel is {ProtocolLimits.FirstThreadChannel} to {ProtocolLimits.LastThreadChannel}");
        Require(network.PanId is >= 0 and < ushort.MaxValue, name, "PAN ID is 0x0000 to 0xfffe");
        Require(
            network.NetworkKey.Length == ProtocolLimits.NetworkKeyLength,
            name,
            $"network key has {ProtocolLimits.NetworkKeyLength} bytes");
        Require(
            network.ExtendedPanId is null || IsHex(network.ExtendedPanId, ProtocolLimits.ExtendedPanIdLength),
            name,
            $"extended PAN ID is {ProtocolLimits.ExtendedPanIdLength} bytes in hex");
        Require(
            network.ExtendedAddress is null || IsHex(network.ExtendedAddress, ProtocolLimits.ExtendedAddressLength),
            name,
            $"extended address is {ProtocolLimits.ExtendedAddressLength} bytes in hex");
        return network with
        {
            ExtendedPanId = network.ExtendedPanId?.ToLowerInvariant()
                ?? Convert.ToHexString(made, 0, ProtocolLimits.ExtendedPanIdLength).ToLowerInvariant(),
            ExtendedAddress = network.ExtendedAddress?.ToLowerInvariant()
                ?? Convert.ToHexString(made, ProtocolLimits.ExtendedPanIdLength, ProtocolLimits.ExtendedAddressLength).ToLowerInvariant(),
        };
    }

    private static bool IsHex(string text, int length) => text.Length == 2 * length && text.All(char.IsAsciiHexDigit);

    private static void Require(bool holds, string network, string rule)
    {
        if (!holds)
            throw new ArgumentException($"The Thread network '{network}' is not valid: its {rule}.", nameof(network));
    }
}
