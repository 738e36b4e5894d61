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

/// <summary>The stages of a row.</summary>
public enum FleetStage
{
    /// <summary>Checking its values.</summary>
    Validate,

    /// <summary>Looking for the device by its name.</summary>
    Find,

    /// <summary>Opening a link, and asking for the device's version.</summary>
    Connect,

    /// <summary>The handshake.</summary>
    Handshake,

    /// <summary>Sending data to the application's endpoints.</summary>
    CustomData,

    /// <summary>Setting and applying credentials.</summary>
    Apply,

    /// <summary>Waiting for the device to join the network.</summary>
    Join,

    /// <summary>The end.</summary>
    Done,
}
