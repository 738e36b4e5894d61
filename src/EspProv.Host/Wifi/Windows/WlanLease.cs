using System.Globalization;
using System.Net;
using System.Threading.Channels;

namespace EspProv.Host.Wifi.Windows;

/// <summary>
/// A temporary connection to a device's access point, by a temporary profile: Windows gets the XML with the connect call and stores neither
/// key nor profile, so a killed process leaves nothing, and Windows cannot reconnect later by itself.
/// </summary>
internal sealed class WlanLease : WifiLease
{
    private static readonly TimeSpan RestoreTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AddressInterval = TimeSpan.FromMilliseconds(200);

    // After a change of network, Windows reports the previous address for a moment.
    private static readonly TimeSpan OldAddressGrace = TimeSpan.FromSeconds(3);

    private readonly IWlanClient _client;
    private readonly TimeProvider _timeProvider;
    private readonly WlanInterface _interface;
    private readonly WlanConnection? _former;
    private readonly TimeSpan _timeout;
    private readonly string _profile = "espprov-" + Guid.NewGuid().ToString("N")[..8];

    // Restoring waits until joining has ended: both read the same notifications.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _left;

    /// <param name="client">Owned by the lease.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="chosen">The interface that joins.</param>
    /// <param name="former">Its current connection; null for none.</param>
    /// <param name="key">The network's key, null for an open one; owned by the lease.</param>
    /// <param name="timeout">How long joining may take, including an address.</param>
    public WlanLease(
        IWlanClient client, TimeProvider timeProvider, WlanInterface chosen, WlanConnection? former, Secret? key, TimeSpan timeout)
        : base(key, RestoreTimeout)
    {
        (_client, _timeProvider, _interface, _former, _timeout) = (client, timeProvider, chosen, former, timeout);
        InterfaceName = client.GetAddresses(chosen.Id)?.Name ?? chosen.Description;
    }

    /// <summary>The network's name, for messages.</summary>
    public required string Ssid { get; init; }

    /// <summary>The network's exact name.</summary>
    public required byte[] SsidBytes { get; init; }

    /// <summary>The security to join with.</summary>
    public required WlanSecurity Security { get; init; }

    /// <summary>Whether the network is hidden, so must be probed by name.</summary>
    public required bool IsHidden { get; init; }

    /// <inheritdoc/>
    public override string InterfaceName { get; }

    /// <inheritdoc/>
    public override async Task RejoinAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Leaving);
        using var deadline = new Deadline(_timeout, _timeProvider, either.Token);
        await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        string step = "was not joined";
        try
        {
            HashSet<IPAddress> before = [.. Addresses()];

            // An earlier address on the same network is valid too.
            before.Remove(Address);
            DiscardNotifications();
            using (var profile = WlanProfile.Create(_profile, SsidBytes, Security, Key, IsHidden))
                _client.ConnectByXml(_interface.Id, profile.Text);
            _left = true;
            if (await WaitForOutcomeAsync(SsidBytes, deadline.Token).ConfigureAwait(false) is not 0 and uint reason)
                throw WlanErrors.NotJoined(Ssid, reason, _client.Describe(reason));
            step = $"was joined, but {InterfaceName} got no address there";
            Address = await WaitForAddressAsync(before, deadline.Token).ConfigureAwait(false);
        }
        catch (WlanException exception)
        {
            throw WlanErrors.Translate(exception);
        }
        catch (OperationCanceledException exception) when (!either.IsCancellationRequested)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.DeviceUnreachable, string.Create(
                    CultureInfo.InvariantCulture, $"'{Ssid}' {step} within {_timeout.TotalSeconds:0.###} s."), exception);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    protected override async Task RestoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (!_left)
                return;
            DiscardNotifications();
            if (TryReturn())
                await WaitForOutcomeAsync(_former!.Ssid, cancellationToken).ConfigureAwait(false);
            else
                _client.Disconnect(_interface.Id);
        }
        catch (Exception exception) when (exception is WlanException or OperationCanceledException or ChannelClosedException)
        {
            // If this fails, Windows autoconnects to known networks.
        }
        finally
        {
            _client.Dispose();
        }
    }

    private bool TryReturn()
    {
        try
        {
            if (_former is not { Profile.Length: > 0 })
                return false;
            _client.ConnectByName(_interface.Id, _former.Profile, _former.BssType);
            return true;
        }
        catch (WlanException)
        {
            // The former network's profile is not stored.
            return false;
        }
    }

    private void DiscardNotifications()
    {
        while (_client.Notifications.TryRead(out _))
        {
        }
    }

    /// <summary>0 if connected, otherwise the most specific reason.</summary>
    private async Task<uint> WaitForOutcomeAsync(byte[] ssid, CancellationToken cancellationToken)
    {
        uint wrongKey = 0;
        while (true)
        {
            WlanNotification notification = await _client.Notifications.ReadAsync(cancellationToken).ConfigureAwait(false);

            // Windows may be connecting to another network at the same time.
            if (notification.InterfaceId != _interface.Id || !notification.Ssid.AsSpan().SequenceEqual(ssid))
                continue;

            // An attempt's reason may mean a wrong key where the final one is unspecific.
            if (WlanErrors.IsWrongKey(notification.Reason))
                wrongKey = notification.Reason;
            if (notification.Event is WlanEvent.ConnectEnded)
                return notification.Reason is not 0 && wrongKey is not 0 ? wrongKey : notification.Reason;
        }
    }

    private async Task<IPAddress> WaitForAddressAsync(HashSet<IPAddress> before, CancellationToken cancellationToken)
    {
        long start = _timeProvider.GetTimestamp();
        while (true)
        {
            bool isSettled = _timeProvider.GetElapsedTime(start) >= OldAddressGrace;
            if (Addresses().FirstOrDefault(address => isSettled || !before.Contains(address)) is { } found)
                return found;
            await Task.Delay(AddressInterval, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    // Windows assigns itself 169.254.x.x if DHCP does not answer.
    private IEnumerable<IPAddress> Addresses() =>
        (_client.GetAddresses(_interface.Id)?.Addresses ?? []).Where(address => address.GetAddressBytes() is not [169, 254, ..]);
}
