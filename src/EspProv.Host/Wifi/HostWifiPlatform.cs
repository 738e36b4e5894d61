using EspProv.Host.Wifi.NetworkManager;
using EspProv.Host.Wifi.Windows;
using EspProv.Transports.Http;

namespace EspProv.Host.Wifi;

/// <summary>Selects the Wi-Fi implementation of the platform.</summary>
public static class HostWifiPlatform
{
    /// <summary>The alternative when this machine's Wi-Fi cannot be switched.</summary>
    internal const string ByHand = "You can also join the device's access point manually, and give -Address "
        + $"{HttpTransport.AccessPointAddress}.";

    /// <summary>NetworkManager on Linux, the WLAN AutoConfig service on Windows.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: not supported on this platform.
    /// </exception>
    public static IHostWifi Create()
    {
        if (OperatingSystem.IsWindows())
            return new WlanWifi(new WlanApi(), TimeProvider.System);
        return OperatingSystem.IsLinux()
            ? new NetworkManagerWifi(busAddress: null, TimeProvider.System)
            : throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable, "This machine's Wi-Fi can be scanned and switched on Linux and Windows "
                    + $"only. {ByHand}");
    }
}
