using System.Globalization;
using System.Runtime.InteropServices.WindowsRuntime;
using EspProv.Host.Bluetooth.Windows;
using Windows.Devices.Bluetooth.Advertisement;
using Windows.Devices.Radios;
using Native = Windows.Devices.Bluetooth;

namespace EspProv.Host.Windows;

/// <summary>The default adapter, scans and devices of Windows.</summary>
internal sealed class WindowsRadio : IWindowsRadio
{
    public async Task<ulong?> GetAddressAsync() =>
        await Native.BluetoothAdapter.GetDefaultAsync().AsTask().ConfigureAwait(false) is { IsLowEnergySupported: true } adapter
            ? adapter.BluetoothAddress
            : null;

    public async Task<WindowsRadioState> GetStateAsync()
    {
        try
        {
            if (await Native.BluetoothAdapter.GetDefaultAsync().AsTask().ConfigureAwait(false) is not { IsLowEnergySupported: true } adapter
                || await adapter.GetRadioAsync().AsTask().ConfigureAwait(false) is not { } radio)
            {
                return WindowsRadioState.Missing;
            }

            return radio.State switch
            {
                RadioState.On => WindowsRadioState.On,
                RadioState.Disabled => WindowsRadioState.Blocked,
                _ => WindowsRadioState.Off,
            };
        }
        catch (UnauthorizedAccessException)
        {
            return WindowsRadioState.Denied;
        }
    }

    // Windows' own watcher, because InTheHand's scan is passive (no names) and looks up the device for each advertisement, for up to seven
    // seconds.
    public IDisposable StartScan(Action<WindowsAdvertisement> heard, Action stopped)
    {
        var watcher = new BluetoothLEAdvertisementWatcher { ScanningMode = BluetoothLEScanningMode.Active };
        watcher.Received += (_, received) => heard(Describe(received));
        watcher.Stopped += (_, _) => stopped();
        watcher.Start();
        return new Scan(watcher);
    }

    public async Task<IWindowsPeer?> FindPeerAsync(ulong address)
    {
        InTheHand.Bluetooth.BluetoothDevice? device = await InTheHand.Bluetooth.BluetoothDevice
            .FromIdAsync(address.ToString("X12", CultureInfo.InvariantCulture)).ConfigureAwait(false);
        return device is null ? null : new WindowsPeer(device);
    }

    private static WindowsAdvertisement Describe(BluetoothLEAdvertisementReceivedEventArgs received)
    {
        var data = new Dictionary<ushort, ReadOnlyMemory<byte>>();
        foreach (BluetoothLEManufacturerData section in received.Advertisement.ManufacturerData)
            data[section.CompanyId] = section.Data.Length == 0 ? ReadOnlyMemory<byte>.Empty : section.Data.ToArray();
        return new WindowsAdvertisement(
            received.BluetoothAddress,
            received.Advertisement.LocalName ?? "",
            received.RawSignalStrengthInDBm,
            [.. received.Advertisement.ServiceUuids],
            data);
    }

    private sealed class Scan(BluetoothLEAdvertisementWatcher watcher) : IDisposable
    {
        public void Dispose() => watcher.Stop();
    }
}
