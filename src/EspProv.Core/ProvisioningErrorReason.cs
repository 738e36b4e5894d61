namespace EspProv;

/// <summary>The kinds of failure that a caller can tell apart. The names are the stable error ids of the module.</summary>
public enum ProvisioningErrorReason
{
    /// <summary>Nothing answers at the address (refused, no route, unknown name).</summary>
    DeviceUnreachable,

    /// <summary>The connection was not made in time.</summary>
    ConnectTimeout,

    /// <summary>A request was sent and not answered in time; the security session can no longer be trusted.</summary>
    ExchangeTimeout,

    /// <summary>The link was lost in the middle of a session.</summary>
    SessionLost,

    /// <summary>Something answers at the address, but it is not an Espressif provisioning service.</summary>
    NotAProvisioningDevice,

    /// <summary>The device has no endpoint of that name.</summary>
    EndpointNotFound,

    /// <summary>The device refused the proof of possession, or the username and password, or could not prove itself.</summary>
    WrongCredentials,

    /// <summary>The scheme needs a proof of possession and none was given.</summary>
    ProofOfPossessionRequired,

    /// <summary>The scheme needs a username and a password and they were not given.</summary>
    UsernamePasswordRequired,

    /// <summary>The unauthenticated version reply asks for a weaker scheme than the given secrets are for, or for none of them.</summary>
    SecurityDowngrade,

    /// <summary>The device uses another security scheme than requested, or an unknown one.</summary>
    SecurityMismatch,

    /// <summary>A reply could not be parsed, or was truncated or over-long.</summary>
    MalformedResponse,

    /// <summary>A reply was well-formed but belongs to another command.</summary>
    UnexpectedResponse,

    /// <summary>An encrypted reply did not decrypt.</summary>
    DecryptionFailed,

    /// <summary>The device answered with an error status.</summary>
    DeviceError,

    /// <summary>The device is in a state that does not allow the command, such as a second Apply without a reset.</summary>
    InvalidDeviceState,

    /// <summary>The device does not have the capability that the command needs.</summary>
    NotSupportedByDevice,

    /// <summary>The SSID is empty or over 32 bytes.</summary>
    InvalidSsid,

    /// <summary>The passphrase is of 1 to 7 or over 63 bytes.</summary>
    InvalidPassphrase,

    /// <summary>A 64-digit hexadecimal PSK was given, which the protocol cannot carry.</summary>
    RawPskNotSupported,

    /// <summary>The network needs a login (802.1X, Enterprise), which the protocol cannot carry.</summary>
    EnterpriseNotSupported,

    /// <summary>The BSSID is not 6 bytes.</summary>
    InvalidBssid,

    /// <summary>A Thread dataset is malformed, too long or without a network key, or one of its values is out of its limits.</summary>
    InvalidThreadDataset,

    /// <summary>The request is larger than the transport or the device accepts.</summary>
    RequestTooLarge,

    /// <summary>The address cannot be used with the transport.</summary>
    InvalidAddress,

    /// <summary>The transport is not available on this machine.</summary>
    TransportUnavailable,

    /// <summary>The session was closed before the call.</summary>
    SessionClosed,

    /// <summary>This machine has no Bluetooth adapter, or none of that name, or it was unplugged.</summary>
    BluetoothAdapterNotFound,

    /// <summary>The Bluetooth adapter is switched off.</summary>
    BluetoothAdapterOff,

    /// <summary>The Bluetooth adapter is blocked by rfkill (a switch, a key, flight mode).</summary>
    BluetoothBlocked,

    /// <summary>The system's Bluetooth service does not run, or there is no system bus to reach it.</summary>
    BluetoothServiceNotRunning,

    /// <summary>The system does not let this user use Bluetooth.</summary>
    BluetoothPermissionDenied,

    /// <summary>The Bluetooth service refused or failed an operation for a reason of its own, such as another one in progress.</summary>
    BluetoothFailed,

    /// <summary>The device requires a paired link, and pairing is not possible.</summary>
    PairingRequired,

    /// <summary>Pairing with the device failed or was refused.</summary>
    PairingFailed,

    /// <summary>
    /// The text of a QR code is not a provisioning payload: not such JSON or URL, or a field is missing or has the wrong type.
    /// </summary>
    InvalidQrPayload,

    /// <summary>A QR payload is of a version that is not known.</summary>
    UnsupportedQrVersion,

    /// <summary>A QR payload names a transport other than ble and softap.</summary>
    UnsupportedQrTransport,

    /// <summary>A device's name is empty, over 29 bytes for BLE or over 32 for an access point.</summary>
    InvalidServiceName,

    /// <summary>The key of a device's own access point is not of 8 to 63 bytes.</summary>
    InvalidSoftApKey,

    /// <summary>A payload has more bytes than a QR code can hold at the chosen error correction level.</summary>
    QrPayloadTooLarge,

    /// <summary>The page has too many labels: a printed code would be too small to read.</summary>
    LabelTooSmall,

    /// <summary>The device's own access point needs a key, and none was given.</summary>
    SoftApKeyRequired,

    /// <summary>The device's own access point refused the key, or it is open and a key was given.</summary>
    WrongSoftApKey,

    /// <summary>Joining the device's access point would take this machine off its network, and that was not confirmed.</summary>
    AccessPointNotConfirmed,

    /// <summary>An encrypted reply is one of the client's own requests, sent back by a man in the middle.</summary>
    ReflectedResponse,

    /// <summary>Several devices answer to the name that was asked for.</summary>
    DeviceNameAmbiguous,
}
