using EspProv.Host.Wifi.Windows;

namespace EspProv.Host.Wifi;

/// <summary>Finds the program that manages this machine's Wi-Fi.</summary>
public static class HostWifiPlatform
{
    /// <summary>NetworkManager on Linux, the WLAN AutoConfig service on Windows.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>: none that is known here.</exception>
    public static IHostWifi Create()
    {
        const string ByHand = "Join the device's access point by hand, and give -Address 192.168.4.1.";
        if (OperatingSystem.IsWindows())
            return new WlanWifi(new WlanApi(), TimeProvider.System);
        if (!OperatingSystem.IsLinux())
            throw new ProvisioningException(ProvisioningErrorReason.TransportUnavailable, $"This machine's Wi-Fi can be scanned and switched on Linux and Windows only. {ByHand}");
        string? nmcli = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "nmcli")).FirstOrDefault(File.Exists);
        return nmcli is not null
            ? new NetworkManagerWifi(nmcli)
            : throw new ProvisioningException(ProvisioningErrorReason.TransportUnavailable, $"NetworkManager's nmcli, which switches this machine's Wi-Fi, is not installed. {ByHand}");
    }
}
