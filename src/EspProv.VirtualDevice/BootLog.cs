namespace EspProv.Virtual;

/// <summary>What the ROM and the bootloader of an ESP32-C3 print before the stock example starts, in short.</summary>
internal static class BootLog
{
    /// <summary>Prints it.</summary>
    public static void Write(MonitorLog log)
    {
        log.Plain("ESP-ROM:esp32c3-api1-20210207");
        log.Plain("rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)");
        log.Info("boot", "Partition Table:");
        log.Info("boot", "## Label            Usage          Type ST Offset   Length");
        log.Info("boot", " 0 nvs              WiFi data        01 02 00009000 00006000");
        log.Info("boot", " 1 phy_init         RF data          01 01 0000f000 00001000");
        log.Info("boot", " 2 factory          factory app      00 00 00010000 00100000");
        log.Info("boot", "End of partition table");
    }
}
