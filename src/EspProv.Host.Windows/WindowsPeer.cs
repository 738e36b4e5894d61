using System.Globalization;
using System.Runtime.InteropServices.WindowsRuntime;
using EspProv.Host.Bluetooth.Windows;
using Windows.Devices.Bluetooth;
using Windows.Devices.Bluetooth.GenericAttributeProfile;
using Windows.Devices.Enumeration;
using Windows.Storage.Streams;
using BluetoothDevice = InTheHand.Bluetooth.BluetoothDevice;
using Characteristic = EspProv.Transports.Gatt.GattCharacteristic;
using NativeCharacteristic = Windows.Devices.Bluetooth.GenericAttributeProfile.GattCharacteristic;
using NativeDescriptor = Windows.Devices.Bluetooth.GenericAttributeProfile.GattDescriptor;

namespace EspProv.Host.Windows;

/// <summary>
/// A device by InTheHand.BluetoothLE, which keeps Windows' sessions and services alive. Reads and writes use the Windows Runtime object:
/// InTheHand's own do not report their status.
/// </summary>
internal sealed class WindowsPeer : IWindowsPeer
{
    private readonly BluetoothDevice _device;
    private readonly Dictionary<string, NativeCharacteristic> _characteristics = new(StringComparer.Ordinal);

    public WindowsPeer(BluetoothDevice device)
    {
        _device = device;
        device.GattServerDisconnected += OnDisconnected;
    }

    public event Action? Disconnected;

    public bool IsConnected => _device.Gatt.IsConnected;

    public bool IsPaired => _device.IsPaired;

    public int Mtu => _device.Gatt.Mtu;

    private BluetoothLEDevice Native => _device;

    public Task ConnectAsync() => _device.Gatt.ConnectAsync();

    public async Task<string?> PairAsync()
    {
        // "Just works", confirmed here: the default pairing opens a window, which may be impossible.
        DeviceInformationCustomPairing pairing = Native.DeviceInformation.Pairing.Custom;
        pairing.PairingRequested += Accept;
        try
        {
            DevicePairingResult result = await pairing.PairAsync(DevicePairingKinds.ConfirmOnly).AsTask().ConfigureAwait(false);
            return result.Status is DevicePairingResultStatus.Paired or DevicePairingResultStatus.AlreadyPaired
                ? null
                : result.Status.ToString();
        }
        finally
        {
            pairing.PairingRequested -= Accept;
        }

        static void Accept(DeviceInformationCustomPairing sender, DevicePairingRequestedEventArgs request) => request.Accept();
    }

    public async Task UnpairAsync() => await Native.DeviceInformation.Pairing.UnpairAsync().AsTask().ConfigureAwait(false);

    public async Task<(WindowsGattResult Result, IReadOnlyList<Characteristic> Characteristics)> GetCharacteristicsAsync()
    {
        _characteristics.Clear();
        var found = new List<Characteristic>();
        foreach (InTheHand.Bluetooth.GattService service in await _device.Gatt.GetPrimaryServicesAsync().ConfigureAwait(false))
        {
            // Not InTheHand's list: it comes from a cache and is empty after a failure.
            GattDeviceService native = service;
            GattCharacteristicsResult result = await native.GetCharacteristicsAsync(BluetoothCacheMode.Uncached)
                .AsTask().ConfigureAwait(false);
            if (result.Status == GattCommunicationStatus.AccessDenied)
                continue; // Windows reserves some services (HID, generic access).
            if (result.Status != GattCommunicationStatus.Success)
                return (Result(result.Status, result.ProtocolError), []);
            foreach (NativeCharacteristic characteristic in result.Characteristics)
            {
                string id = characteristic.AttributeHandle.ToString(CultureInfo.InvariantCulture);
                _characteristics[id] = characteristic;
                found.Add(new Characteristic(native.Uuid, characteristic.Uuid, id));
            }
        }

        return (new WindowsGattResult(WindowsGattStatus.Success), found);
    }

    public async Task<WindowsGattResult?> ReadDescriptorAsync(Characteristic characteristic, Guid descriptor)
    {
        GattDescriptorsResult descriptors = await _characteristics[characteristic.Id]
            .GetDescriptorsForUuidAsync(descriptor, BluetoothCacheMode.Uncached).AsTask().ConfigureAwait(false);
        if (descriptors.Status != GattCommunicationStatus.Success)
            return Result(descriptors.Status, descriptors.ProtocolError);
        if (descriptors.Descriptors.Count == 0)
            return null;
        NativeDescriptor first = descriptors.Descriptors[0];
        return Result(await first.ReadValueAsync(BluetoothCacheMode.Uncached).AsTask().ConfigureAwait(false));
    }

    public async Task<WindowsGattResult> ReadAsync(Characteristic characteristic) =>
        Result(await _characteristics[characteristic.Id].ReadValueAsync(BluetoothCacheMode.Uncached).AsTask().ConfigureAwait(false));

    public async Task<WindowsGattResult> WriteAsync(Characteristic characteristic, ReadOnlyMemory<byte> value)
    {
        using var writer = new DataWriter();
        writer.WriteBytes(value.ToArray());
        GattWriteResult result = await _characteristics[characteristic.Id]
            .WriteValueWithResultAsync(writer.DetachBuffer(), GattWriteOption.WriteWithResponse).AsTask().ConfigureAwait(false);
        return Result(result.Status, result.ProtocolError);
    }

    public void Dispose()
    {
        _device.GattServerDisconnected -= OnDisconnected;
        _characteristics.Clear();
        // Disposes of the services and the session; Windows then closes the link.
        _device.Gatt.Disconnect();
        _device.Dispose();
    }

    private static WindowsGattResult Result(GattReadResult result) => Result(result.Status, result.ProtocolError) with
    {
        Value = result.Status == GattCommunicationStatus.Success && result.Value is { Length: > 0 } value ? value.ToArray() : [],
    };

    private static WindowsGattResult Result(GattCommunicationStatus status, byte? protocolError) =>
        new((WindowsGattStatus)(int)status, protocolError);

    private void OnDisconnected(object? sender, EventArgs e) => Disconnected?.Invoke();
}
