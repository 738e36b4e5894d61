using System.Globalization;
using EspProv.Host.DBus;

namespace EspProv.Host.Wifi.NetworkManager;

/// <summary>The profile of a device's access point, as NetworkManager takes it.</summary>
internal static class NetworkManagerProfile
{
    /// <summary>The setting with the key.</summary>
    public const string Security = "802-11-wireless-security";

    private const string NamePrefix = "espprov-";
    private static readonly Version Ipv6CanBeDisabled = new(1, 20);

    // NM_SETTING_SECRET_FLAG_NOT_SAVED: requested from the agent each time, never stored.
    private const uint KeyIsNotSaved = 2;

    /// <summary>A profile without autoconnect and default route, whose key comes from an agent.</summary>
    public static Dictionary<string, object> Create(string uuid, byte[] ssid, bool hasKey, Version version)
    {
        var profile = new Dictionary<string, object>
        {
            ["connection"] = new Dictionary<string, object>
            {
                ["id"] = Text(string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{Environment.ProcessId}")),
                ["uuid"] = Text(uuid),
                ["type"] = Text("802-11-wireless"),
                ["autoconnect"] = new DBusVariant("b", false),
            },
            ["802-11-wireless"] = new Dictionary<string, object>
            {
                ["ssid"] = new DBusVariant("ay", ssid),
                ["mode"] = Text("infrastructure"),
            },
            ["ipv4"] = new Dictionary<string, object>
            {
                ["method"] = Text("auto"),
                ["never-default"] = new DBusVariant("b", true),
                ["may-fail"] = new DBusVariant("b", false),
            },
            ["ipv6"] = new Dictionary<string, object> { ["method"] = Text(version >= Ipv6CanBeDisabled ? "disabled" : "ignore") },
        };
        if (hasKey)
        {
            profile[Security] = new Dictionary<string, object>
            {
                ["key-mgmt"] = Text("wpa-psk"),
                ["psk-flags"] = new DBusVariant("u", KeyIsNotSaved),
            };
        }

        return profile;
    }

    /// <summary>
    /// The profile is in memory only, is removed when it is deactivated, and is deactivated when this connection to the bus is closed.
    /// </summary>
    public static Dictionary<string, object> Options() =>
        new() { ["persist"] = Text("volatile"), ["bind-activation"] = Text("dbus-client") };

    /// <summary>Whether a profile of this name belongs to a session, and to which process.</summary>
    public static bool IsOurs(string? name, out int process)
    {
        process = 0;
        return name is not null && name.StartsWith(NamePrefix, StringComparison.Ordinal)
            && int.TryParse(name[NamePrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out process);
    }

    /// <summary>The UUID in a profile.</summary>
    public static string? UuidOf(Dictionary<string, object> profile) =>
        (profile.GetValueOrDefault("connection") as Dictionary<string, object>)?.GetValueOrDefault("uuid") as string;

    private static DBusVariant Text(string value) => new("s", value);
}
