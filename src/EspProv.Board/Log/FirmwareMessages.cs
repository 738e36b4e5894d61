namespace EspProv.Board.Log;

/// <summary>What chips and firmware print, where both the events of a log and the mask of its secrets depend on it.</summary>
internal static class FirmwareMessages
{
    /// <summary>The provisioning manager has credentials; they follow on lines of their own.</summary>
    public const string CredentialsReceived = "Received Wi-Fi credentials";

    /// <summary>The line with the network's name, up to the name, as a regular expression.</summary>
    public const string SsidPattern = "^ {2,}SSID +: ";

    /// <summary>The reason of a restart follows.</summary>
    public const string Reset = "rst:0x";

    /// <summary>The start of what the panic handler prints.</summary>
    public const string Panic = "Guru Meditation Error:";

    /// <summary>The application ended itself.</summary>
    public const string Abort = "abort() was called at PC ";

    /// <summary>The place and the condition of a failed assertion follow.</summary>
    public const string AssertFailed = "assert failed:";

    /// <summary>The supply voltage was too low.</summary>
    public const string Brownout = "Brownout detector was triggered";
}
