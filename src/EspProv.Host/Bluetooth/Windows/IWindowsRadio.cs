using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth.Windows;

/// <summary>The state of Windows' default Bluetooth adapter.</summary>
internal enum WindowsRadioState
{
    /// <summary>No adapter, or no LE adapter.</summary>
    Missing,

    /// <summary>It is switched off in the settings.</summary>
    Off,

    /// <summary>Blocked by a switch or flight mode.</summary>
    Blocked,

    /// <summary>Access denied by Windows.</summary>
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

/// <summary>The result of a GATT operation, with the ATT code of a protocol error or the value of a read.</summary>
internal readonly record struct WindowsGattResult(WindowsGattStatus Status, byte? ProtocolError = null, byte[]? Value = null);

/// <summary>One advertisement or one scan response, which Windows reports separately.</summary>
internal sealed record WindowsAdvertisement(
    ulong Address,
    string Name,
    short Rssi,
    IReadOnlyList<Guid> ServiceUuids,
    IReadOnlyDictionary<ushort, ReadOnlyMemory<byte>> ManufacturerData);

/// <summary>Windows' Bluetooth API as an interface: code above it does not need Windows, code below it makes no decisions.</summary>
internal interface IWindowsRadio
{
    /// <summary>The default adapter's address, null without one.</summary>
    Task<ulong?> GetAddressAsync();

    Task<WindowsRadioState> GetStateAsync();

    /// <summary>Scans actively until the result is disposed of; <paramref name="stopped"/> is called when Windows ends the scan.</summary>
    IDisposable StartScan(Action<WindowsAdvertisement> heard, Action stopped);

    /// <summary>The device with an address; null if Windows does not know it.</summary>
    Task<IWindowsPeer?> FindPeerAsync(ulong address);
}

/// <summary>One device. Disposal releases the link, upon which Windows disconnects.</summary>
internal interface IWindowsPeer : IDisposable
{
    bool IsConnected { get; }

    bool IsPaired { get; }

    int Mtu { get; }

    /// <summary>Raised when the link is lost.</summary>
    event Action? Disconnected;

    Task ConnectAsync();

    /// <summary>Pairs without a passkey; returns null on success or if already paired, otherwise Windows' name of the failure.</summary>
    Task<string?> PairAsync();

    Task UnpairAsync();

    /// <summary>All characteristics, read from the device.</summary>
    Task<(WindowsGattResult Result, IReadOnlyList<GattCharacteristic> Characteristics)> GetCharacteristicsAsync();

    /// <summary>Reads a descriptor; null when there is none.</summary>
    Task<WindowsGattResult?> ReadDescriptorAsync(GattCharacteristic characteristic, Guid descriptor);

    Task<WindowsGattResult> ReadAsync(GattCharacteristic characteristic);

    Task<WindowsGattResult> WriteAsync(GattCharacteristic characteristic, ReadOnlyMemory<byte> value);
}
