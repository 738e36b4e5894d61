namespace EspProv.Networks.Thread;

/// <summary>The Thread state that a device reports (PROTOCOL.md §3).</summary>
public enum ThreadAttachState
{
    /// <summary>Attached.</summary>
    Attached = 0,

    /// <summary>Attaching; also reported before any dataset.</summary>
    Attaching = 1,

    /// <summary>Not attached.</summary>
    Detached = 2,

    /// <summary>Failed; see the reason.</summary>
    AttachingFailed = 3,
}
