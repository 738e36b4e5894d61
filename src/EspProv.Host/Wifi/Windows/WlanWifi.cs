using System.Text;
using EspProv.Wire;

namespace EspProv.Host.Wifi.Windows;

/// <summary>
/// Wi-Fi on Windows, over <see cref="IWlanApi"/>: selects the interface, reads an access point's security, translates errors.
/// </summary>
internal sealed class WlanWifi(IWlanApi api, TimeProvider timeProvider) : IHostWifi
{
    // Drivers must complete a scan within 4 seconds; the results are then available even without a notification.
    private static readonly TimeSpan ScanTimeout = TimeSpan.FromSeconds(4);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostWifiNetwork>> ScanAsync(CancellationToken cancellationToken)
    {
        try
        {
            using IWlanClient client = api.Open();
            WlanInterface[] interfaces = Usable(client);
            await ScanAsync(client, interfaces, cancellationToken).ConfigureAwait(false);
            return
            [
                .. interfaces.SelectMany(one => client.GetAccessPoints(one.Id))
                    .Where(accessPoint => accessPoint.Ssid.Any(letter => letter != 0))
                    .Select(accessPoint => new HostWifiNetwork(
                        Encoding.UTF8.GetString(accessPoint.Ssid),
                        HardwareAddress.Format(accessPoint.Bssid),
                        accessPoint.Rssi,
                        WlanSecurityReader.Read(accessPoint) is not WlanSecurity.Open))
                    .GroupBy(network => network.Bssid)
                    .Select(heard => heard.MaxBy(network => network.Rssi)!),
            ];
        }
        catch (WlanException exception)
        {
            throw WlanErrors.Translate(exception);
        }
    }

    /// <inheritdoc/>
    public async Task<IWifiLease> JoinAsync(string ssid, Secret? key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        byte[] name = Encoding.UTF8.GetBytes(ssid);
        if (name.Length is 0 or > ProtocolLimits.MaxSsidLength)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidSsid,
                $"The name of a network has 1 to {ProtocolLimits.MaxSsidLength} bytes; '{ssid}' has {name.Length}.");
        }

        WlanLease lease = await PrepareAsync(ssid, name, key, timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            await lease.RejoinAsync(cancellationToken).ConfigureAwait(false);
            return lease;
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // This machine has not left its network yet if this fails.
    private async Task<WlanLease> PrepareAsync(string ssid, byte[] name, Secret? key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IWlanClient? client = null;
        try
        {
            client = api.Open();
            WlanInterface[] interfaces = Usable(client);
            (WlanInterface Interface, WlanAccessPoint AccessPoint)? heard = Find(client, interfaces, name);
            if (heard is null)
            {
                await ScanAsync(client, interfaces, cancellationToken).ConfigureAwait(false);
                heard = Find(client, interfaces, name);
            }

            WlanInterface chosen = heard?.Interface ?? interfaces[0];
            WlanSecurity security = heard is { } found
                ? WlanSecurityReader.Read(found.AccessPoint)
                : key is null ? WlanSecurity.Open : WlanSecurity.Wpa2;
            if (key is null && security is not WlanSecurity.Open)
                throw AccessPointKeyErrors.Missing(ssid);
            if (key is not null && security is WlanSecurity.Open)
                throw AccessPointKeyErrors.Needless(ssid);

            // Must succeed before leaving: it is needed to restore the former network.
            WlanConnection? former = client.GetConnection(chosen.Id);
            return new WlanLease(client, timeProvider, chosen, former, key?.Copy(), timeout)
            {
                Ssid = ssid,
                SsidBytes = name,
                Security = security,
                IsHidden = heard is null,
            };
        }
        catch (Exception exception)
        {
            client?.Dispose();
            if (exception is WlanException error)
                throw WlanErrors.Translate(error);
            throw;
        }
    }

    // Unconnected interfaces are preferred.
    private static WlanInterface[] Usable(IWlanClient client)
    {
        IReadOnlyList<WlanInterface> all = client.GetInterfaces();
        List<(WlanInterface Interface, WlanRadio Radio)> radios = [.. all.Select(one => (one, GetRadio(client, one.Id)))];
        WlanInterface[] usable =
        [
            .. radios.Where(one => one.Interface.IsReady && one.Radio is WlanRadio.On)
                .Select(one => one.Interface)
                .OrderBy(one => one.IsConnected),
        ];
        if (usable.Length > 0)
            return usable;
        throw radios.FirstOrDefault(one => one.Radio is not WlanRadio.On) is { Radio: not WlanRadio.On } off
            ? WlanErrors.Off(off.Radio)
            : WlanErrors.NoAdapter();
    }

    private static WlanRadio GetRadio(IWlanClient client, Guid interfaceId)
    {
        try
        {
            return client.GetRadio(interfaceId);
        }
        catch (WlanException)
        {
            // Not every driver reports it.
            return WlanRadio.On;
        }
    }

    private static (WlanInterface Interface, WlanAccessPoint AccessPoint)? Find(IWlanClient client, WlanInterface[] interfaces, byte[] ssid)
    {
        foreach (WlanInterface one in interfaces)
        {
            if (client.GetAccessPoints(one.Id)
                .Where(accessPoint => accessPoint.Ssid.AsSpan().SequenceEqual(ssid))
                .MaxBy(accessPoint => accessPoint.Rssi) is { } accessPoint)
            {
                return (one, accessPoint);
            }
        }

        return null;
    }

    private async Task ScanAsync(IWlanClient client, WlanInterface[] interfaces, CancellationToken cancellationToken)
    {
        var scanning = new HashSet<Guid>();
        foreach (WlanInterface one in interfaces)
        {
            try
            {
                client.Scan(one.Id);
                scanning.Add(one.Id);
            }
            catch (WlanException exception) when (exception.Error is not NativeWlan.ERROR_ACCESS_DENIED)
            {
                // The interface cannot scan now: recent results are used.
            }
        }

        using var deadline = new Deadline(ScanTimeout, timeProvider, cancellationToken);
        try
        {
            while (scanning.Count > 0)
            {
                WlanNotification notification = await client.Notifications.ReadAsync(deadline.Token).ConfigureAwait(false);
                if (notification.Event is WlanEvent.ScanEnded)
                    scanning.Remove(notification.InterfaceId);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The driver did not report the end.
        }
    }
}
