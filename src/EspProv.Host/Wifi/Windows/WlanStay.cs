using System.Globalization;
using System.Net;
using System.Threading.Channels;

namespace EspProv.Host.Wifi.Windows;

/// <summary>
/// A stay on a device's access point, by a temporary profile: Windows is handed the XML with the connection and keeps nothing of it, neither
/// the key nor a profile that a process that is killed would leave behind, and has nothing to connect by itself with later. A stored profile
/// could do nothing that this one cannot: a keyed network is joined the same way.
/// </summary>
internal sealed class WlanStay : HostWifiStay
{
    private static readonly TimeSpan RestoreTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AddressInterval = TimeSpan.FromMilliseconds(200);

    // After the interface has moved to another network, Windows still shows the address of the one before for a moment.
    private static readonly TimeSpan OldAddressGrace = TimeSpan.FromSeconds(3);

    private readonly IWlanClient _client;
    private readonly TimeProvider _timeProvider;
    private readonly WlanInterface _interface;
    private readonly WlanConnection? _former;
    private readonly TimeSpan _timeout;
    private readonly string _profile = "espprov-" + Guid.NewGuid().ToString("N")[..8];

    // Joining ends before the way back begins: both wait for the same notifications.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private bool _left;

    /// <param name="client">The stay's from now on.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="chosen">The interface that joins.</param>
    /// <param name="former">What it is connected to now; null for nothing.</param>
    /// <param name="key">The network's key, null for an open one; the stay's from now on.</param>
    /// <param name="timeout">How long joining may take, address and all.</param>
    public WlanStay(IWlanClient client, TimeProvider timeProvider, WlanInterface chosen, WlanConnection? former, Secret? key, TimeSpan timeout)
        : base(key, RestoreTimeout)
    {
        (_client, _timeProvider, _interface, _former, _timeout) = (client, timeProvider, chosen, former, timeout);
        InterfaceName = client.GetAddresses(chosen.Id)?.Name ?? chosen.Description;
    }

    /// <summary>The network's name, for messages.</summary>
    public required string Ssid { get; init; }

    /// <summary>The network's name, as it is on the air.</summary>
    public required byte[] SsidBytes { get; init; }

    /// <summary>How it is joined.</summary>
    public required WlanSecurity Security { get; init; }

    /// <summary>Whether nobody hears its name, so that it has to be asked for.</summary>
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

            // Its own from an earlier time on the same network is as good as a new one.
            before.Remove(Address);
            DiscardNotifications();
            using (WlanProfile profile = WlanProfile.Create(_profile, SsidBytes, Security, Key, IsHidden))
                _client.ConnectByXml(_interface.Id, profile.Text);
            _left = true;
            if (await WaitForOutcomeAsync(SsidBytes, deadline.Token).ConfigureAwait(false) is not 0 and uint reason)
                throw WlanErrors.NotJoined(Ssid, reason, _client.Describe(reason));
            step = $"was joined, and {InterfaceName} got no address there";
            Address = await WaitForAddressAsync(before, deadline.Token).ConfigureAwait(false);
        }
        catch (WlanException e)
        {
            throw WlanErrors.Translate(e);
        }
        catch (OperationCanceledException e) when (!either.IsCancellationRequested)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.DeviceUnreachable, string.Create(CultureInfo.InvariantCulture, $"'{Ssid}' {step} within {_timeout.TotalSeconds:0.###} s."), e);
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
        catch (Exception e) when (e is WlanException or OperationCanceledException or ChannelClosedException)
        {
            // Windows connects by itself to what it knows where this did not work.
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
            // The former network's profile is not kept, or no longer.
            return false;
        }
    }

    private void DiscardNotifications()
    {
        while (_client.Notifications.TryRead(out _))
        {
        }
    }

    /// <summary>0 when the interface is connected, else the reason that says most.</summary>
    private async Task<uint> WaitForOutcomeAsync(byte[] ssid, CancellationToken cancellationToken)
    {
        uint wrongKey = 0;
        while (true)
        {
            WlanNotification notification = await _client.Notifications.ReadAsync(cancellationToken).ConfigureAwait(false);

            // Windows may be on its way to another network at the same time.
            if (notification.InterfaceId != _interface.Id || !notification.Ssid.AsSpan().SequenceEqual(ssid))
                continue;

            // The reason of an attempt may say that the key is wrong where that of the end says only that it is the end.
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

    // An address of 169.254 is what Windows gives itself when nobody answers.
    private IEnumerable<IPAddress> Addresses() =>
        (_client.GetAddresses(_interface.Id)?.Addresses ?? []).Where(address => address.GetAddressBytes() is not [169, 254, ..]);
}
