namespace EspProv.Board.Log;

/// <summary>The level of a line, the letter that it starts with.</summary>
public enum BoardLogLevel
{
    /// <summary>No level: text that was not written by the logging library, such as a boot message of the ROM.</summary>
    None = 0,

    /// <summary>E.</summary>
    Error,

    /// <summary>W.</summary>
    Warning,

    /// <summary>I.</summary>
    Info,

    /// <summary>D.</summary>
    Debug,

    /// <summary>V.</summary>
    Verbose,
}
