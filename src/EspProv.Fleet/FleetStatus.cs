namespace EspProv.Fleet;

/// <summary>How a row of a plan ended.</summary>
public enum FleetStatus
{
    /// <summary>The device, or the log of its board, reported that it is on the wanted network.</summary>
    Connected,

    /// <summary>The device, or the log of its board, reported a failure, or the device was never told to use the credentials.</summary>
    Failed,

    /// <summary>The device was told to use the credentials, and the outcome cannot be known.</summary>
    Unknown,

    /// <summary>Nothing was sent: an earlier run did it, the row is empty, the time was up, or the user declined.</summary>
    Skipped,

    /// <summary>Nothing was sent: a value is invalid, or the row repeats another one.</summary>
    Invalid,

    /// <summary>Nothing was sent: the row was only checked, and is valid.</summary>
    Valid,
}
