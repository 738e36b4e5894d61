namespace EspProv.Commands.Errors;

/// <summary>Failures that only the cmdlets know. The names are stable error ids.</summary>
internal enum ModuleError
{
    /// <summary>No session has that number or name.</summary>
    SessionNotFound,

    /// <summary>No virtual device has that name.</summary>
    VirtualDeviceNotFound,

    /// <summary>A virtual device could not be started.</summary>
    VirtualDeviceNotStarted,

    /// <summary>A network that is known to need a passphrase was given none.</summary>
    PassphraseRequired,

    /// <summary>Parameters that exclude or need each other.</summary>
    ParameterConflict,

    /// <summary>A file that was named could not be read.</summary>
    FileNotReadable,

    /// <summary>A file that was named could not be written, or exists.</summary>
    FileNotWritable,

    /// <summary>A value is missing, and nobody can be asked for it.</summary>
    ParameterRequired,

    /// <summary>The username, password or salt of a security 2 credential cannot be used.</summary>
    InvalidSec2Credential,

    /// <summary>No password can be generated of that length and alphabet.</summary>
    InvalidPasswordRecipe,

    /// <summary>A namespace or key that NVS or the vendor's tools cannot take.</summary>
    InvalidNvsName,

    /// <summary>A form for one device was asked for, for several.</summary>
    TooManyCredentials,

    /// <summary>A label was asked for, for a device whose password is not known.</summary>
    PasswordUnknown,

    /// <summary>A board's log did not say what was waited for.</summary>
    BoardLogTimeout,

    /// <summary>A port cannot restart the board at it.</summary>
    BoardResetUnavailable,
}
