using System.Management.Automation;
using EspProv.Fleet.Journal;
using EspProv.Transports.Http;

namespace EspProv.Commands.Errors;

/// <summary>
/// The one place that makes error records: a stable id, a category, the device as the target, and one thing to do next. Messages and
/// targets
/// are text to show.
/// </summary>
internal static class ErrorFactory
{
    /// <summary>The record for an error of Core's; its id is the reason's name.</summary>
    internal static ErrorRecord From(ProvisioningException exception, object? target)
    {
        (ErrorCategory category, string action) = Describe(exception.Reason);
        return Create(exception, exception.Reason.ToString(), category, action, Naming(target, exception.Message), target);
    }

    /// <summary>The record for an error of the module's own; its id is the error's name.</summary>
    internal static ErrorRecord From(ModuleError error, string message, object? target, Exception? cause = null)
    {
        // The name of a parameter of Core's methods says nothing to somebody at a prompt.
        if (cause is ArgumentException { ParamName: { } parameter })
            message = message.Replace($" (Parameter '{parameter}')", "", StringComparison.Ordinal);
        (ErrorCategory category, string action) = Describe(error);
        message = UntrustedText.Show(message);
        var exception = new PSInvalidOperationException(message, UntrustedText.Show(cause));
        return Create(exception, error.ToString(), category, action, message, target);
    }

    /// <summary>The record for an exception that nobody expected. Its message is left out: it may quote a device or hold a secret.</summary>
    internal static ErrorRecord Unexpected(object? target) => From(
        ModuleError.UnexpectedError,
        Naming(target, "An error that was not expected. Run the command again with -Verbose, and report what that shows."),
        target);

    /// <summary>The record for a journal that cannot be used; its id is the problem's name.</summary>
    internal static ErrorRecord From(FleetJournalException exception, string path) =>
        From(Enum.Parse<ModuleError>(exception.Problem.ToString()), exception.Message, path, exception);

