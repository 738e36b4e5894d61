namespace EspProv.Commands.Errors;

/// <summary>Errors that only cmdlets raise. The names are stable error ids.</summary>
internal enum ModuleError
{
    /// <summary>No session has that number or name.</summary>
    SessionNotFound,

    /// <summary>No virtual device has that name.</summary>
    VirtualDeviceNotFound,

    /// <summary>A virtual device could not be started.</summary>
    VirtualDeviceNotStarted,

    /// <summary>The network needs a passphrase, and none was given.</summary>
    PassphraseRequired,

    /// <summary>Parameters that exclude or need each other.</summary>
    ParameterConflict,

    /// <summary>A given file could not be read.</summary>
    FileNotReadable,

    /// <summary>A given file could not be written, or already exists.</summary>
    FileNotWritable,

    /// <summary>A secret could not be read from a vault by its name.</summary>
    SecretNotAvailable,

    /// <summary>A value is missing, and this session cannot prompt for it.</summary>
    ParameterRequired,

    /// <summary>The username, password or salt of a security 2 credential cannot be used.</summary>
    InvalidSec2Credential,

    /// <summary>No password can be generated of that length and alphabet.</summary>
    InvalidPasswordRecipe,

    /// <summary>A namespace or key that NVS or the vendor's tools cannot take.</summary>
    InvalidNvsName,

    /// <summary>The export format holds one credential, and several were given.</summary>
    TooManyCredentials,

    /// <summary>A label needs a password, and the credential does not have it.</summary>
    PasswordUnknown,

    /// <summary>A board's log did not say what was waited for.</summary>
    BoardLogTimeout,

    /// <summary>A port cannot restart the board at it.</summary>
    BoardResetUnavailable,

    /// <summary>A command must be confirmed, and this session cannot prompt.</summary>
    ConfirmationUnavailable,
}
