using System.Diagnostics;
using System.Text;
using Names = EspProv.Host.Wifi.NetworkManager.NetworkManagerNames;

namespace EspProv.Host.Wifi.NetworkManager;

/// <summary>This machine's Wi-Fi through NetworkManager.</summary>
/// <param name="busAddress">The message bus; null for the system's.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class NetworkManagerWifi(string? busAddress, TimeProvider timeProvider) : IHostWifi
{
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HostWifiNetwork>> ScanAsync(CancellationToken cancellationToken)
    {
        NetworkManagerClient client = await NetworkManagerClient.OpenAsync(busAddress, cancellationToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            string device = client.FindDevice();
            await client.ScanAsync(device, cancellationToken).ConfigureAwait(false);
            return [.. client.GetAccessPoints(device).Select(heard => heard.Network)];
        }
    }

    /// <inheritdoc/>
    public async Task<IWifiLease> JoinAsync(string ssid, Secret? key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        NetworkManagerClient client = await NetworkManagerClient.OpenAsync(busAddress, cancellationToken).ConfigureAwait(false);
        NetworkManagerLease lease;
        try
        {
            string device = client.FindDevice();
            byte[] name = await FindNameAsync(client, device, ssid, key is not null, cancellationToken).ConfigureAwait(false);
            string? former = await FindFormerAsync(client, device, cancellationToken).ConfigureAwait(false);
            lease = new NetworkManagerLease(busAddress, timeProvider, client, device, former, key?.Copy(), timeout)
            {
                Ssid = ssid,
                SsidBytes = name,
            };
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }

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

    /// <summary>
    /// Returns the network's exact name. A missing or superfluous key is detected from the scan before the former network is left:
    /// NetworkManager would look for another network of that name, and fail after half a minute.
    /// </summary>
    private static async Task<byte[]> FindNameAsync(
        NetworkManagerClient client, string device, string ssid, bool hasKey, CancellationToken cancellationToken)
    {
        HeardAccessPoint[] heard = Find();
        if (!heard.Any(Fits))
        {
            // Not in the scan results, or its entry is outdated.
            await client.ScanAsync(device, cancellationToken).ConfigureAwait(false);
            heard = Find();
        }

        // A network that is not found may be hidden.
        if (heard.Length == 0)
            return Encoding.UTF8.GetBytes(ssid);
        if (heard.FirstOrDefault(Fits) is { } found)
            return found.Ssid;
        throw hasKey ? AccessPointKeyErrors.Needless(ssid) : AccessPointKeyErrors.Missing(ssid);

        HeardAccessPoint[] Find() => [.. client.GetAccessPoints(device).Where(one => one.Network.Ssid == ssid)];
        bool Fits(HeardAccessPoint one) => one.Network.IsSecured == hasKey;
    }

    /// <summary>The UUID of the network to restore; null for none.</summary>
    private static async Task<string?> FindFormerAsync(NetworkManagerClient client, string device, CancellationToken cancellationToken)
    {
        if (Owner() is { } owner && !IsRunning(owner))
        {
            // A killed session, whose network NetworkManager is removing, or a process of another container.
            await client.Objects.TryWaitAsync(() => Owner() is null, LeaveTimeout, cancellationToken).ConfigureAwait(false);
        }

        if (Owner() is { } other)
            throw NetworkManagerErrors.Taken(client.NameOf(device), other);
        return client.FindActive(device) is { } active ? client.Objects.Get(active, Names.Active, "Uuid") as string : null;

        int? Owner() => client.FindActive(device) is { } path
            && NetworkManagerProfile.IsOurs(client.Objects.Get(path, Names.Active, "Id") as string, out int process)
            ? process
            : null;
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using var found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
