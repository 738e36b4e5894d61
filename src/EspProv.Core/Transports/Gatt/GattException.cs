using System.Globalization;

namespace EspProv.Transports.Gatt;

/// <summary>The error codes of the attribute protocol (Bluetooth Core, Vol 3, Part F, 3.4.1.1) that are distinguished.</summary>
public enum AttError
{
    /// <summary>The platform reports no code.</summary>
    Unknown = 0x00,

    /// <summary>No such attribute.</summary>
    InvalidHandle = 0x01,

    /// <summary>The attribute cannot be read.</summary>
    ReadNotPermitted = 0x02,

    /// <summary>The attribute cannot be written.</summary>
    WriteNotPermitted = 0x03,

    /// <summary>The attribute PDU was invalid; also what firmware on NimBLE answers when its handler refused the request.</summary>
    InvalidPdu = 0x04,

    /// <summary>The link must be paired first.</summary>
    InsufficientAuthentication = 0x05,

    /// <summary>The device does not support the request.</summary>
    RequestNotSupported = 0x06,

    /// <summary>The offset is past the end of the attribute.</summary>
    InvalidOffset = 0x07,

    /// <summary>The client is not authorized.</summary>
    InsufficientAuthorization = 0x08,

    /// <summary>Too many prepared writes are queued.</summary>
    PrepareQueueFull = 0x09,

    /// <summary>There is no attribute in the range.</summary>
    AttributeNotFound = 0x0A,

    /// <summary>The attribute cannot be read in parts.</summary>
    AttributeNotLong = 0x0B,

    /// <summary>The encryption key is too short.</summary>
    InsufficientKeySize = 0x0C,

    /// <summary>
    /// The value's length is invalid for the attribute; firmware also reports this if its reply is longer than the attribute.
    /// </summary>
    InvalidValueLength = 0x0D,

    /// <summary>The request failed for another reason.</summary>
    UnlikelyError = 0x0E,

    /// <summary>The link must be encrypted first.</summary>
    InsufficientEncryption = 0x0F,

    /// <summary>The device is out of resources.</summary>
    InsufficientResources = 0x11,

    /// <summary>Firmware on Bluedroid refused the request, and disconnects (ESP-IDF since 5.4.4, 5.5.5 and 6.0.2).</summary>
    RequestRefused = 0x85,
}

/// <summary>The device answered a read or a write with an ATT error.</summary>
public sealed class GattException : Exception
{
    /// <summary>Makes the error for an ATT code; <paramref name="detail"/> is the platform's own text.</summary>
    public GattException(AttError error, string? detail = null, Exception? innerException = null)
        : base(Describe(error, detail), innerException) => Error = error;

    /// <summary>The code; values without a name are the application's (0x80 to 0x9F) or reserved.</summary>
    public AttError Error { get; }

    /// <summary>Whether the device wants the link paired or encrypted before it answers (PROTOCOL.md §7).</summary>
    public bool WantsPairing =>
        Error is AttError.InsufficientAuthentication or AttError.InsufficientEncryption or AttError.InsufficientKeySize;

    private static string Describe(AttError error, string? detail)
    {
        string name = Enum.IsDefined(error) ? error.ToString() : "application error";
        string code = error == AttError.Unknown
            ? "an ATT error"
            : string.Create(CultureInfo.InvariantCulture, $"ATT error 0x{(int)error:X2} ({name})");
        return detail is null ? code : $"{code}: {detail}";
    }
}
