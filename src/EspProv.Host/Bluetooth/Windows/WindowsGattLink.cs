using System.Globalization;
using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth.Windows;

/// <summary>
/// A GATT link on Windows, over <see cref="IWindowsRadio"/>. Windows always needs pairing (PROTOCOL.md §7), so it pairs on connect.
/// </summary>
internal sealed class WindowsGattLink(WindowsHost host, IWindowsRadio radio, string address, string? adapter) : IGattLink
{
    private IWindowsPeer? _peer;
    private bool _pairedBefore;
    private CancellationTokenSource? _lost;

    public string Address => address;

    // The status of an operation does not show a link that was lost meanwhile; only this does.
    public bool IsConnected => _peer is { IsConnected: true } && _lost is { IsCancellationRequested: false };

    public bool IsPaired => _peer is { IsPaired: true };

    public bool HasOwnBond => IsPaired && !_pairedBefore;

    public int? Mtu => _peer is { Mtu: > 0 } peer ? peer.Mtu : null;

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        Release();
        await host.RequireAsync(adapter, cancellationToken).ConfigureAwait(false);
        ulong number = ulong.Parse(
            address.Replace(":", "", StringComparison.Ordinal), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        IWindowsPeer peer = await FindAsync(number, cancellationToken).ConfigureAwait(false);
        _peer = peer;
        _pairedBefore = peer.IsPaired;
        var lost = new CancellationTokenSource();
        _lost = lost;
        peer.Disconnected += () => Lose(lost);
        await peer.ConnectAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!peer.IsPaired)
            await PairAsync(cancellationToken).ConfigureAwait(false);
        // Connecting returns no result: the state shows whether it succeeded.
        if (!peer.IsConnected)
        {
            throw await host.FindFaultAsync().ConfigureAwait(false)
                ?? new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, $"{address} could not be connected.");
        }
    }

    public async Task<IReadOnlyList<GattCharacteristic>> GetCharacteristicsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<GattCharacteristic> characteristics = [];
        await RunAsync(
            async peer =>
            {
                (WindowsGattResult result, characteristics) = await peer.GetCharacteristicsAsync().ConfigureAwait(false);
                return result;
            },
            cancellationToken).ConfigureAwait(false);
        return characteristics;
    }

    public async Task<byte[]?> ReadDescriptorAsync(GattCharacteristic characteristic, Guid descriptor, CancellationToken cancellationToken)
    {
        bool found = true;
        byte[] value = await RunAsync(
            async peer =>
            {
                WindowsGattResult? result = await peer.ReadDescriptorAsync(characteristic, descriptor).ConfigureAwait(false);
                found = result is not null;
                return result ?? new WindowsGattResult(WindowsGattStatus.Success);
            },
            cancellationToken).ConfigureAwait(false);
        return found ? value : null;
    }

    public Task WriteAsync(GattCharacteristic characteristic, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        RunAsync(peer => peer.WriteAsync(characteristic, value), cancellationToken);

    public Task<byte[]> ReadAsync(GattCharacteristic characteristic, CancellationToken cancellationToken) =>
        RunAsync(peer => peer.ReadAsync(characteristic), cancellationToken);

    public async Task PairAsync(CancellationToken cancellationToken)
    {
        if (_peer is { } peer && await peer.PairAsync().WaitAsync(cancellationToken).ConfigureAwait(false) is { } failure)
            throw new ProvisioningException(ProvisioningErrorReason.PairingFailed, $"Pairing with {address} failed ({failure}).");
    }

    public async Task UnpairAsync(CancellationToken cancellationToken)
    {
        if (_peer is { } peer)
            await peer.UnpairAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        Release();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Release();
        return ValueTask.CompletedTask;
    }

    private static void Lose(CancellationTokenSource lost)
    {
        try
        {
            lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A late notification after disposal.
        }
    }

    private void Release()
    {
        _peer?.Dispose();
        _lost?.Dispose();
        _peer = null;
        _lost = null;
    }

    private async Task<IWindowsPeer> FindAsync(ulong number, CancellationToken cancellationToken)
    {
        if (await radio.FindPeerAsync(number).WaitAsync(cancellationToken).ConfigureAwait(false) is { } known)
            return known;
        // Windows finds a device by its address only after an advertisement was received.
        var options = new BleScanOptions { Adapter = adapter };
        await foreach (BleAdvertisement heard in host.ScanAsync(options, cancellationToken).ConfigureAwait(false))
        {
            if (heard.Address == address
                && await radio.FindPeerAsync(number).WaitAsync(cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, $"{address} was not heard.");
    }

    private async Task<byte[]> RunAsync(Func<IWindowsPeer, Task<WindowsGattResult>> operation, CancellationToken cancellationToken)
    {
        if (_peer is not { } peer || _lost is not { } lostSource)
            throw Lost(null);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lostSource.Token);
        WindowsGattResult result;
        try
        {
            result = await operation(peer).WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Lost(await host.FindFaultAsync().ConfigureAwait(false));
        }

        switch (result.Status)
        {
            case WindowsGattStatus.Success when peer.IsConnected:
                return result.Value ?? [];
            case WindowsGattStatus.ProtocolError:
                throw new GattException((AttError)(result.ProtocolError ?? 0));
            case WindowsGattStatus.AccessDenied:
                throw new GattException(AttError.InsufficientAuthentication, "Windows denied the access");
            default:
                throw Lost(await host.FindFaultAsync().ConfigureAwait(false));
        }
    }

    private ProvisioningException Lost(ProvisioningException? fault) =>
        fault ?? new ProvisioningException(ProvisioningErrorReason.SessionLost, $"{address} disconnected.");
}
