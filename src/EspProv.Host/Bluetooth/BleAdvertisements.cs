using System.Threading.Channels;

namespace EspProv.Host.Bluetooth;

/// <summary>The queue between a radio and whoever looks at what it hears.</summary>
internal static class BleAdvertisements
{
    private const int MaxWaiting = 1024;

    /// <summary>A queue that drops the oldest advertisement where too many wait: a device that is there advertises again.</summary>
    public static Channel<T> CreateQueue<T>() => Channel.CreateBounded<T>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
}
