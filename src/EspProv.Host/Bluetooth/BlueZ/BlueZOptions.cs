namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>Options for BlueZ. The defaults suit a Linux machine.</summary>
public sealed record BlueZOptions
{
    /// <summary>The address of the message bus, in D-Bus notation (<c>unix:path=…</c>); null for the system bus.</summary>
    public string? BusAddress { get; init; }

    /// <summary>The kernel's directory of radio switches.</summary>
    public string RadioSwitchPath { get; init; } = "/sys/class/rfkill";

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
