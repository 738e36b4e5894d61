using EspProv.Security;
using EspProv.Virtual;

namespace EspProv.Tests.Virtual;

/// <summary>Clients decide how much a device logs; the log keeps the newest of it.</summary>
public sealed class MonitorLogTests
{
    [Fact]
    public void A_log_keeps_its_newest_lines_and_counts_the_others()
    {
        var log = new MonitorLog(TimeProvider.System);
        Assert.Empty(log.Read(out long none));
        Assert.Equal(0, none);

        for (int i = 1; i <= MonitorLog.MaxLines + 100; i++)
            log.Info("app", $"line {i}", $"more {i}");
        IReadOnlyList<string> lines = log.Read(out long dropped);
        Assert.Equal((MonitorLog.MaxLines, MonitorLog.MaxLines + 200), (lines.Count, dropped));
        Assert.Equal($"more {MonitorLog.MaxLines + 100}", lines[^1]);
    }

    [Fact]
    public void Long_lines_count_by_their_characters()
    {
        var log = new MonitorLog(TimeProvider.System);
        string text = new('x', MonitorLog.MaxCharacters / 10);
        for (int i = 0; i < 100; i++)
            log.Info("app", text);
        IReadOnlyList<string> lines = log.Read(out long dropped);
        Assert.Equal((9, 91), (lines.Count, dropped));

        log.Info("app", new string('y', MonitorLog.MaxCharacters + 1));
        Assert.Empty(log.Read(out dropped));
        Assert.Equal(101, dropped);
    }

    [Fact]
    public async Task A_client_that_sends_data_without_end_fills_no_more_than_the_log()
    {
        var options = new VirtualDeviceOptions { SecurityVersion = SecurityVersion.Security0 };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, default);
        using RawHttpConnection connection = await RawHttpConnection.OpenAsync(device.Address);
        for (int i = 0; i < MonitorLog.MaxLines + 10; i++)
            Assert.NotNull(await connection.PostAsync("custom-data", "data"u8.ToArray()));
        IReadOnlyList<string> lines = device.ReadMonitorLog(out long dropped);
        Assert.Equal(MonitorLog.MaxLines, lines.Count);
        Assert.InRange(dropped, 10, 100);
        Assert.Equal(lines, device.MonitorLog);
    }
}
