namespace EspProv.Fleet;

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
