using System.Management.Automation;
using EspProv.Board.Loader;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Sessions;
using EspProv.Transports.Http;

namespace EspProv.Commands.Errors;

/// <summary>
/// The category and the advice of an error id. One entry per id, wherever the error is raised: in a session, a fleet row, a journal or a
/// cmdlet.
/// </summary>
/// <param name="Category">The category of the error record.</param>
/// <param name="RecommendedAction">One thing to do next.</param>
internal sealed record ErrorAdvice(ErrorCategory Category, string RecommendedAction);

/// <summary>The one list of errors, by id.</summary>
internal static class ErrorCatalogue
{
    /// <summary>All error ids of the module.</summary>
    internal static IReadOnlyDictionary<string, ErrorAdvice> Errors { get; } = new Dictionary<string, ErrorAdvice>(StringComparer.Ordinal)
    {
        // The protocol, the links and the devices.
        [nameof(ProvisioningErrorReason.DeviceUnreachable)] = new(ErrorCategory.ConnectionError,
            "Check the address or port, that the device is powered and in provisioning mode, and that this machine is on its network, "
            + "in its range, or connected by its cable."),
        [nameof(ProvisioningErrorReason.DeviceNameAmbiguous)] = new(ErrorCategory.InvalidArgument,
            "Give the address of the one you want with -Address and -Transport, or pipe it from Find-EspProvDevice."),
        [nameof(ProvisioningErrorReason.ConnectTimeout)] = new(ErrorCategory.OperationTimeout,
            "Move closer to the device or raise -ConnectTimeout. "
            + "A device that is already provisioned does not answer until its credentials are erased."),
        [nameof(ProvisioningErrorReason.ExchangeTimeout)] = new(ErrorCategory.OperationTimeout,
            "Connect again with a longer -ExchangeTimeout; if it happens again, move closer to the device or restart it."),
        [nameof(ProvisioningErrorReason.SessionLost)] = new(ErrorCategory.ConnectionError,
            "Connect again with Connect-EspProvSession; if another client is provisioning the device, let it finish first."),
        [nameof(ProvisioningErrorReason.NotAProvisioningDevice)] = new(ErrorCategory.InvalidResult,
            "Check the address and port: what answers there is not an Espressif device in provisioning mode."),
        [nameof(ProvisioningErrorReason.EndpointNotFound)] = new(ErrorCategory.ObjectNotFound,
            "Check the spelling of the endpoint; the device's application defines its endpoints."),
        [nameof(ProvisioningErrorReason.WrongCredentials)] = new(ErrorCategory.AuthenticationError,
            "Check the proof of possession, or the username and password, on the device's label or QR code, and try again; "
            + "the number of attempts is not limited."),
        [nameof(ProvisioningErrorReason.ProofOfPossessionRequired)] = new(ErrorCategory.AuthenticationError,
            "Give -ProofOfPossession, as printed on the device or in its QR code."),
        [nameof(ProvisioningErrorReason.UsernamePasswordRequired)] = new(ErrorCategory.AuthenticationError,
            "Give -Credential, or -Username and -Password."),
        [nameof(ProvisioningErrorReason.SecurityDowngrade)] = new(ErrorCategory.SecurityError,
            "Make sure that it is your device. If its firmware really has weaker security, confirm that: "
            + "leave out the proof of possession that it does not have, name its scheme with -SecurityVersion, "
            + "or allow unencrypted data with -AllowUnencrypted."),
        [nameof(ProvisioningErrorReason.SecurityMismatch)] = new(ErrorCategory.ProtocolError,
            "Leave out -SecurityVersion to use the device's own scheme, or run Get-EspProvCapability to see which one it supports."),
        [nameof(ProvisioningErrorReason.MalformedResponse)] = new(ErrorCategory.ProtocolError,
            "Try again; if it happens again, report the device's firmware version: its reply does not follow the protocol."),
        [nameof(ProvisioningErrorReason.UnexpectedResponse)] = new(ErrorCategory.ProtocolError,
            "Connect again; if it happens again, make sure that no other client talks to the device."),
        [nameof(ProvisioningErrorReason.DecryptionFailed)] = new(ErrorCategory.SecurityError,
            "Connect again; if it happens again, something between this machine and the device changes the traffic."),
        [nameof(ProvisioningErrorReason.ReflectedResponse)] = new(ErrorCategory.SecurityError,
            "Connect over a link that others do not share, such as a cable: somebody between this machine and the device returns your own "
            + "requests as replies. If you were warned about this firmware, an endpoint that echoes looks the same: update the firmware."),
        [nameof(ProvisioningErrorReason.DeviceError)] = new(ErrorCategory.DeviceError,
            "Look at the device's monitor log for the cause, and try again after Reset-EspWifiProvisioning or a restart of the device."),
        [nameof(ProvisioningErrorReason.InvalidDeviceState)] = new(ErrorCategory.InvalidOperation,
            "Run Get-EspWifiStatus, or Get-EspThreadStatus for Thread. If the device failed to connect, run Reset-EspWifiProvisioning "
            + "(Reset-EspThreadProvisioning); if it is connected, run Reset-EspWifiProvisioning -Reprovision "
            + "(Reset-EspThreadProvisioning -Reprovision). Then set the credentials again."),
        [nameof(ProvisioningErrorReason.NotSupportedByDevice)] = new(ErrorCategory.NotImplemented,
            "Run Get-EspProvCapability to see what the device's firmware supports."),
        [nameof(ProvisioningErrorReason.InvalidSsid)] = new(ErrorCategory.InvalidArgument,
            "Give an SSID of 1 to 32 bytes in UTF-8; letters beyond ASCII take two to four bytes each. "
            + "A scan shows no name for a hidden network: give the name with -Ssid."),
        [nameof(ProvisioningErrorReason.InvalidPassphrase)] = new(ErrorCategory.InvalidArgument,
            "Give a passphrase of 8 to 63 bytes, or none for an open network. "
            + "A WEP key of 5 bytes is accepted for a scanned WEP network, or with -Auth WEP."),
        [nameof(ProvisioningErrorReason.RawPskNotSupported)] = new(ErrorCategory.InvalidArgument,
            "Give the passphrase that the 64 hexadecimal digits were made from; devices refuse a raw key."),
        [nameof(ProvisioningErrorReason.EnterpriseNotSupported)] = new(ErrorCategory.NotImplemented,
            "Choose another network: provisioning sends a name and a passphrase, but no user name or certificate. "
            + "Some firmware accepts them on its own endpoint; see Send-EspCustomData."),
        [nameof(ProvisioningErrorReason.InvalidBssid)] = new(ErrorCategory.InvalidArgument,
            "Give the BSSID as six bytes in hexadecimal, such as 78:8a:20:84:19:96, or leave it out."),
        [nameof(ProvisioningErrorReason.InvalidThreadDataset)] = new(ErrorCategory.InvalidArgument,
            "Give -DatasetTlvs as the border router prints it (ot-ctl dataset active -x), "
            + "or -NetworkName, -PanId, -ExtendedPanId, -Channel and -NetworkKey."),
        [nameof(ProvisioningErrorReason.RequestTooLarge)] = new(ErrorCategory.LimitsExceeded,
            "Send or request less at once; the transport and the device limit the size of one request and its reply. "
            + "For a serial console with a larger line buffer give -LineLimit; for an HTTP server with a larger buffer give -BodyLimit."),
        [nameof(ProvisioningErrorReason.InvalidAddress)] = new(ErrorCategory.InvalidArgument,
            "Correct the address as the message says. If it is of another kind, give that -Transport: host or host:port is SoftAP, "
            + "24:0A:C4:26:1F:CC is Ble, a port such as /dev/ttyUSB0 or COM3 is Serial."),
        [nameof(ProvisioningErrorReason.TransportUnavailable)] = new(ErrorCategory.NotInstalled,
            "Use another -Transport; this one does not work on this machine. On a machine without Bluetooth, use -Transport Console "
            + "and copy the data to and from another tool."),
        [nameof(ProvisioningErrorReason.SessionClosed)] = new(ErrorCategory.InvalidOperation,
            "Open a new session with Connect-EspProvSession."),
        [nameof(ProvisioningErrorReason.InvalidQrPayload)] = new(ErrorCategory.ParserError,
            "Give the complete text of the QR code: JSON with name and transport, or the URL with that JSON in its data parameter."),
        [nameof(ProvisioningErrorReason.UnsupportedQrVersion)] = new(ErrorCategory.NotImplemented,
            "Look for a newer version of this module, or give the device's name and secrets yourself."),
        [nameof(ProvisioningErrorReason.UnsupportedQrTransport)] = new(ErrorCategory.InvalidData,
            "Use a code for ble or softap; for another transport give the device's address yourself."),
        [nameof(ProvisioningErrorReason.InvalidServiceName)] = new(ErrorCategory.InvalidArgument,
            "Give the device a name of 1 to 29 bytes for Bluetooth, or 1 to 32 for its own access point; "
            + "letters beyond ASCII take two to four bytes each."),
        [nameof(ProvisioningErrorReason.InvalidSoftApKey)] = new(ErrorCategory.InvalidArgument,
            "Give a key of 8 to 63 bytes for the device's access point, or none for an open one."),
        [nameof(ProvisioningErrorReason.AccessPointNotConfirmed)] = new(ErrorCategory.OperationStopped,
            "Answer yes; in a script give -Confirm:$false, or set $ConfirmPreference = 'None' for commands without -Confirm. "
            + $"Or join the access point yourself, and give -Address {HttpTransport.AccessPointAddress}."),
        [nameof(ProvisioningErrorReason.SoftApKeyRequired)] = new(ErrorCategory.AuthenticationError,
            "Give the key of the device's access point with -SoftApKey; it is on the label or in the firmware's configuration."),
        [nameof(ProvisioningErrorReason.WrongSoftApKey)] = new(ErrorCategory.AuthenticationError,
            "Check the key of the device's access point, which is neither the proof of possession nor the passphrase of your network; "
            + "leave out -SoftApKey for an open one."),
        [nameof(ProvisioningErrorReason.QrPayloadTooLarge)] = new(ErrorCategory.LimitsExceeded,
            "Lower -ErrorCorrection, or give the device shorter names and secrets."),
        [nameof(ProvisioningErrorReason.LabelTooSmall)] = new(ErrorCategory.LimitsExceeded,
            "Lower -Columns and -Rows, or -ErrorCorrection."),
        [nameof(ProvisioningErrorReason.BluetoothAdapterNotFound)] = new(ErrorCategory.DeviceError,
            "Plug in a Bluetooth adapter, or leave out -Adapter; on Linux 'bluetoothctl list' shows the adapters. "
            + "Or use -Transport Console and copy the data to and from another tool."),
        [nameof(ProvisioningErrorReason.BluetoothAdapterOff)] = new(ErrorCategory.ResourceUnavailable,
            "Switch Bluetooth on; on Linux: bluetoothctl power on."),
        [nameof(ProvisioningErrorReason.BluetoothBlocked)] = new(ErrorCategory.ResourceUnavailable,
            "Unblock the radio: rfkill unblock bluetooth, leave flight mode, or use the switch on the case."),
        [nameof(ProvisioningErrorReason.BluetoothServiceNotRunning)] = new(ErrorCategory.ResourceUnavailable,
            "Start the service: systemctl start bluetooth (Debian: package bluez). In a container, share the host's "
            + "/run/dbus/system_bus_socket. Or use -Transport Console and copy the data to and from another tool."),
        [nameof(ProvisioningErrorReason.BluetoothPermissionDenied)] = new(ErrorCategory.PermissionDenied,
            "Add this user to the group 'bluetooth' and log in again, or run from a local desktop session."),
        [nameof(ProvisioningErrorReason.BluetoothFailed)] = new(ErrorCategory.ConnectionError,
            "Try again; if it happens again, close other programs that use Bluetooth and restart the service: "
            + "systemctl restart bluetooth."),
        [nameof(ProvisioningErrorReason.PairingRequired)] = new(ErrorCategory.SecurityError,
            "Connect with -Pair: this firmware accepts requests only on an encrypted link."),
        [nameof(ProvisioningErrorReason.PairingFailed)] = new(ErrorCategory.SecurityError,
            "Remove an old pairing of the device on this machine (bluetoothctl remove, or the system's settings), restart the device, "
            + "and try again."),

        // Outcomes of sending credentials.
        [JoinFailure.WifiAuthError] = new(ErrorCategory.AuthenticationError,
            "Check the passphrase, run Reset-EspWifiProvisioning on the session, and set the credentials again."),
        [JoinFailure.WifiNetworkNotFound] = new(ErrorCategory.ObjectNotFound,
            "Run Get-EspWifiScan to see the networks in range of the device (with -GroupChannels 0 for networks on 5 GHz), "
            + "run Reset-EspWifiProvisioning on the session, and set the credentials again."),
        [JoinFailure.WifiConnectionFailed] = new(ErrorCategory.ConnectionError,
            "Look at the device's monitor log for the cause, run Reset-EspWifiProvisioning on the session, and set the credentials again."),
        [JoinFailure.WifiOutcomeUnknown] = new(ErrorCategory.OperationTimeout,
            "Look for the device on the network. If it is not there, connect again and run Get-EspWifiStatus."),
        [JoinFailure.ThreadDatasetRefused] = new(ErrorCategory.InvalidData,
            "Copy the dataset from the border router again (ot-ctl dataset active -x), run Reset-EspThreadProvisioning on the session, "
            + "and set it again."),
        [JoinFailure.ThreadNetworkNotFound] = new(ErrorCategory.ObjectNotFound,
            "Compare with Get-EspThreadScan, check the network key, run Reset-EspThreadProvisioning on the session, "
            + "and set the dataset again."),
        [JoinFailure.ThreadAttachFailed] = new(ErrorCategory.ConnectionError,
            "Look at the device's monitor log for the cause, run Reset-EspThreadProvisioning on the session, and set the dataset again."),
        [JoinFailure.ThreadOutcomeUnknown] = new(ErrorCategory.OperationTimeout,
            "Look for the device on the network. If it is not there, connect again and run Get-EspThreadStatus."),

        // Rows of a plan.
        [FleetErrorIds.InvalidValue] = new(ErrorCategory.InvalidData,
            "Correct the column that the message names, and run the row again."),
        [FleetErrorIds.ValueRequired] = new(ErrorCategory.InvalidData,
            "Fill in that column of the row, or give the parameter of that name for all rows."),
        [FleetErrorIds.CustomDataInDoubt] = new(ErrorCategory.ConnectionError,
            "Check the device. If it has the data, remove the data from the row; otherwise reset the device. "
            + "Then run the row with a new journal."),
        [FleetErrorIds.DuplicateDevice] = new(ErrorCategory.InvalidData,
            "Remove one of the two rows from the plan, or correct the address, name or MonitorPort of one."),
        [FleetErrorIds.DeviceTimeout] = new(ErrorCategory.OperationTimeout,
            "Raise -Timeout, or check why the device is slow: distance, radio channel, other programs on the port."),
        [FleetErrorIds.DeadlineReached] = new(ErrorCategory.OperationTimeout,
            "Run the plan again with -Resume and a later -Deadline."),

        // Journals.
        [nameof(FleetJournalProblem.JournalExists)] = new(ErrorCategory.ResourceExists,
            "Give -Resume to continue it, or another -JournalPath."),
        [nameof(FleetJournalProblem.JournalInUse)] = new(ErrorCategory.ResourceBusy,
            "Wait for the other run to end, or give this run its own journal."),
        [nameof(FleetJournalProblem.JournalOfAnotherPlan)] = new(ErrorCategory.InvalidData,
            "Give the rows, common values and -Shard of the run that wrote the journal, or start a new journal."),
        [nameof(FleetJournalProblem.JournalNotReadable)] = new(ErrorCategory.InvalidData,
            "Check the path; a journal that was edited cannot be resumed."),
        [nameof(FleetJournalProblem.JournalNotWritable)] = new(ErrorCategory.WriteError,
            "Check that the folder exists, is writable, and has free space; then resume."),

        // Errors that only cmdlets raise.
        [nameof(ModuleError.SessionNotFound)] = new(ErrorCategory.ObjectNotFound,
            "Run Get-EspProvSession to list the sessions, or open one with Connect-EspProvSession."),
        [nameof(ModuleError.VirtualDeviceNotFound)] = new(ErrorCategory.ObjectNotFound,
            "Run Get-EspVirtualDevice to list the running devices, or start one with Start-EspVirtualDevice."),
        [nameof(ModuleError.VirtualDeviceNotStarted)] = new(ErrorCategory.ResourceUnavailable,
            "Fix the problem named in the message; otherwise check that -Port is free, that -ListenAddress is an address of this machine, "
            + "and that -StatePath is a file of a virtual device and can be written."),
        [nameof(ModuleError.PassphraseRequired)] = new(ErrorCategory.InvalidArgument,
            "Give -Passphrase or -NetworkCredential: the scanned network is not open."),
        [nameof(ModuleError.ParameterConflict)] = new(ErrorCategory.InvalidArgument,
            "Give what the message asks for; Get-Help describes each parameter, and which parameters can be combined."),
        [nameof(ModuleError.FileNotReadable)] = new(ErrorCategory.ReadError,
            "Check the path, and that you may read the file."),
        [nameof(ModuleError.SecretNotAvailable)] = new(ErrorCategory.ObjectNotFound,
            "Check the name with Get-SecretInfo, and unlock the vault; or give the secret itself."),
        [nameof(ModuleError.ParameterRequired)] = new(ErrorCategory.InvalidArgument,
            "Give what the message names, as a parameter or in a column of the row."),
        [nameof(ModuleError.FileNotWritable)] = new(ErrorCategory.WriteError,
            "Check that the folder exists, is writable, and has free space; give -Force to replace an existing file."),
        [nameof(ModuleError.InvalidSec2Credential)] = new(ErrorCategory.InvalidArgument,
            "Run Get-Help New-EspSec2Credential for the limits of username, password and salt."),
        [nameof(ModuleError.InvalidPasswordRecipe)] = new(ErrorCategory.InvalidArgument,
            "Give -PasswordLength from 8 to 64 and a -PasswordAlphabet of different printable ASCII characters, or leave them out."),
        [nameof(ModuleError.InvalidNvsName)] = new(ErrorCategory.InvalidArgument,
            "Give names of 1 to 15 letters, digits, '_', '-' or '.', a different one for each key."),
        [nameof(ModuleError.TooManyCredentials)] = new(ErrorCategory.LimitsExceeded,
            "Export several devices with -As Header or -As MassManufacturing, or one file for each with ForEach-Object."),
        [nameof(ModuleError.PasswordUnknown)] = new(ErrorCategory.InvalidData,
            "Make the credential with New-EspSec2Credential -GeneratePassword and export it in the same pipeline: "
            + "credential files do not contain passwords."),
        [nameof(ModuleError.ConfirmationUnavailable)] = new(ErrorCategory.InvalidOperation,
            "Give -Confirm:$false if the command is to run without being confirmed, or -WhatIf to see what it would do."),
        [nameof(ModuleError.BoardLogTimeout)] = new(ErrorCategory.OperationTimeout,
            "Watch without -Until to see what the board prints; give -Reset if it started before, -BaudRate if the text cannot be read, "
            + "or a longer -Timeout."),
        [nameof(ModuleError.BoardResetUnavailable)] = new(ErrorCategory.NotImplemented,
            "Leave out -Reset, and press the board's reset button (EN) while the command runs."),

        // Boards on a cable.
        [nameof(BoardProblem.BoardNotInLoader)] = new(ErrorCategory.ConnectionError,
            "Check that it is the board's port and a cable with data lines. "
            + "Hold BOOT, press and release RESET, release BOOT, and give -InLoader: each board command needs that again, "
            + "since the one before it restarted the board into its application."),
        [nameof(BoardProblem.BoardNotAnswering)] = new(ErrorCategory.ConnectionError,
            "Try again, with a shorter cable or a lower -BaudRate; close other programs that have the port open."),
        [nameof(BoardProblem.BoardRequestRefused)] = new(ErrorCategory.DeviceError,
            "Restart the board and try again; if it happens again, report the chip and its revision."),
        [nameof(BoardProblem.BoardChipUnknown)] = new(ErrorCategory.NotImplemented,
            "Use the vendor's tool for this chip (esptool erase-region), and look for a newer version of this module."),
        [nameof(BoardProblem.BoardSecureDownload)] = new(ErrorCategory.PermissionDenied,
            "Let the firmware erase its own credentials, for example with Reset-EspWifiProvisioning or a button on the device."),
        [nameof(BoardProblem.PartitionTableNotFound)] = new(ErrorCategory.ObjectNotFound,
            "Give -PartitionTableOffset as the firmware was built (CONFIG_PARTITION_TABLE_OFFSET), or the range with -Offset and -Size, "
            + "as shown in the boot log (run Watch-EspBoardLog -Reset)."),
        [nameof(BoardProblem.PartitionNotFound)] = new(ErrorCategory.ObjectNotFound,
            "Give -Partition one of the labels that Get-EspBoard shows, or the range itself with -Offset and -Size."),
        [nameof(BoardProblem.RangeNotErasable)] = new(ErrorCategory.InvalidArgument,
            "Give -Partition with the label of an NVS partition that Get-EspBoard shows, or -Offset and -Size as multiples of 0x1000 "
            + "within one."),
        [nameof(BoardProblem.BoardNvsNotErased)] = new(ErrorCategory.InvalidResult,
            "Run Clear-EspBoardNvs again, with a shorter cable or a lower -BaudRate."),
        [FleetErrorIds.UnexpectedError] = new(ErrorCategory.OperationStopped,
            "Run the command again with -Verbose, which shows the error's type, and report that type with the device's firmware version."),
    };
}
