using EspProv.Virtual.Board;

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
        for (int i = 0; i < VirtualPartition.All.Count; i++)
        {
            VirtualPartition partition = VirtualPartition.All[i];
            string columns = $"{i,2} {partition.Label,-16} {partition.Usage,-16} {partition.Type:x2} {partition.SubType:x2}";
            log.Info("boot", $"{columns} {partition.Offset:x8} {partition.Length:x8}");
        }

        log.Info("boot", "End of partition table");
    }
}
