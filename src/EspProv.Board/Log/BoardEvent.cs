using System.Globalization;
using System.Net;
using EspProv.Board.Partitions;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Board.Log;

/// <summary>An event in a board's log. It is not authenticated: any firmware can print such lines.</summary>
public class BoardEvent : BoardLogEntry
{
    internal BoardEvent(LogPosition at, BoardEventKind kind, string detail)
        : base(at.Number, at.Milliseconds)
    {
        Kind = kind;
        Detail = detail;
    }

    /// <summary>What happened.</summary>
    public BoardEventKind Kind { get; }

    /// <summary>A short description, as text to show; never a secret.</summary>
    public string Detail { get; }

    /// <summary>The kind and the detail.</summary>
    public override string ToString() => Detail.Length == 0 ? Kind.ToString() : $"{Kind}: {Detail}";
}

/// <summary>The chip started.</summary>
public sealed class BoardResetEvent : BoardEvent
{
    internal BoardResetEvent(LogPosition at, int code, string reason, string bootMode)
        : base(at, BoardEventKind.Reset, $"{reason}, {bootMode}")
    {
        Code = code;
        Reason = reason;
        BootMode = bootMode;
    }

    /// <summary>The reason as the chip's number; the numbers differ between chips.</summary>
    public int Code { get; }

    /// <summary>The reason as the ROM prints it: <c>POWERON_RESET</c>, <c>RTC_SW_SYS_RST</c>.</summary>
    public string Reason { get; }

    /// <summary>The boot mode as the ROM prints it: <c>SPI_FAST_FLASH_BOOT</c>.</summary>
    public string BootMode { get; }

    /// <summary>Whether the chip waits for a loader instead of starting its firmware.</summary>
    public bool IsDownloadMode => BootMode.StartsWith("DOWNLOAD", StringComparison.Ordinal);
}

/// <summary>The firmware crashed.</summary>
public sealed class BoardPanicEvent : BoardEvent
{
    internal BoardPanicEvent(LogPosition at, string reason)
        : base(at, BoardEventKind.Panic, reason) => Reason = reason;

    /// <summary>The reason as the firmware prints it: <c>LoadProhibited</c>.</summary>
    public string Reason { get; }
}

/// <summary>The partition table that the bootloader printed.</summary>
public sealed class BoardPartitionTableEvent : BoardEvent
{
    internal BoardPartitionTableEvent(LogPosition at, IReadOnlyList<BoardPartition> partitions)
        : base(at, BoardEventKind.PartitionTable, string.Join(", ", partitions)) => Partitions = partitions;

    /// <summary>The partitions in the order of the table.</summary>
    public IReadOnlyList<BoardPartition> Partitions { get; }
}

/// <summary>The device waits for provisioning, under a service name.</summary>
public sealed class BoardServiceNameEvent : BoardEvent
{
    internal BoardServiceNameEvent(LogPosition at, string serviceName)
        : base(at, BoardEventKind.ProvisioningStarted, serviceName) => ServiceName = serviceName;

    /// <summary>The name of its Bluetooth advertisement or of its access point, as text to show.</summary>
    public string ServiceName { get; }
}

/// <summary>The device printed its QR code.</summary>
public sealed class BoardQrCodeEvent : BoardEvent
{
    internal BoardQrCodeEvent(LogPosition at, QrPayload payload)
        : base(at, BoardEventKind.QrCode, UntrustedText.Show(payload.ToString())) => Payload = payload;

    /// <summary>The content of the code, including secrets; the receiver disposes of it.</summary>
    public QrPayload Payload { get; }
}

/// <summary>The firmware's security scheme.</summary>
public sealed class BoardSecurityEvent : BoardEvent
{
    internal BoardSecurityEvent(LogPosition at, SecurityVersion version)
        : base(at, BoardEventKind.Security, version.ToString()) => SecurityVersion = version;

    /// <summary>The scheme.</summary>
    public SecurityVersion SecurityVersion { get; }
}

/// <summary>The device's transport: the tag of a message shows it, or a client connected or disconnected.</summary>
public sealed class BoardTransportEvent : BoardEvent
{
    internal BoardTransportEvent(LogPosition at, ProvisioningTransport transport, bool? isConnected)
        : base(at, BoardEventKind.Transport, isConnected switch
        {
            true => $"{transport} connected",
            false => $"{transport} disconnected",
            null => transport.ToString(),
        })
    {
        Transport = transport;
        IsConnected = isConnected;
    }

    /// <summary>The transport.</summary>
    public ProvisioningTransport Transport { get; }

    /// <summary>Whether a client connected; null if only the transport is known.</summary>
    public bool? IsConnected { get; }
}

/// <summary>The device received Wi-Fi credentials.</summary>
public sealed class BoardCredentialsEvent : BoardEvent
{
    internal BoardCredentialsEvent(LogPosition at, string ssid)
        : base(at, BoardEventKind.CredentialsReceived, ssid) => Ssid = ssid;

    /// <summary>The network's name as text to show.</summary>
    public string Ssid { get; }
}

/// <summary>The device lost its Wi-Fi connection, or could not establish it.</summary>
public sealed class BoardDisconnectedEvent : BoardEvent
{
    internal BoardDisconnectedEvent(LogPosition at, int reason)
        : base(at, BoardEventKind.Disconnected, Describe(reason))
    {
        Reason = reason;
        ReasonName = WifiDisconnectReason.NameOf(reason);
    }

    /// <summary>The reason's number: defined by IEEE 802.11 below 200, by the vendor from 200.</summary>
    public int Reason { get; }

    /// <summary>The reason's name in ESP-IDF, such as <c>NO_AP_FOUND</c>; null for a number without one.</summary>
    public string? ReasonName { get; }

    private static string Describe(int reason) =>
        string.Create(CultureInfo.InvariantCulture, $"{WifiDisconnectReason.NameOf(reason) ?? "reason"} ({reason})");
}

/// <summary>The device has an address in its network.</summary>
public sealed class BoardAddressEvent : BoardEvent
{
    internal BoardAddressEvent(LogPosition at, IPAddress address)
        : base(at, BoardEventKind.AddressAssigned, address.ToString()) => IPAddress = address;

    /// <summary>The address.</summary>
    public IPAddress IPAddress { get; }
}

/// <summary>The device could not join the network.</summary>
public sealed class BoardFailureEvent : BoardEvent
{
    internal BoardFailureEvent(LogPosition at, string? reason)
        : base(at, BoardEventKind.ProvisioningFailed, reason ?? "") => Reason = reason;

    /// <summary>The reason as the firmware prints it; null if it was not printed.</summary>
    public string? Reason { get; }
}

/// <summary>A position in the log.</summary>
/// <param name="Number">The number of the line, from 1.</param>
/// <param name="Milliseconds">Its timestamp.</param>
internal readonly record struct LogPosition(long Number, long? Milliseconds);
