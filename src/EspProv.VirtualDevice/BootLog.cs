using EspProv.Virtual.Board;

namespace EspProv.Virtual;

/// <summary>What the ROM and the bootloader of an ESP32-C3 print before the stock example or the loader starts, shortened.</summary>
internal static class BootLog
{
    private const string RomVersion = "ESP-ROM:esp32c3-api1-20210207";

    /// <summary>Prints the output before the application's.</summary>
    public static void Write(MonitorLog log)
    {
        log.Plain(RomVersion);
        log.Plain("rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)");
        log.Info("boot.esp32c3", "SPI Flash Size : 4MB");
        log.Info("boot", "Partition Table:");
        log.Info("boot", "## Label            Usage          Type ST Offset   Length");
        for (int i = 0; i < VirtualPartition.All.Count; i++)
        {
            VirtualPartition partition = VirtualPartition.All[i];
            string columns = $"{i,2} {partition.Label,-16} {partition.Usage,-16} {partition.Type:x2} {partition.SubType:x2}";
            log.Info("boot", $"{columns} {partition.Offset:x8} {partition.Length:x8}");
        }

        log.Info("boot", "End of partition table");
    }

    /// <summary>Prints the output of the ROM when it enters its loader.</summary>
    public static void WriteLoader(MonitorLog log)
    {
        log.Plain(RomVersion);
        log.Plain("rst:0x1 (POWERON),boot:0x5 (DOWNLOAD(USB/UART0))");
        log.Plain("waiting for download");
    }
}
