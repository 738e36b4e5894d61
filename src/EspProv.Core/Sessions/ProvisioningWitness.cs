namespace EspProv.Sessions;

/// <summary>The source of a join's outcome.</summary>
public enum ProvisioningWitness
{
    /// <summary>The device, over its session.</summary>
    Device,

    /// <summary>The log of the device's board, on a serial port.</summary>
    BoardLog,
}