    /// <summary>Category and advice for a reason of Core's.</summary>
    internal static (ErrorCategory Category, string RecommendedAction) Describe(ProvisioningErrorReason reason) => reason switch
    {
        ProvisioningErrorReason.DeviceUnreachable => (ErrorCategory.ConnectionError,
            "Check the address or port, that the device is powered and in provisioning mode, and that this machine is on its network, in its range, or at its cable."),
        ProvisioningErrorReason.DeviceNameAmbiguous => (ErrorCategory.InvalidArgument,
            "Give the address of the one that is meant, with -Address and -Transport, or pipe it from Find-EspProvDevice."),
        ProvisioningErrorReason.ConnectTimeout => (ErrorCategory.OperationTimeout,
            "Move closer to the device or raise -ConnectTimeout; a device that was provisioned before no longer answers until its credentials are erased."),
        ProvisioningErrorReason.ExchangeTimeout => (ErrorCategory.OperationTimeout,
            "Raise -ExchangeTimeout, and connect again: the session can no longer be trusted."),
        ProvisioningErrorReason.SessionLost => (ErrorCategory.ConnectionError,
            "Connect again with Connect-EspProvSession; if another client is provisioning the device, let it finish first."),
        ProvisioningErrorReason.NotAProvisioningDevice => (ErrorCategory.InvalidResult,
            "Check the address and port: what answers there is not an Espressif device in provisioning mode."),
        ProvisioningErrorReason.EndpointNotFound => (ErrorCategory.ObjectNotFound,
            "Check the spelling of the endpoint; the device's application decides which endpoints there are."),
        ProvisioningErrorReason.WrongCredentials => (ErrorCategory.AuthenticationError,
            "Check the proof of possession, or the username and password, on the device's label or QR code, and try again; there is no lock-out."),
        ProvisioningErrorReason.ProofOfPossessionRequired => (ErrorCategory.AuthenticationError,
            "Give -ProofOfPossession, as printed on the device or in its QR code."),
        ProvisioningErrorReason.UsernamePasswordRequired => (ErrorCategory.AuthenticationError,
            "Give -Credential, or -Username and -Password."),
        ProvisioningErrorReason.SecurityDowngrade => (ErrorCategory.SecurityError,
            "Make sure that it is your device. If its firmware really is weaker, say so yourself: "
            + "leave out the proof of possession that it does not have, name its scheme with -SecurityVersion, or allow no encryption with "
            + "-AllowUnencrypted."),
        ProvisioningErrorReason.SecurityMismatch => (ErrorCategory.ProtocolError,
            "Leave out -SecurityVersion, so that the device's own scheme is used, or look at Get-EspProvCapability to see which one it speaks."),
        ProvisioningErrorReason.MalformedResponse => (ErrorCategory.ProtocolError,
            "Try again; if it stays, report the device's firmware version: its reply is not what the protocol says."),
        ProvisioningErrorReason.UnexpectedResponse => (ErrorCategory.ProtocolError,
            "Connect again; if it stays, make sure that no other client talks to the device."),
        ProvisioningErrorReason.DecryptionFailed => (ErrorCategory.SecurityError,
            "Connect again; if it stays, something between this machine and the device changes the traffic."),
        ProvisioningErrorReason.ReflectedResponse => (ErrorCategory.SecurityError,
            "Connect over a link that others do not share, such as a cable: somebody between this machine and the device answers with your "
            + "own requests. Only an endpoint that echoes, on firmware that you were warned of, looks the same: update that firmware."),
        ProvisioningErrorReason.DeviceError => (ErrorCategory.DeviceError,
            "Look at the device's monitor log for the cause, and try again after Reset-EspWifiProvisioning or a restart of the device."),
        ProvisioningErrorReason.InvalidDeviceState => (ErrorCategory.InvalidOperation,
            "Look at Get-EspWifiStatus, or Get-EspThreadStatus for Thread. After a failed attempt run Reset-EspWifiProvisioning (Reset-EspThreadProvisioning); on a connected device, either with -Reprovision."),
        ProvisioningErrorReason.NotSupportedByDevice => (ErrorCategory.NotImplemented,
            "Look at Get-EspProvCapability to see what the device's firmware offers."),
        ProvisioningErrorReason.InvalidSsid => (ErrorCategory.InvalidArgument,
            "Give an SSID of 1 to 32 bytes in UTF-8; letters beyond ASCII take two to four bytes each. A hidden network has no name in a scan: give the one that you know with -Ssid."),
        ProvisioningErrorReason.InvalidPassphrase => (ErrorCategory.InvalidArgument,
            "Give a passphrase of 8 to 63 bytes, or none at all for an open network."),
        ProvisioningErrorReason.RawPskNotSupported => (ErrorCategory.InvalidArgument,
            "Give the passphrase that the 64 hexadecimal digits were made from; devices refuse a raw key."),
        ProvisioningErrorReason.EnterpriseNotSupported => (ErrorCategory.NotImplemented,
            "Choose another network: provisioning carries a name and a passphrase, and no user name or certificate. Some firmware takes them on an endpoint of its own; see Send-EspCustomData."),
        ProvisioningErrorReason.InvalidBssid => (ErrorCategory.InvalidArgument,
            "Give the BSSID as six bytes in hexadecimal, such as 78:8a:20:84:19:96, or leave it out."),
        ProvisioningErrorReason.InvalidThreadDataset => (ErrorCategory.InvalidArgument,
            "Give -DatasetTlvs as the border router prints it (ot-ctl dataset active -x), or -NetworkName, -PanId, -ExtendedPanId, -Channel and -NetworkKey."),
        ProvisioningErrorReason.RequestTooLarge => (ErrorCategory.LimitsExceeded,
            "Send less at once; the transport and the device have a limit for one request. For a serial console with a larger line buffer give -LineLimit."),
        ProvisioningErrorReason.InvalidAddress => (ErrorCategory.InvalidArgument,
            "Give the address in the transport's form: host or host:port for SoftAP, 24:0A:C4:26:1F:CC for Ble, a port such as /dev/ttyUSB0 or COM3 for Serial, each with its -Transport."),
        ProvisioningErrorReason.TransportUnavailable => (ErrorCategory.NotInstalled,
            "Use another -Transport; this one does not work on this machine. Without Bluetooth of its own, -Transport Console lets you carry the data with another tool."),
        ProvisioningErrorReason.SessionClosed => (ErrorCategory.InvalidOperation,
            "Make a new session with Connect-EspProvSession."),
        ProvisioningErrorReason.InvalidQrPayload => (ErrorCategory.ParserError,
            "Give all of the text that a scanner reads from the code: JSON with name and transport, or the URL with such JSON in its data parameter."),
        ProvisioningErrorReason.UnsupportedQrVersion => (ErrorCategory.NotImplemented,
            "Look for a newer version of this module, or give the device's name and secrets yourself."),
        ProvisioningErrorReason.UnsupportedQrTransport => (ErrorCategory.InvalidData,
            "Use a code for ble or softap; for another way to reach the device give its address yourself."),
        ProvisioningErrorReason.InvalidServiceName => (ErrorCategory.InvalidArgument,
            "Give the device a name of 1 to 29 bytes for Bluetooth, or 1 to 32 for its own access point; letters beyond ASCII take two to four bytes each."),
        ProvisioningErrorReason.InvalidSoftApKey => (ErrorCategory.InvalidArgument,
            "Give a key of 8 to 63 bytes for the device's access point, or none at all for an open one."),
        ProvisioningErrorReason.AccessPointNotConfirmed => (ErrorCategory.OperationStopped,
            "Say yes to the question; in a script give -Confirm:$false, or set $ConfirmPreference = 'None' for commands without -Confirm. "
            + $"Or join the access point by hand, and give -Address {HttpTransport.AccessPointAddress}."),
        ProvisioningErrorReason.SoftApKeyRequired => (ErrorCategory.AuthenticationError,
            "Give the key of the device's access point with -SoftApKey; it is on the label or in the firmware's configuration."),
        ProvisioningErrorReason.WrongSoftApKey => (ErrorCategory.AuthenticationError,
            "Check the key of the device's access point, which is neither the proof of possession nor the passphrase of your network; leave -SoftApKey out for an open one."),
        ProvisioningErrorReason.QrPayloadTooLarge => (ErrorCategory.LimitsExceeded,
            "Lower -ErrorCorrection, or give the device shorter names and secrets."),
        ProvisioningErrorReason.LabelTooSmall => (ErrorCategory.LimitsExceeded,
            "Lower -Columns and -Rows, or -ErrorCorrection."),
        ProvisioningErrorReason.BluetoothAdapterNotFound => (ErrorCategory.DeviceError,
            "Plug in a Bluetooth adapter, or leave out -Adapter; on Linux 'bluetoothctl list' shows the adapters that there are. Or carry the data with another tool: -Transport Console."),
        ProvisioningErrorReason.BluetoothAdapterOff => (ErrorCategory.ResourceUnavailable,
            "Switch Bluetooth on; on Linux: bluetoothctl power on."),
        ProvisioningErrorReason.BluetoothBlocked => (ErrorCategory.ResourceUnavailable,
            "Unblock the radio: rfkill unblock bluetooth, leave flight mode, or use the switch on the case."),
        ProvisioningErrorReason.BluetoothServiceNotRunning => (ErrorCategory.ResourceUnavailable,
            "Start the service: systemctl start bluetooth (Debian: package bluez). In a container, share the host's /run/dbus/system_bus_socket. Or carry the data with another tool: -Transport Console."),
        ProvisioningErrorReason.BluetoothPermissionDenied => (ErrorCategory.PermissionDenied,
            "Add this user to the group 'bluetooth' and log in again, or run from a local desktop session."),
        ProvisioningErrorReason.BluetoothFailed => (ErrorCategory.ConnectionError,
            "Try again; if it stays, end other programs that use Bluetooth and restart the service: systemctl restart bluetooth."),
        ProvisioningErrorReason.PairingRequired => (ErrorCategory.SecurityError,
            "Connect with -Pair: this firmware takes requests on an encrypted link only."),
        ProvisioningErrorReason.PairingFailed => (ErrorCategory.SecurityError,
            "Remove an old pairing of the device on this machine (bluetoothctl remove, or the system's settings), restart the device, and try again."),
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason without advice."),
    };

