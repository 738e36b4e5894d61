using System.Globalization;
using System.Text.RegularExpressions;
using EspProv.Host.DBus;
using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>Translates errors of the bus and of BlueZ.</summary>
internal static partial class BlueZErrors
{
    /// <summary>The bus could not be reached.</summary>
    public static ProvisioningException FromOpening(Exception error) => error switch
    {
        DBusException { Name: DBusException.AccessDenied } denied => new(
            ProvisioningErrorReason.BluetoothPermissionDenied, $"This user may not use the system's message bus: {denied.Message}", error),
        DBusException other => new(
            ProvisioningErrorReason.BluetoothServiceNotRunning, "There is no message bus to reach the Bluetooth service by: "
                + $"{other.Message}", error),
        _ => new(ProvisioningErrorReason.BluetoothFailed, $"The message bus cannot be used: {error.Message}", error),
    };

    /// <summary>The error of an operation that did not come from the device.</summary>
    public static ProvisioningException Translate(DBusException error, string what)
    {
        (ProvisioningErrorReason reason, string meaning) = error.Name switch
        {
            DBusException.ServiceUnknown or DBusException.NameHasNoOwner or DBusException.Disconnected =>
                (ProvisioningErrorReason.BluetoothServiceNotRunning, "the Bluetooth service (bluetoothd) does not run"),
            _ when error.IsFailedStart =>
                (ProvisioningErrorReason.BluetoothServiceNotRunning, "the Bluetooth service (bluetoothd) cannot be started"),
            DBusException.AccessDenied =>
                (ProvisioningErrorReason.BluetoothPermissionDenied, "the system does not let this user use Bluetooth"),
            BlueZNames.Error + "NotReady" =>
                (ProvisioningErrorReason.BluetoothAdapterOff, "the Bluetooth adapter is switched off"),
            DBusException.NoReply =>
                (ProvisioningErrorReason.BluetoothFailed, "the Bluetooth service did not answer"),
            DBusException.LimitsExceeded =>
                (ProvisioningErrorReason.BluetoothFailed, "the Bluetooth service cannot be used through this message bus"),
            BlueZNames.Error + "InProgress" =>
                (ProvisioningErrorReason.BluetoothFailed, "the Bluetooth service already runs the same operation"),
            _ => (ProvisioningErrorReason.BluetoothFailed, "the Bluetooth service refused it"),
        };
        return new ProvisioningException(reason, $"{what}: {meaning} ({Detail(error)}).", error);
    }

    /// <summary>The ATT error in BlueZ's error reply to a read or a write; null if it did not come from the device.</summary>
    public static GattException? ToGatt(DBusException error)
    {
        AttError? code = error.Name switch
        {
            BlueZNames.Error + "NotPermitted" => error.Message switch
            {
                "Read not permitted" => AttError.ReadNotPermitted,
                "Write not permitted" => AttError.WriteNotPermitted,
                // "Not paired": ATT 0x05, 0x0C and 0x0F in one.
                _ => AttError.InsufficientAuthentication,
            },
            BlueZNames.Error + "NotAuthorized" => AttError.InsufficientAuthorization,
            BlueZNames.Error + "NotSupported" => AttError.RequestNotSupported,
            BlueZNames.Error + "InvalidArguments" =>
                error.Message == "Invalid offset" ? AttError.InvalidOffset : AttError.InvalidValueLength,
            BlueZNames.Error + "InvalidValueLength" => AttError.InvalidValueLength,
            BlueZNames.Error + "InvalidOffset" => AttError.InvalidOffset,
            BlueZNames.Error + "Failed" => FromText(error.Message),
            _ => null,
        };
        return code is { } known ? new GattException(known, Detail(error), error) : null;
    }

    /// <summary>The name's last part and the text.</summary>
    public static string Detail(DBusException error)
    {
        string name = error.Name[(error.Name.LastIndexOf('.') + 1)..];
        return error.Message.Length == 0 ? name : $"{name}: {error.Message}";
    }

    private static AttError? FromText(string message)
    {
        Match match = AttCode().Match(message);
        return match.Success
            ? (AttError)int.Parse(match.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            // "Not connected" means that the link was lost during the request; it is not an answer of the device.
            : message.Contains("onnect", StringComparison.Ordinal) ? null : AttError.Unknown;
    }

    [GeneratedRegex(@"ATT error: 0x([0-9a-fA-F]{1,2})\b")]
    private static partial Regex AttCode();
}
