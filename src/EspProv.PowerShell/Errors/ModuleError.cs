namespace EspProv.Commands.Errors;

/// <summary>Failures that only the module knows, beside Core's <see cref="ProvisioningErrorReason"/>. The names are stable error ids.</summary>
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

    /// <summary>There is a journal at the path already.</summary>
    JournalExists,

    /// <summary>Another run has the journal open.</summary>
    JournalInUse,

    /// <summary>The journal was written for another plan, or another shard of it.</summary>
    JournalOfAnotherPlan,

    /// <summary>The file is not a journal, or is damaged.</summary>
    JournalNotReadable,

    /// <summary>The journal cannot be written, so the run stops.</summary>
    JournalNotWritable,

    /// <summary>The device says that the passphrase is wrong.</summary>
    WifiAuthError,

    /// <summary>The device says that there is no such network.</summary>
    WifiNetworkNotFound,

    /// <summary>The device says that it failed, for a reason without a name.</summary>
    WifiConnectionFailed,

    /// <summary>What came of the credentials cannot be known.</summary>
    WifiOutcomeUnknown,

    /// <summary>The device cannot make sense of the Thread dataset.</summary>
    ThreadDatasetRefused,

    /// <summary>No router of the Thread network answered the device.</summary>
    ThreadNetworkNotFound,

    /// <summary>The device says that it could not attach, for a reason without a name.</summary>
    ThreadAttachFailed,

    /// <summary>What came of the Thread dataset cannot be known.</summary>
    ThreadOutcomeUnknown,

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

    /// <summary>An error that nobody expected: it ends the work for one device only, and ought to be reported.</summary>
    UnexpectedError,
}
