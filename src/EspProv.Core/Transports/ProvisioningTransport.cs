namespace EspProv.Transports;

/// <summary>The kinds of transport.</summary>
public enum ProvisioningTransport
{
    /// <summary>Bluetooth LE, GATT (PROTOCOL.md §7).</summary>
    Ble,

    /// <summary>HTTP, on the device's own access point or any other IP path (PROTOCOL.md §6).</summary>
    SoftAP,

    /// <summary>A serial console (PROTOCOL.md §8).</summary>
    Serial,

    /// <summary>A person who copies hex between this tool and another GATT tool.</summary>
    Console,
}
