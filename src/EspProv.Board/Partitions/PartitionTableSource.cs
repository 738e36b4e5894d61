namespace EspProv.Board.Partitions;

/// <summary>Where a board's partition table was found.</summary>
public enum PartitionTableSource
{
    /// <summary>No table was found.</summary>
    None = 0,

    /// <summary>In flash, with its MD5.</summary>
    Flash,

    /// <summary>In the bootloader's log, if flash cannot be read, is encrypted, or has the table at another offset.</summary>
    BootLog,
}
