using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;
using EspProv.Transports;
using EspProv.Transports.Gatt;

namespace EspProv.Commands.Discovery;

/// <summary>
/// Finds the one device that answers to a name: among the virtual devices of this process, and then over the air. No message has the name:
/// it may be a secret that was typed in its place.
/// </summary>
/// <param name="request">Where to listen.</param>
/// <param name="timeout">How long to listen; null for what is usual.</param>
internal sealed class DeviceLookup(DiscoveryRequest request, TimeSpan? timeout)
{
    private static readonly TimeSpan UsualTime = TimeSpan.FromSeconds(10);

    // Once one has answered: long enough to hear another one of that name, which advertises several times a second.
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ResolverTime = TimeSpan.FromSeconds(3);

    private static readonly ProvisioningTransport[] WithNames = [ProvisioningTransport.SoftAP, ProvisioningTransport.Ble];

    /// <summary>Whether to look among the access points too, which this machine has to leave its network for.</summary>
    internal bool LooksForAccessPoints { get; init; } = true;

    /// <summary>The device that is asked for: as it is where it has an address, and looked for where a name stands in its place.</summary>
    /// <param name="asked">The device; what it goes by in messages stays, where that is not the address.</param>
    /// <param name="isTransportGiven">Whether its transport is the user's choice.</param>
    /// <param name="mayBeHost">
    /// Whether what stands there may be the name of a host, which a resolver is asked for: not where it may be a secret.
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
                    || (asked.Transport is ProvisioningTransport.SoftAP && await IsHostAsync(asked.Address, cancellationToken).ConfigureAwait(false))
                : asked.Transport is ProvisioningTransport.Console || TransportOf(asked.Address) is not null
                    || (asked.Transport is ProvisioningTransport.Ble && BluetoothAddress.TryParse(asked.Address, out _)))
            {
                return asked;
            }

            found = await FindAsync(asked.Address, transport, cancellationToken).ConfigureAwait(false);
        }

        return asked.Name == asked.Address ? found : found with { Name = asked.Name };
    }

    /// <summary>What a text is an address of, whatever stands beside it; null for what may be a name.</summary>
    internal static ProvisioningTransport? TransportOf(string text)
    {
        // With its separators: twelve digits alone may be a name.
        if (text.AsSpan().ContainsAny(':', '-') && BluetoothAddress.TryParse(text, out _))
            return ProvisioningTransport.Ble;
        if (text.StartsWith("/dev/", StringComparison.Ordinal)
            || (text.Length > 3 && text.StartsWith("COM", StringComparison.OrdinalIgnoreCase) && !text.AsSpan(3).ContainsAnyExceptInRange('0', '9')))
        {
            return ProvisioningTransport.Serial;
        }

        // The engine takes a number alone for an address too.
        bool isAddress = (text.AsSpan().Count('.') == 3 || text.AsSpan().Count(':') > 1) && IPEndPoint.TryParse(text, out _);
        return isAddress || text.Split(':')[0].Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
            ? ProvisioningTransport.SoftAP
            : null;
    }

    /// <summary>Whether a text is an address of a transport as it is, and not a name to look for.</summary>
    private static bool IsAddress(ProvisioningTransport transport, string text) => transport switch
    {
        ProvisioningTransport.SoftAP => text.AsSpan().ContainsAny(".:/[") || string.Equals(text, "localhost", StringComparison.OrdinalIgnoreCase),

        // Text that cannot be a name is left to the transport, which says what an address looks like.
        ProvisioningTransport.Ble => BluetoothAddress.TryParse(text, out _) || IPAddress.TryParse(text, out _) || text.Split(':').Length > 2
            || System.Text.Encoding.UTF8.GetByteCount(text) > BleDeviceFinder.MaxNameLength,
        _ => true,
    };

    /// <summary>The virtual device of that name, whose service is up; null where there is none.</summary>
    private static ProvisioningDevice? FindVirtual(string name, ProvisioningTransport? transport)
    {
        // One that is on the air is found there.
        ProvisioningTransport[] over = [ProvisioningTransport.SoftAP, ProvisioningTransport.Serial];
        ProvisioningDevice[] found =
        [
            .. over.Where(one => (transport ?? one) == one)
                .SelectMany(one => VirtualDeviceRegistry.Current.FindOver(one, TimeProvider.System))
                .Where(device => IsName(device, name)),
        ];
        return found.Length == 0 ? null : Only(found);
    }

    /// <summary>Whether this machine's resolver knows a host of that name.</summary>
    private static async Task<bool> IsHostAsync(string name, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ResolverTime);
        try
        {
            return Uri.CheckHostName(name) is UriHostNameType.Dns && (await Dns.GetHostAddressesAsync(name, limit.Token).ConfigureAwait(false)).Length > 0;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }

    /// <summary>Finds the device.</summary>
    /// <param name="name">Its name; case does not count.</param>
    /// <param name="transport">How it is reached; null for all ways in which devices have names.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.DeviceNameAmbiguous"/>; those of the
    /// transport, where it is the only one.
    /// </exception>
    private async Task<ProvisioningDevice> FindAsync(string name, ProvisioningTransport? transport, CancellationToken cancellationToken)
    {
        (ProvisioningDevice? found, ProvisioningException[] problems) = await LookAsync(name, transport, cancellationToken).ConfigureAwait(false);
        return found ?? throw new ProvisioningException(
            ProvisioningErrorReason.DeviceUnreachable,
            string.Join(' ', problems.Select(problem => problem.Message).Prepend("No device in provisioning mode has that name.")));
    }

    /// <summary>Finds the device, where it is there.</summary>
    /// <param name="name">Its name; case does not count.</param>
    /// <param name="transport">How it is reached.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DeviceNameAmbiguous"/>; those of the transport.</exception>
    internal async Task<ProvisioningDevice?> TryFindAsync(string name, ProvisioningTransport transport, CancellationToken cancellationToken) =>
        (await LookAsync(name, transport, cancellationToken).ConfigureAwait(false)).Found;

    private async Task<(ProvisioningDevice? Found, ProvisioningException[] Problems)> LookAsync(
        string name, ProvisioningTransport? transport, CancellationToken cancellationToken)
    {
        if (FindVirtual(name, transport) is { } device)
            return (device, []);

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = new ConcurrentDictionary<(ProvisioningTransport Transport, string Address, string Name), ProvisioningDevice>();
        IDiscoverySource[] sources =
        [
            .. DiscoverySources.For(transport is { } only ? [only] : WithNames, accessPoints: LooksForAccessPoints)
                .Where(source => source is BleSource or HostWifiSource),
        ];
        ProvisioningException?[] problems = await Task.WhenAll(sources.Select(source => ListenAsync(source, stop.Token))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (!found.IsEmpty)
            return (Only([.. found.Values.OrderBy(one => one.Address, StringComparer.Ordinal)]), []);
        return problems is [{ } problem] ? throw problem : (null, [.. problems.OfType<ProvisioningException>()]);

        async Task<ProvisioningException?> ListenAsync(IDiscoverySource source, CancellationToken token)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(timeout ?? (source.UsualTime > UsualTime ? source.UsualTime : UsualTime));
            try
            {
                await foreach (ProvisioningDevice one in source.FindAsync(request, limit.Token).ConfigureAwait(false))
                {
                    if (IsName(one, name) && found.TryAdd((one.Transport, one.Address, one.Name), one))
                        stop.CancelAfter(SettleTime);
                }
            }
            catch (OperationCanceledException)
            {
                // The time to look is over.
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

    private static ProvisioningDevice Only(ProvisioningDevice[] found) => found.Length == 1
        ? found[0]
        : throw new ProvisioningException(
            ProvisioningErrorReason.DeviceNameAmbiguous,
            $"{found.Length} devices answer to that name: {string.Join(", ", found.Select(Describe))}.");

    private static string Describe(ProvisioningDevice device) =>
        $"{device.Name} at {device.Address} ({device.Transport}{(device.Rssi is { } rssi ? $", {rssi} dBm" : "")})";
}
