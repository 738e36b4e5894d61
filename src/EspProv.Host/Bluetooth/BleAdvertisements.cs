using System.Threading.Channels;

namespace EspProv.Host.Bluetooth;

/// <summary>Creates the queue of received advertisements.</summary>
internal static class BleAdvertisements
{
    private const int MaxWaiting = 1024;

    /// <summary>A bounded queue that drops the oldest advertisement: devices repeat theirs.</summary>
    public static Channel<T> CreateQueue<T>() => Channel.CreateBounded<T>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
}
