namespace EspProv.Board.Log;

/// <summary>The kind of an event in a board's log.</summary>
public enum BoardEventKind
{
    /// <summary>The chip started: <see cref="BoardResetEvent"/>.</summary>
    Reset,

    /// <summary>The firmware crashed: <see cref="BoardPanicEvent"/>.</summary>
    Panic,

    /// <summary>The bootloader listed the partitions: <see cref="BoardPartitionTableEvent"/>.</summary>
    PartitionTable,

    /// <summary>The device waits for provisioning: <see cref="BoardServiceNameEvent"/>.</summary>
    ProvisioningStarted,

    /// <summary>The device printed its QR code: <see cref="BoardQrCodeEvent"/>.</summary>
    QrCode,

    /// <summary>The device has credentials and does not start provisioning.</summary>
    AlreadyProvisioned,

    /// <summary>The firmware's security scheme is known: <see cref="BoardSecurityEvent"/>.</summary>
    Security,

    /// <summary>The transport is known, or a client connected or disconnected: <see cref="BoardTransportEvent"/>.</summary>
    Transport,

    /// <summary>A client opened a secure session.</summary>
    SessionEstablished,

    /// <summary>A client used the wrong scheme, proof of possession, username or password.</summary>
    SessionRefused,

    /// <summary>The device received Wi-Fi credentials: <see cref="BoardCredentialsEvent"/>.</summary>
    CredentialsReceived,

    /// <summary>The device lost its Wi-Fi connection, or could not establish it: <see cref="BoardDisconnectedEvent"/>.</summary>
    Disconnected,

    /// <summary>The device has an address: <see cref="BoardAddressEvent"/>.</summary>
    AddressAssigned,

    /// <summary>The device is attached to its Thread network.</summary>
    ThreadAttached,

    /// <summary>The device reported that provisioning was successful.</summary>
    ProvisioningSucceeded,

    /// <summary>The device could not join: <see cref="BoardFailureEvent"/>.</summary>
    ProvisioningFailed,

    /// <summary>The device closed its provisioning service.</summary>
    ProvisioningStopped,
}
