namespace EspProv;

/// <summary>The status that a device puts into its replies (PROTOCOL.md §3).</summary>
public enum DeviceStatus
{
    /// <summary>Done.</summary>
    Success = 0,

    /// <summary>The device was built with another security scheme.</summary>
    InvalidSecScheme = 1,

    /// <summary>The device did not understand the message.</summary>
    InvalidProto = 2,

    /// <summary>Another client has the session.</summary>
    TooManySessions = 3,

    /// <summary>A value was out of the device's limits.</summary>
    InvalidArgument = 4,

    /// <summary>The command failed, often because of the device's state.</summary>
    InternalError = 5,

    /// <summary>A cryptographic step failed.</summary>
    CryptoError = 6,

    /// <summary>The security session is not known to the device.</summary>
    InvalidSession = 7,
}
