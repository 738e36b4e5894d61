namespace EspProv.Networks.Thread;

/// <summary>Where the device stands with its Thread network, as it reports it (PROTOCOL.md §3).</summary>
public enum ThreadAttachState
{
    /// <summary>It is part of the network.</summary>
    Attached = 0,

    /// <summary>It is trying; also the answer before any dataset.</summary>
    Attaching = 1,

    /// <summary>It is not attached.</summary>
    Detached = 2,

    /// <summary>It gave up; see the reason.</summary>
    AttachingFailed = 3,
}
