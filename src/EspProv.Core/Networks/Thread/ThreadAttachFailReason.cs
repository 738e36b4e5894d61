namespace EspProv.Networks.Thread;

/// <summary>Why the device could not attach to the Thread network.</summary>
public enum ThreadAttachFailReason
{
    /// <summary>The device cannot make sense of the dataset.</summary>
    DatasetInvalid = 0,

    /// <summary>No router of the network answered in time. A wrong network key looks the same: nobody answers it.</summary>
    NetworkNotFound = 1,
}
