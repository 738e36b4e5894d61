using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;
using EspProv.Transports;
using EspProv.Transports.Gatt;

namespace EspProv.Commands.Discovery;

/// <summary>
/// Finds the one device with a given name: among the virtual devices of this process, then over the air. No message contains the name: it
/// may be a secret that was typed in its place.
/// </summary>
/// <param name="request">What to search for, and where.</param>
/// <param name="timeout">How long to search; null for the default.</param>
internal sealed class DeviceLookup(DiscoveryRequest request, TimeSpan? timeout)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    // After the first match: long enough to find another device of that name, since devices advertise several times a second.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ResolverTimeout = TimeSpan.FromSeconds(3);

    private static readonly ProvisioningTransport[] TransportsWithNames = [ProvisioningTransport.SoftAP, ProvisioningTransport.Ble];

    /// <summary>Whether to search access points too; to use one, this machine has to leave its network.</summary>
    internal bool LooksForAccessPoints { get; init; } = true;

    /// <summary>The device itself when it has an address; otherwise the device whose name is given in place of the address.</summary>
    /// <param name="asked">The device. Its name is kept, unless it is the same as its address.</param>
    /// <param name="isTransportGiven">Whether the user chose the transport.</param>
    /// <param name="mayBeHost">
    /// Whether the address may be a host name, which is then sent to a resolver; false when it may be a secret.
    /// </param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ProvisioningException">The reasons of <see cref="FindAsync"/>.</exception>
    internal async Task<ProvisioningDevice> ResolveAsync(
        ProvisioningDevice asked, bool isTransportGiven, bool mayBeHost, CancellationToken cancellationToken)
    {
        ProvisioningTransport? transport = isTransportGiven ? asked.Transport : null;
        ProvisioningDevice? found = FindVirtual(asked.Address, transport);
        if (found is null)
        {
            if (mayBeHost
                ? IsAddress(asked.Transport, asked.Address)
                    || (asked.Transport is ProvisioningTransport.SoftAP
                        && await IsHostAsync(asked.Address, cancellationToken).ConfigureAwait(false))
                : asked.Transport is ProvisioningTransport.Console || TransportOf(asked.Address) is not null
                    || (asked.Transport is ProvisioningTransport.Ble && BluetoothAddress.TryParse(asked.Address, out _)))
            {
                return asked;
            }

            found = await FindAsync(asked.Address, transport, cancellationToken).ConfigureAwait(false);
        }

        return asked.Name == asked.Address ? found : found with { Name = asked.Name };
    }

    /// <summary>The transport whose address the text can only be; null when it may be a name.</summary>
    internal static ProvisioningTransport? TransportOf(string text)
    {
        // Only with separators: twelve digits may be a name.
        if (text.AsSpan().ContainsAny(':', '-') && BluetoothAddress.TryParse(text, out _))
            return ProvisioningTransport.Ble;
        if (text.StartsWith("/dev/", StringComparison.Ordinal)
            || (text.Length > 3 && text.StartsWith("COM", StringComparison.OrdinalIgnoreCase)
                && !text.AsSpan(3).ContainsAnyExceptInRange('0', '9')))
        {
            return ProvisioningTransport.Serial;
        }

        // IPEndPoint.TryParse accepts a plain number as an address too.
        bool isAddress = (text.AsSpan().Count('.') == 3 || text.AsSpan().Count(':') > 1) && IPEndPoint.TryParse(text, out _);
        return isAddress || text.Split(':')[0].Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? ProvisioningTransport.SoftAP
            : null;
    }

    /// <summary>Whether a text is an address of the transport, and not a name to search for.</summary>
    private static bool IsAddress(ProvisioningTransport transport, string text) => transport switch
    {
        ProvisioningTransport.SoftAP =>
            text.AsSpan().ContainsAny(".:/[") || string.Equals(text, "localhost", StringComparison.OrdinalIgnoreCase),

        // Text that cannot be a name counts as an address, so that the transport's error explains the form of an address.
        ProvisioningTransport.Ble => BluetoothAddress.TryParse(text, out _) || IPAddress.TryParse(text, out _) || text.Split(':').Length > 2
            || System.Text.Encoding.UTF8.GetByteCount(text) > BleDeviceFinder.MaxNameLength,
        _ => true,
    };

    /// <summary>The virtual device of that name whose provisioning service is up; null if there is none.</summary>
    private static ProvisioningDevice? FindVirtual(string name, ProvisioningTransport? transport)
    {
        // Virtual devices on Bluetooth are found by a Bluetooth scan.
        ProvisioningTransport[] transports = [ProvisioningTransport.SoftAP, ProvisioningTransport.Serial];
        ProvisioningDevice[] found =
        [
            .. transports.Where(one => (transport ?? one) == one)
                .SelectMany(one => VirtualDeviceRegistry.Current.FindOver(one, TimeProvider.System))
                .Where(device => IsName(device, name)),
        ];
        return found.Length == 0 ? null : SingleOf(found);
    }

    /// <summary>Whether this machine's resolver knows a host of that name.</summary>
    private static async Task<bool> IsHostAsync(string name, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ResolverTimeout);
        try
        {
            // Digits are a name: a resolver would take them for an IPv4 address.
            return Uri.CheckHostName(name) is UriHostNameType.Dns && name.AsSpan().ContainsAnyExceptInRange('0', '9')
                && (await Dns.GetHostAddressesAsync(name, limit.Token).ConfigureAwait(false)).Length > 0;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Finds the device.</summary>
    /// <param name="name">Its name; case is ignored.</param>
    /// <param name="transport">Its transport; null for all transports on which devices have names.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.DeviceNameAmbiguous"/>; those of the
    /// transport, when only one transport is searched.
    /// </exception>
    private async Task<ProvisioningDevice> FindAsync(string name, ProvisioningTransport? transport, CancellationToken cancellationToken)
    {
        (ProvisioningDevice? found, ProvisioningException[] problems) =
            await SearchAsync(name, transport, cancellationToken).ConfigureAwait(false);
        return found ?? throw new ProvisioningException(
            ProvisioningErrorReason.DeviceUnreachable,
            string.Join(' ', problems.Select(problem => problem.Message).Prepend("No device in provisioning mode has that name.")));
    }

    /// <summary>Finds the device; null if there is none.</summary>
    /// <param name="name">Its name; case is ignored.</param>
    /// <param name="transport">Its transport.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceNameAmbiguous"/>; those of the transport.
    /// </exception>
    internal async Task<ProvisioningDevice?> TryFindAsync(
        string name, ProvisioningTransport transport, CancellationToken cancellationToken) =>
        (await SearchAsync(name, transport, cancellationToken).ConfigureAwait(false)).Found;

    private async Task<(ProvisioningDevice? Found, ProvisioningException[] Problems)> SearchAsync(
        string name, ProvisioningTransport? transport, CancellationToken cancellationToken)
    {
        if (FindVirtual(name, transport) is { } device)
            return (device, []);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = new ConcurrentDictionary<DeviceIdentity, ProvisioningDevice>();
        IDiscoverySource[] sources =
        [
            .. DiscoverySources.For(transport is { } only ? [only] : TransportsWithNames, accessPoints: LooksForAccessPoints)
                .Where(source => source is BleSource or HostWifiSource),
        ];
        ProvisioningException?[] problems =
            await Task.WhenAll(sources.Select(source => ListenAsync(source, stop.Token))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!found.IsEmpty)
            return (SingleOf([.. found.Values.OrderBy(one => one.Address, StringComparer.Ordinal)]), []);
        return problems is [{ } problem] ? throw problem : (null, [.. problems.OfType<ProvisioningException>()]);

        async Task<ProvisioningException?> ListenAsync(IDiscoverySource source, CancellationToken token)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(timeout ?? (source.DefaultTimeout > DefaultTimeout ? source.DefaultTimeout : DefaultTimeout));
            try
            {
                await foreach (ProvisioningDevice one in source.FindAsync(request, limit.Token).ConfigureAwait(false))
                {
                    if (IsName(one, name) && found.TryAdd(DeviceIdentity.Of(one), one))
                        stop.CancelAfter(SettleTime);
                }
            }
            catch (OperationCanceledException)
            {
                // Timeout: the search is over.
            }
            catch (ProvisioningException exception)
            {
                return exception;
            }

            return null;
        }
    }

    private static bool IsName(ProvisioningDevice device, string name) =>
        string.Equals(device.Name, UntrustedText.Show(name), StringComparison.OrdinalIgnoreCase);

    private static ProvisioningDevice SingleOf(ProvisioningDevice[] found) => found.Length == 1
        ? found[0]
        : throw new ProvisioningException(
            ProvisioningErrorReason.DeviceNameAmbiguous,
            $"{found.Length} devices have that name: {string.Join(", ", found.Select(Describe))}.");

    private static string Describe(ProvisioningDevice device) =>
        $"{device.Name} at {device.Address} ({device.Transport}{(device.Rssi is { } rssi ? $", {rssi} dBm" : "")})";
}
