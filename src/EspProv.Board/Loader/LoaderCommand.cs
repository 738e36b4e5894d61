namespace EspProv.Board.Loader;

/// <summary>The ROM loader's commands, named as in the vendor's documentation ("Serial Protocol").</summary>
internal enum LoaderCommand : byte
{
    /// <summary>Erases a range of the flash, and begins to write there.</summary>
    FlashBegin = 0x02,

    /// <summary>Ends writing; may restart the chip.</summary>
    FlashEnd = 0x04,

    /// <summary>Synchronizes: the ROM measures the speed of the line and replies.</summary>
    Sync = 0x08,

    /// <summary>Reads a word of memory or a register.</summary>
    ReadReg = 0x0A,

    /// <summary>Sets the size of the flash.</summary>
    SpiSetParams = 0x0B,

    /// <summary>Attaches the flash.</summary>
    SpiAttach = 0x0D,

    /// <summary>Reads up to 64 bytes of the flash. Only the ROM loader has this command.</summary>
    ReadFlashSlow = 0x0E,

    /// <summary>Computes the MD5 of a range of the flash.</summary>
    SpiFlashMd5 = 0x13,

    /// <summary>Reads the security features and the chip's ID. Not on ESP32.</summary>
    GetSecurityInfo = 0x14,
}
