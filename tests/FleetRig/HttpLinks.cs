using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.FleetRig;

/// <summary>HTTP with timeouts for a loopback. Counts the sent messages of handshakes.</summary>
internal sealed class HttpLinks : IFleetLinks
{
    private const int MessagesOfHandshake = 2;

    private readonly int[] _messages = new int[(int)SecurityVersion.Security2 + 1];

    /// <summary>The number of handshakes, including failed and repeated ones; half a handshake counts as a half.</summary>
    public double Handshakes(SecurityVersion version) => Volatile.Read(ref _messages[(int)version]) / (double)MessagesOfHandshake;

    public Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken) =>
        throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, "The rig's rows have addresses.");

    public ITransport CreateTransport(FleetRow row, ProvisioningDevice device)
    {
        int security = (int)device.SecurityVersion!;
        return new CountingTransport(
            new HttpTransport(
                device.Address,
                new HttpTransportOptions { ConnectTimeout = TimeSpan.FromSeconds(5), ExchangeTimeout = TimeSpan.FromSeconds(5) }),
            () => Interlocked.Increment(ref _messages[security]));
    }

    private sealed class CountingTransport(ITransport inner, Action onHandshakeMessage) : ITransport
    {
        public string Address => inner.Address;

        public int ScanPageSize => inner.ScanPageSize;

        public int ScanGroupChannels => inner.ScanGroupChannels;

        public int MaxRequestLength => inner.MaxRequestLength;

        public Task OpenAsync(CancellationToken cancellationToken) => inner.OpenAsync(cancellationToken);

        public Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
        {
            if (endpoint == Wire.EndpointNames.Session)
                onHandshakeMessage();
            return inner.ExchangeAsync(endpoint, request, cancellationToken);
        }

        public Task CloseAsync() => inner.CloseAsync();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
