namespace EspProv.Host.Files;

/// <summary>Retries file operations that fail while another program, such as a virus scanner, has the file open.</summary>
internal static class FileRetry
{
    /// <summary>ERROR_SHARING_VIOLATION, which .NET reports on Windows alone.</summary>
    internal const int SharingViolation = unchecked((int)0x80070020);

    private const int MaxAttempts = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs <paramref name="action"/>, for up to about a second.</summary>
    /// <param name="action">The operation.</param>
    /// <param name="mayPass">Whether a failure is worth a retry.</param>
    /// <param name="pause">Called between two attempts; <see cref="Pause"/> but in tests.</param>
    internal static T Run<T>(Func<T> action, Func<Exception, bool> mayPass, Action pause)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return action();
            }
            catch (Exception exception) when (attempt < MaxAttempts && mayPass(exception))
            {
                pause();
            }
        }
    }

    /// <summary>The wait between two attempts.</summary>
    internal static void Pause() => Thread.Sleep(Interval);
}
