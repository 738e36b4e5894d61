namespace EspProv.Sessions;

/// <summary>What is known about a device's join. It may outlive a session, when several are opened to one device.</summary>
internal sealed class JoinHistory
{
    /// <summary>Whether Apply was sent, not refused, and not undone by a reset.</summary>
    public bool CredentialsApplied { get; set; }

    /// <summary>The timestamp of the first Apply; null if none was sent.</summary>
    public long? AppliedAt { get; set; }

    /// <summary>
    /// A reset does not clear the reported status: until Apply was answered or the device reports joining, an outcome may be a previous
    /// one.
    /// </summary>
    public bool IsStatusOld { get; set; }
}
