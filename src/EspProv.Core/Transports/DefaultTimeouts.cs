namespace EspProv.Transports;

/// <summary>How long transports and scans may take where nothing else is asked for.</summary>
public static class DefaultTimeouts
{
    /// <summary><see cref="Exchange"/> in seconds.</summary>
    public const double ExchangeSeconds = 15;

    /// <summary>One request and its reply.</summary>
    public static TimeSpan Exchange => TimeSpan.FromSeconds(ExchangeSeconds);

    /// <summary><see cref="Scan"/> in seconds.</summary>
    public const double ScanSeconds = 30;

    /// <summary>A device's whole scan for networks.</summary>
    public static TimeSpan Scan => TimeSpan.FromSeconds(ScanSeconds);

    /// <summary>A connection over HTTP.</summary>
    public static TimeSpan HttpConnect => TimeSpan.FromSeconds(10);

    /// <summary>A connection over Bluetooth, including the scan for the device, and reading its services and their names.</summary>
    public static TimeSpan GattConnect => TimeSpan.FromSeconds(30);

    /// <summary>The answer of a device's console after its port was opened.</summary>
    public static TimeSpan SerialConnect => TimeSpan.FromSeconds(5);
}
