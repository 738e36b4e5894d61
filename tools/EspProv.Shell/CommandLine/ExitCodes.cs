namespace EspProv.Shell.CommandLine;

/// <summary>What the process answers with, as pwsh does.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A terminating error, or a last statement that failed.</summary>
    public const int Failure = 1;

    /// <summary>A command line that cannot be used (sysexits.h, EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>Stopped by SIGINT: 128 + 2.</summary>
    public const int Interrupted = 130;
}
