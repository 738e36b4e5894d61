namespace EspProv.Networks.Thread;

/// <summary>Why the device could not attach to the Thread network.</summary>
public enum ThreadAttachFailReason
{
    /// <summary>The dataset is invalid.</summary>
    DatasetInvalid = 0,

    /// <summary>No router answered in time. A wrong network key has the same effect.</summary>
    NetworkNotFound = 1,
}
