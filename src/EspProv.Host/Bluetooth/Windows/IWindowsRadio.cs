using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth.Windows;

/// <summary>The state of Windows' default Bluetooth adapter.</summary>
internal enum WindowsRadioState
{
    /// <summary>There is no adapter, or none for LE.</summary>
    Missing,

    /// <summary>It is switched off in the settings.</summary>
    Off,

    /// <summary>A switch or flight mode keeps it off.</summary>
    Blocked,

    /// <summary>Windows does not let this program use it.</summary>
    Denied,

    /// <summary>It is on.</summary>
    On,
}

/// <summary>How a GATT operation ended; the values are those of Windows' GattCommunicationStatus.</summary>
internal enum WindowsGattStatus
{
    Success = 0,
    Unreachable = 1,
    ProtocolError = 2,
    AccessDenied = 3,
}

/// <summary>The result of a GATT operation, with the ATT code of a protocol error and the value of a read.</summary>
internal readonly record struct WindowsGattResult(WindowsGattStatus Status, byte? ProtocolError = null, byte[]? Value = null);

/// <summary>One advertisement or one scan response, which Windows reports separately.</summary>
internal sealed record WindowsAdvertisement(
    ulong Address, string Name, short Rssi, IReadOnlyList<Guid> ServiceUuids, IReadOnlyDictionary<ushort, ReadOnlyMemory<byte>> ManufacturerData);

/// <summary>The seam to Windows' Bluetooth: nothing above it needs Windows, nothing below it decides anything.</summary>
internal interface IWindowsRadio
{
    /// <summary>The default adapter's address, null without one.</summary>
    Task<ulong?> GetAddressAsync();

    Task<WindowsRadioState> GetStateAsync();

    /// <summary>Scans actively until the result is disposed of; <paramref name="stopped"/> is called when Windows ends the scan.</summary>
    IDisposable StartScan(Action<WindowsAdvertisement> heard, Action stopped);

    /// <summary>The device with an address, or null when Windows has not heard of it.</summary>
    Task<IWindowsPeer?> FindPeerAsync(ulong address);
}

/// <summary>The seam to one device. Disposing of it releases the link, which is how Windows disconnects.</summary>
internal interface IWindowsPeer : IDisposable
{
    bool IsConnected { get; }

    bool IsPaired { get; }

    int Mtu { get; }

    /// <summary>Raised when the link goes down.</summary>
    event Action? Disconnected;

    Task ConnectAsync();

    /// <summary>Pairs without a passkey; null when that worked or was so already, else Windows' word for what did not.</summary>
    Task<string?> PairAsync();

    Task UnpairAsync();

    /// <summary>All characteristics, read from the device.</summary>
    Task<(WindowsGattResult Result, IReadOnlyList<GattCharacteristic> Characteristics)> GetCharacteristicsAsync();

    /// <summary>Reads a descriptor; null when there is none.</summary>
    Task<WindowsGattResult?> ReadDescriptorAsync(GattCharacteristic characteristic, Guid descriptor);

    Task<WindowsGattResult> ReadAsync(GattCharacteristic characteristic);

    Task<WindowsGattResult> WriteAsync(GattCharacteristic characteristic, ReadOnlyMemory<byte> value);
}
