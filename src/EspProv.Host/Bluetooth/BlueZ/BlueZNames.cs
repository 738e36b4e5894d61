using EspProv.Host.DBus;

namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>Names of BlueZ's D-Bus interface (its doc/*-api.txt, and org.bluez.*(5)).</summary>
internal static class BlueZNames
{
    public const string Service = "org.bluez";
    public const string ServicePath = "/org/bluez";
    public const string Adapter = "org.bluez.Adapter1";
    public const string Device = "org.bluez.Device1";
    public const string GattService = "org.bluez.GattService1";
    public const string GattCharacteristic = "org.bluez.GattCharacteristic1";
    public const string GattDescriptor = "org.bluez.GattDescriptor1";
    public const string GattManager = "org.bluez.GattManager1";
    public const string Advertisement = "org.bluez.LEAdvertisement1";
    public const string AdvertisingManager = "org.bluez.LEAdvertisingManager1";
    public const string Agent = "org.bluez.Agent1";
    public const string AgentManager = "org.bluez.AgentManager1";
    public const string Error = "org.bluez.Error.";

    public const string Properties = DBusConnection.Properties;

    /// <summary>The mirrored objects of BlueZ.</summary>
    public static DBusObjectTree Tree { get; } = new(
        Service, "/", ServicePath,
        new HashSet<string>(StringComparer.Ordinal)
        {
            Adapter, Device, GattService, GattCharacteristic, GattDescriptor, GattManager, AdvertisingManager,
        });
}
