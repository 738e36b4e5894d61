namespace EspProv.Sessions;

/// <summary>Poll intervals that start short, since most devices connect within seconds, and grow.</summary>
internal struct PollSchedule()
{
    private const double Growth = 1.5;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private TimeSpan _next = First;

    /// <summary>The next wait, and never more than <paramref name="remaining"/>.</summary>
    public TimeSpan Next(TimeSpan remaining)
    {
        TimeSpan wait = _next;
        _next = wait * Growth < Longest ? wait * Growth : Longest;
        return wait < remaining ? wait : remaining;
    }
}
