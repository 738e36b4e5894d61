using EspProv.Host.DBus;

namespace EspProv.Host.Wifi.NetworkManager;

/// <summary>Names and numbers of NetworkManager's D-Bus interface (its "D-Bus API reference"; NetworkManager.h for numbers).</summary>
internal static class NetworkManagerNames
{
    public const string Service = "org.freedesktop.NetworkManager";
    public const string Path = "/org/freedesktop/NetworkManager";
    public const string SettingsPath = Path + "/Settings";
    public const string AgentManagerPath = Path + "/AgentManager";

    /// <summary>The path of agents, fixed by NetworkManager.</summary>
    public const string AgentPath = Path + "/SecretAgent";

    public const string Manager = Service;
    public const string Device = Service + ".Device";
    public const string Wireless = Service + ".Device.Wireless";
    public const string AccessPoint = Service + ".AccessPoint";
    public const string Active = Service + ".Connection.Active";
    public const string Ip4Config = Service + ".IP4Config";
    public const string Settings = Service + ".Settings";
    public const string AgentManager = Service + ".AgentManager";
    public const string SecretAgent = Service + ".SecretAgent";

    public const string PermissionDenied = Service + ".PermissionDenied";
    public const string UnknownProfile = Service + ".Settings.InvalidConnection";
    public const string AgentCanceled = Service + ".SecretAgent.UserCanceled";
    public const string AgentNoSecrets = Service + ".SecretAgent.NoSecrets";

    /// <summary>The path for no object.</summary>
    public const string None = "/";

    /// <summary>NM_DEVICE_TYPE_WIFI.</summary>
    public const uint WifiDevice = 2;

    /// <summary>The mirrored objects of NetworkManager.</summary>
    public static DBusObjectTree Tree { get; } = new(
        Service, "/org/freedesktop", Path,
        new HashSet<string>(StringComparer.Ordinal) { Manager, Device, Wireless, AccessPoint, Active, Ip4Config },
        ObjectList: "AccessPoints");
}

/// <summary>NM_DEVICE_STATE_*, those that are used.</summary>
internal static class DeviceState
{
    public const uint Unavailable = 20;
    public const uint Activated = 100;
    public const uint Failed = 120;
}

/// <summary>NM_ACTIVE_CONNECTION_STATE_*, those that are used.</summary>
internal static class ActiveState
{
    public const uint Activated = 2;
    public const uint Deactivated = 4;
}

/// <summary>NM_DEVICE_STATE_REASON_*: why a device failed.</summary>
internal enum DeviceReason
{
    Unknown = 1,
    IpConfigUnavailable = 5,
    IpConfigExpired = 6,
    NoSecrets = 7,
    SupplicantDisconnect = 8,
    SupplicantConfigFailed = 9,
    SupplicantFailed = 10,
    SupplicantTimeout = 11,
    DhcpStartFailed = 15,
    DhcpError = 16,
    DhcpFailed = 17,
    SsidNotFound = 53,
}
