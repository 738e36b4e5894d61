using EspProv.Devices;
using EspProv.Networks;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;

namespace EspProv.Sessions;

/// <summary>What a device's own word for why it could not join a network is as an error.</summary>
/// <param name="Reason">The device's word.</param>
/// <param name="ErrorId">A stable id: one of the constants here.</param>
/// <param name="Message">The same in words, as text to show.</param>
public sealed record JoinFailure(string Reason, string ErrorId, string Message)
{
    /// <summary>The device says that the passphrase is wrong.</summary>
    public const string WifiAuthError = nameof(WifiAuthError);

    /// <summary>The device says that there is no such network.</summary>
    public const string WifiNetworkNotFound = nameof(WifiNetworkNotFound);

    /// <summary>The device says that it failed, for a reason without a name.</summary>
    public const string WifiConnectionFailed = nameof(WifiConnectionFailed);

    /// <summary>What came of the credentials cannot be known.</summary>
    public const string WifiOutcomeUnknown = nameof(WifiOutcomeUnknown);

    /// <summary>The device cannot make sense of the Thread dataset.</summary>
    public const string ThreadDatasetRefused = nameof(ThreadDatasetRefused);

    /// <summary>No router of the Thread network answered the device, which a wrong network key looks like too.</summary>
    public const string ThreadNetworkNotFound = nameof(ThreadNetworkNotFound);

    /// <summary>The device says that it could not attach, for a reason without a name.</summary>
    public const string ThreadAttachFailed = nameof(ThreadAttachFailed);

    /// <summary>What came of the Thread dataset cannot be known.</summary>
    public const string ThreadOutcomeUnknown = nameof(ThreadOutcomeUnknown);

    /// <summary>The id of an outcome that cannot be known; of Wi-Fi where the kind of network is not known either.</summary>
    internal static string OutcomeUnknown(ProvisioningNetwork? kind) =>
        kind is ProvisioningNetwork.Thread ? ThreadOutcomeUnknown : WifiOutcomeUnknown;

    /// <summary>Of a device that gave up.</summary>
    /// <param name="status">Its last status.</param>
    /// <param name="device">What to call the device.</param>
    /// <param name="network">What to call the network.</param>
    public static JoinFailure Of(NetworkStatus status, string device, string network)
    {
        ArgumentNullException.ThrowIfNull(status);
        string reason = status.FailName ?? status.PhaseName;
        return status switch
        {
            WifiStatus { FailReason: WifiFailReason.AuthError } => new(
                reason, WifiAuthError, $"{device} could not join '{network}': the network refused the passphrase. {WifiFailureHints.AuthError}"),
            WifiStatus { FailReason: WifiFailReason.NetworkNotFound } => new(
                reason, WifiNetworkNotFound, $"{device} could not join '{network}': it does not see such a network."),
            WifiStatus => new(reason, WifiConnectionFailed, $"{device} could not join '{network}', and does not say why."),
            ThreadStatus { FailReason: ThreadAttachFailReason.DatasetInvalid } => new(
                reason, ThreadDatasetRefused, $"{device} could not attach to '{network}': it cannot make sense of the dataset."),
            ThreadStatus { FailReason: ThreadAttachFailReason.NetworkNotFound } => new(
                reason, ThreadNetworkNotFound,
                $"{device} could not attach to '{network}': no router of that network answered, or the network key is wrong."),
            _ => new(reason, ThreadAttachFailed, $"{device} could not attach to '{network}', and does not say why."),
        };
    }
}