    /// <summary>Category and advice for an error of the module's own.</summary>
    internal static (ErrorCategory Category, string RecommendedAction) Describe(ModuleError error) => error switch
    {
        ModuleError.SessionNotFound => (ErrorCategory.ObjectNotFound,
            "Look at Get-EspProvSession for the sessions that there are, or make one with Connect-EspProvSession."),
        ModuleError.VirtualDeviceNotFound => (ErrorCategory.ObjectNotFound,
            "Look at Get-EspVirtualDevice for the devices that run, or start one with Start-EspVirtualDevice."),
        ModuleError.VirtualDeviceNotStarted => (ErrorCategory.ResourceUnavailable,
            "Mend what the message says; otherwise check that -Port is free, that -ListenAddress is an address of this machine, and that -StatePath is a file of a virtual device and can be written."),
        ModuleError.PassphraseRequired => (ErrorCategory.InvalidArgument,
            "Give -Passphrase or -NetworkCredential: the network that was scanned is not an open one."),
        ModuleError.ParameterConflict => (ErrorCategory.InvalidArgument,
            "Give what the message asks for; Get-Help says what each parameter takes, and which go together."),
        ModuleError.FileNotReadable => (ErrorCategory.ReadError,
            "Check the path, and that the file may be read."),
        ModuleError.ParameterRequired => (ErrorCategory.InvalidArgument,
            "Give the parameter, or a row with that column; values are asked for only where a person can answer."),
        ModuleError.JournalExists => (ErrorCategory.ResourceExists,
            "Give -Resume to go on with it, or another -JournalPath."),
        ModuleError.JournalInUse => (ErrorCategory.ResourceBusy,
            "Wait for the other run to end, or give this one a journal of its own."),
        ModuleError.JournalOfAnotherPlan => (ErrorCategory.InvalidData,
            "Give the rows, common values and -Shard of the run that wrote the journal, or start a new journal."),
        ModuleError.JournalNotReadable => (ErrorCategory.InvalidData,
            "Check the path; a journal that was edited cannot be resumed."),
        ModuleError.JournalNotWritable => (ErrorCategory.WriteError,
            "Check that the folder is there, may be written, and has room; then resume."),
        ModuleError.WifiAuthError => (ErrorCategory.AuthenticationError,
            "Check the passphrase, run Reset-EspWifiProvisioning on the session, and set the credentials again."),
        ModuleError.WifiNetworkNotFound => (ErrorCategory.ObjectNotFound,
            "Look at Get-EspWifiScan for the networks in range of the device, run Reset-EspWifiProvisioning on the session, and set the credentials again."),
        ModuleError.WifiConnectionFailed => (ErrorCategory.ConnectionError,
            "Look at the device's monitor log for the cause, run Reset-EspWifiProvisioning on the session, and set the credentials again."),
        ModuleError.WifiOutcomeUnknown => (ErrorCategory.OperationTimeout,
            "Look for the device on the network. If it is not there, connect again and ask Get-EspWifiStatus."),
        ModuleError.ThreadDatasetRefused => (ErrorCategory.InvalidData,
            "Take the dataset from the border router anew (ot-ctl dataset active -x), run Reset-EspThreadProvisioning on the session, and set it again."),
        ModuleError.ThreadNetworkNotFound => (ErrorCategory.ObjectNotFound,
            "Compare with Get-EspThreadScan, check the network key, run Reset-EspThreadProvisioning on the session, and set the dataset again."),
        ModuleError.ThreadAttachFailed => (ErrorCategory.ConnectionError,
            "Look at the device's monitor log for the cause, run Reset-EspThreadProvisioning on the session, and set the dataset again."),
        ModuleError.ThreadOutcomeUnknown => (ErrorCategory.OperationTimeout,
            "Look for the device on the network. If it is not there, connect again and ask Get-EspThreadStatus."),
        ModuleError.FileNotWritable => (ErrorCategory.WriteError,
            "Check that the folder is there, that you may write there, and that there is room; give -Force to replace a file that exists."),
        ModuleError.InvalidSec2Credential => (ErrorCategory.InvalidArgument,
            "Look at Get-Help New-EspSec2Credential for the limits of username, password and salt."),
        ModuleError.InvalidPasswordRecipe => (ErrorCategory.InvalidArgument,
            "Give -PasswordLength from 8 to 64 and a -PasswordAlphabet of different printable ASCII characters, or leave them out."),
        ModuleError.InvalidNvsName => (ErrorCategory.InvalidArgument,
            "Give names of 1 to 15 letters, digits, '_', '-' or '.', a different one for each key."),
        ModuleError.TooManyCredentials => (ErrorCategory.LimitsExceeded,
            "Export several devices with -As Header or -As MassManufacturing, or one file for each with ForEach-Object."),
        ModuleError.PasswordUnknown => (ErrorCategory.InvalidData,
            "Make the credential with New-EspSec2Credential -GeneratePassword and export it before it goes through a file: files do not hold passwords."),
        ModuleError.UnexpectedError => (ErrorCategory.OperationStopped,
            "Run the command again with -Verbose, which shows the error's type, and report that type with the device's firmware version."),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, "An error without advice."),
    };

    // With many devices in one pipeline a message has to say which one it is about.
    private static string Naming(object? target, string message) =>
        UntrustedText.Show(target?.ToString()) is { Length: > 0 } name && !message.Contains(name, StringComparison.Ordinal)
            ? $"{name}: {message}"
            : message;

    private static ErrorRecord Create(
        Exception exception, string id, ErrorCategory category, string action, string message, object? target) =>
        new(exception, id, category, target is string text ? UntrustedText.Show(text) : target)
        {
            ErrorDetails = new ErrorDetails(UntrustedText.Show(message)) { RecommendedAction = action },
        };
}
