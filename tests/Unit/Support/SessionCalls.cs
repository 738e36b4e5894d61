using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Sessions;

namespace EspProv.Tests.Support;

/// <summary>A session's joins without a witness of their own.</summary>
internal static class SessionCalls
{
    public static Task<WifiProvisioningResult> ProvisionWifiAsync(
        this ProvisioningSession session, WifiCredential credential, TimeSpan timeout, IProgress<WifiStatus>? progress, CancellationToken cancellationToken) =>
        session.ProvisionWifiAsync(credential, timeout, progress, witness: null, cancellationToken);

    public static Task<ThreadProvisioningResult> ProvisionThreadAsync(
        this ProvisioningSession session, ThreadDataset dataset, TimeSpan timeout, IProgress<ThreadStatus>? progress, CancellationToken cancellationToken) =>
        session.ProvisionThreadAsync(dataset, timeout, progress, witness: null, cancellationToken);
}
