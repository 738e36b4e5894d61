namespace EspProv.Host.Files;

/// <summary>Repeats what fails while another program has a file open for a moment, such as a virus scanner or an indexer.</summary>
internal static class FileRetry
{
    /// <summary>ERROR_SHARING_VIOLATION, which .NET reports on Windows alone.</summary>
    internal const int SharingViolation = unchecked((int)0x80070020);

    private const int MaxAttempts = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs <paramref name="action"/>, for about a second at most.</summary>
    /// <param name="action">What may fail.</param>
    /// <param name="mayPass">Whether a failure may be gone at the next attempt.</param>
    /// <param name="pause">Called between two attempts; <see cref="Pause"/> but in tests.</param>
    internal static T Run<T>(Func<T> action, Func<Exception, bool> mayPass, Action pause)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return action();
            }
            catch (Exception e) when (attempt < MaxAttempts && mayPass(e))
            {
                pause();
            }
        }
    }

    /// <summary>The wait between two attempts.</summary>
    internal static void Pause() => Thread.Sleep(Interval);
}
