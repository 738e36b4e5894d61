namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>Where BlueZ is, and how to wait. The defaults are those of a Linux machine.</summary>
public sealed record BlueZOptions
{
    /// <summary>The address of the message bus, in D-Bus notation (<c>unix:path=…</c>); null for the system bus.</summary>
    public string? BusAddress { get; init; }

    /// <summary>The kernel's list of radio switches.</summary>
    public string RadioSwitchPath { get; init; } = "/sys/class/rfkill";

    /// <summary>What time it is, and how to wait.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
