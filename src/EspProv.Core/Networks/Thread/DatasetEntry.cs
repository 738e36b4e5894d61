namespace EspProv.Networks.Thread;

/// <summary>Types of dataset entries, numbered by the Thread specification.</summary>
internal enum DatasetEntry : byte
{
    Channel = 0,
    PanId = 1,
    ExtendedPanId = 2,
    NetworkName = 3,
    Pskc = 4,
    NetworkKey = 5,
    MeshLocalPrefix = 7,
    SecurityPolicy = 12,
    ActiveTimestamp = 14,
    PendingTimestamp = 51,
    DelayTimer = 52,
    ChannelMask = 53,
    WakeUpChannel = 74,
}
