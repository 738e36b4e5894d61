using EspProv.Host.Wifi.NetworkManager;
using EspProv.Host.Wifi.Windows;
using EspProv.Transports.Http;

namespace EspProv.Host.Wifi;

/// <summary>Finds the program that manages this machine's Wi-Fi.</summary>
public static class HostWifiPlatform
{
    /// <summary>What works without this machine's Wi-Fi being switched for the user.</summary>
    internal const string ByHand = $"You can also join the device's access point by hand, and give -Address {HttpTransport.AccessPointAddress}.";

    /// <summary>NetworkManager on Linux, the WLAN AutoConfig service on Windows.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>: none that is known here.</exception>
    public static IHostWifi Create()
    {
        if (OperatingSystem.IsWindows())
            return new WlanWifi(new WlanApi(), TimeProvider.System);
        return OperatingSystem.IsLinux()
            ? new NetworkManagerWifi(busAddress: null, TimeProvider.System)
            : throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable, $"This machine's Wi-Fi can be scanned and switched on Linux and Windows only. {ByHand}");
    }
}
