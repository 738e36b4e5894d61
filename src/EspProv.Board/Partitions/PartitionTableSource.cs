namespace EspProv.Board.Partitions;

/// <summary>Where a board's partition table was found.</summary>
public enum PartitionTableSource
{
    /// <summary>Nowhere.</summary>
    None = 0,

    /// <summary>In flash, with its MD5.</summary>
    Flash,

    /// <summary>In what the bootloader prints, where flash cannot be read, is encrypted, or has the table in another place.</summary>
    BootLog,
}
