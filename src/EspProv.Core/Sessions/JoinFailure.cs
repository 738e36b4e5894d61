using EspProv.Devices;
using EspProv.Networks;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;

namespace EspProv.Sessions;

/// <summary>The error for a device's reason why it could not join a network.</summary>
/// <param name="Reason">The device's reason by its protocol name.</param>
/// <param name="ErrorId">A stable id: one of the constants here.</param>
/// <param name="Message">The message, safe to show.</param>
public sealed record JoinFailure(string Reason, string ErrorId, string Message)
{
    /// <summary>The device reports a wrong passphrase.</summary>
    public const string WifiAuthError = nameof(WifiAuthError);

    /// <summary>The device reports that no such network is in range.</summary>
    public const string WifiNetworkNotFound = nameof(WifiNetworkNotFound);

    /// <summary>The device reports a failure without a known reason.</summary>
    public const string WifiConnectionFailed = nameof(WifiConnectionFailed);

    /// <summary>The outcome of the credentials is unknown.</summary>
    public const string WifiOutcomeUnknown = nameof(WifiOutcomeUnknown);

    /// <summary>The device cannot make sense of the Thread dataset.</summary>
    public const string ThreadDatasetRefused = nameof(ThreadDatasetRefused);

    /// <summary>No router of the Thread network answered the device, which a wrong network key looks like too.</summary>
    public const string ThreadNetworkNotFound = nameof(ThreadNetworkNotFound);

    /// <summary>The device reports that it could not attach, without a known reason.</summary>
    public const string ThreadAttachFailed = nameof(ThreadAttachFailed);

    /// <summary>The outcome of the Thread dataset is unknown.</summary>
    public const string ThreadOutcomeUnknown = nameof(ThreadOutcomeUnknown);

    /// <summary>What a device is given for a network of that kind: "the credentials", also if the kind is unknown.</summary>
    internal static string CredentialName(ProvisioningNetwork? kind) =>
        kind is ProvisioningNetwork.Thread ? "the dataset" : "the credentials";

    /// <summary>The id of an unknown outcome; that of Wi-Fi if the kind of network is unknown too.</summary>
    internal static string OutcomeUnknown(ProvisioningNetwork? kind) =>
        kind is ProvisioningNetwork.Thread ? ThreadOutcomeUnknown : WifiOutcomeUnknown;

    /// <summary>The error for an outcome; null for a device that is connected, or was not waited for.</summary>
    /// <param name="kind">The kind of network.</param>
    /// <param name="outcome">The outcome.</param>
    /// <param name="status">The device's last status; null for none.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="network">The network's name.</param>
    /// <param name="reason">Why the outcome is unknown, if it is.</param>
    public static JoinFailure? Of(
        ProvisioningNetwork kind, ProvisioningOutcome outcome, NetworkStatus? status, string device, string network, string? reason)
    {
        if (outcome is ProvisioningOutcome.Failed && status is not null)
            return Of(status, device, network);
        return outcome is ProvisioningOutcome.Unknown
            ? new JoinFailure(
                nameof(ProvisioningOutcome.Unknown),
                OutcomeUnknown(kind),
                $"{device} received {CredentialName(kind)} of '{network}', but the outcome is unknown: {reason}")
            : null;
    }

    /// <summary>The error for a device that failed.</summary>
    /// <param name="status">Its last status.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="network">The network's name.</param>
    public static JoinFailure Of(NetworkStatus status, string device, string network)
    {
        ArgumentNullException.ThrowIfNull(status);
        string reason = status.FailName ?? status.PhaseName;
        return status switch
        {
            WifiStatus { FailReason: WifiFailReason.AuthError } => new(
                reason, WifiAuthError, $"{device} could not join '{network}': the network refused the passphrase. "
                    + $"{WifiFailureHints.AuthError}"),
            WifiStatus { FailReason: WifiFailReason.NetworkNotFound } => new(
                reason, WifiNetworkNotFound, $"{device} could not join '{network}': it does not see such a network."),
            WifiStatus => new(reason, WifiConnectionFailed, $"{device} could not join '{network}', and reports no reason."),
            ThreadStatus { FailReason: ThreadAttachFailReason.DatasetInvalid } => new(
                reason, ThreadDatasetRefused, $"{device} could not attach to '{network}': it cannot make sense of the dataset."),
            ThreadStatus { FailReason: ThreadAttachFailReason.NetworkNotFound } => new(
                reason, ThreadNetworkNotFound,
                $"{device} could not attach to '{network}': no router of that network answered, or the network key is wrong."),
            _ => new(reason, ThreadAttachFailed, $"{device} could not attach to '{network}', and reports no reason."),
        };
    }
}
