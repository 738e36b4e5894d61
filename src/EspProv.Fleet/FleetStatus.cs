namespace EspProv.Fleet;

/// <summary>How a row of a plan ended.</summary>
public enum FleetStatus
{
    /// <summary>The device said that it is on the wanted network.</summary>
    Connected,

    /// <summary>The device said that it failed, or it was never given the credentials.</summary>
    Failed,

    /// <summary>The device was told to use the credentials, and what came of it cannot be known.</summary>
    Unknown,

    /// <summary>Nothing was sent: an earlier run did it, the row is empty, the time was up, or the user declined.</summary>
    Skipped,

    /// <summary>Nothing was sent: the row is out of a limit, or repeats another one.</summary>
    Invalid,

    /// <summary>Nothing was sent, and nothing is wrong with the row: rows were only checked.</summary>
    Valid,
}

/// <summary>How far a row came.</summary>
public enum FleetStage
{
    /// <summary>Its values were checked.</summary>
    Validate,

    /// <summary>The device was looked for by its name.</summary>
    Find,

    /// <summary>A link was opened, and the device asked for its version.</summary>
    Connect,

    /// <summary>Both sides prove themselves.</summary>
    Handshake,

    /// <summary>The application's own data.</summary>
    CustomData,

    /// <summary>Credentials were set and applied.</summary>
    Apply,

    /// <summary>The device joins the network.</summary>
    Join,

    /// <summary>The end.</summary>
    Done,
}
