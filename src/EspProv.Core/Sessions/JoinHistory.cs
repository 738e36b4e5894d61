namespace EspProv.Sessions;

/// <summary>What is known of a device's way to its network. It may outlive a session, when several are made with one device.</summary>
internal sealed class JoinHistory
{
    /// <summary>Whether Apply went out and was not refused, nor undone by a reset.</summary>
    public bool CredentialsApplied { get; set; }

    /// <summary>When Apply first went out, as a time stamp; null when it did not.</summary>
    public long? AppliedAt { get; set; }

    /// <summary>
    /// A reset leaves what the device reports as it was: until Apply was answered, or the device says that it is joining, an outcome may
    /// be the one from before.
    /// </summary>
    public bool IsStatusOld { get; set; }
}
