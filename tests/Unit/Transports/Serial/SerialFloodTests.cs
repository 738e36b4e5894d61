using System.Text;
using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Serial;
using EspProv.Virtual;
using EspProv.Virtual.Transports.Serial;

namespace EspProv.Tests.Transports.Serial;

/// <summary>A device that prints without end on a real pseudo-terminal: memory stays flat, and the session goes on.</summary>
[Collection(MemoryTests.Name)]
public sealed class SerialFloodTests
{
    private const int LongFlood = 20;
    private const int ShortFlood = 8;

    private static readonly VirtualDeviceOptions Quick = new() { ConnectDelay = TimeSpan.Zero };
    private static readonly SerialTransportOptions Slow = new() { ExchangeTimeout = TimeSpan.FromMinutes(5) };

    /// <summary>Text that is printed again and again, and how many MiB of it.</summary>
    public static TheoryData<string, int> Floods => new()
    {
        { string.Concat(Enumerable.Range(0, 1000).Select(i => $"I ({i}) app: Hello World! 0a1b2c\r\n")), LongFlood },
        { string.Concat(Enumerable.Repeat("0a1b2c3d", 8 * 1024)), ShortFlood },
        { string.Concat(Enumerable.Repeat("\r", 64 * 1024)), ShortFlood },
    };

    [SkippableTheory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_while_nobody_asks_is_dropped(string text, int mebibytes)
    {
        SkipWithoutPseudoTerminals();
        await using var server = new SerialDeviceServer();
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, server, default);
        await using ProvisioningSession session = await ConnectAsync(device);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        await Task.Run(() => Flood(server, text, mebibytes));

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MemoryTests.MaxGrowth);
        Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(default)).State);
        Assert.Equal("SUCCESS\0"u8.ToArray(), await session.SendCustomDataAsync("custom-data", "hello"u8.ToArray(), default));
        Assert.Equal(1, session.HandshakeCount);
    }

    [SkippableTheory]
    [MemberData(nameof(Floods))]
    public async Task A_flood_between_a_request_and_its_reply_is_let_pass_and_the_reply_is_found_behind_it(string text, int mebibytes)
    {
        SkipWithoutPseudoTerminals();
        SerialDeviceServer? console = null;
        bool hasFlooded = false;
        long before = 0, after = 0;
        VirtualDeviceOptions options = Quick with
        {
            Faults = request =>
            {
                if (request.Endpoint == "custom-data" && !hasFlooded)
                {
                    hasFlooded = true;
                    before = GC.GetTotalMemory(forceFullCollection: true);
                    Flood(console!, text, mebibytes);
                    after = GC.GetTotalMemory(forceFullCollection: true);
                }

                return VirtualFault.None;
            },
        };
        await using SerialDeviceServer server = console = new SerialDeviceServer();
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, server, default);
        await using ProvisioningSession session = await ConnectAsync(device);

        Assert.Equal("SUCCESS\0"u8.ToArray(), await session.SendCustomDataAsync("custom-data", "hello"u8.ToArray(), default));
        Assert.True(hasFlooded);
        Assert.InRange(after - before, long.MinValue, MemoryTests.MaxGrowth);
        Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(default)).State);
        Assert.Equal(1, session.HandshakeCount);
    }

    [SkippableFact]
    public async Task A_port_that_floods_and_never_prompts_is_a_time_out_in_flat_memory()
    {
        SkipWithoutPseudoTerminals();
        await using var server = new SerialDeviceServer();
        var options = new SerialTransportOptions { ConnectTimeout = TimeSpan.FromSeconds(3) };
        await using var transport = new SerialTransport(server.Address, options);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Task<ProvisioningException> opening = Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
        string line = new('x', 64 * 1024);
        long most = 0;
        await Task.Run(() =>
        {
            while (!opening.IsCompleted)
            {
                server.WriteLog(line);
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            }
        });
        Assert.Equal(ProvisioningErrorReason.ConnectTimeout, (await opening).Reason);
        Assert.InRange(most - before, long.MinValue, MemoryTests.MaxGrowth);
    }

    [SkippableFact]
    public async Task A_client_that_types_a_line_without_end_fills_no_more_than_the_devices_line()
    {
        SkipWithoutPseudoTerminals();
        await using var server = new SerialDeviceServer();
        await using VirtualDevice device = await VirtualDevice.StartAsync(Quick, server, default);
        await using (FileStream port = new(device.Address, FileMode.Open, FileAccess.ReadWrite))
        {
            var reading = Task.Run(() => ReadToEnd(port));
            await port.WriteAsync(Encoding.ASCII.GetBytes(new string('y', 8 * 1024) + "\r"));
            await port.FlushAsync();
            await reading.WaitAsync(TimeSpan.FromMinutes(1));
        }

        await using ProvisioningSession session = await ConnectAsync(device);
        Assert.True(session.IsOpen);

        // The echo of all of it.
        static void ReadToEnd(FileStream port)
        {
            byte[] buffer = new byte[1024];
            for (int seen = 0; seen < 8 * 1024;)
            {
                int count = port.Read(buffer);
                seen += buffer.AsSpan(0, count).Count((byte)'y');
            }
        }
    }

    private static void Flood(SerialDeviceServer server, string text, int mebibytes)
    {
        for (int written = 0; written < mebibytes * 1024 * 1024; written += text.Length)
            server.WriteLog(text);
    }

    private static void SkipWithoutPseudoTerminals() =>
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "There are no pseudo-terminals on this system.");

    private static Task<ProvisioningSession> ConnectAsync(VirtualDevice device) => ProvisioningSession.ConnectAsync(
        new ProvisioningDevice { Name = device.Name, Transport = ProvisioningTransport.Serial, Address = device.Address },
        new SerialTransport(device.Address, Slow),
        new SessionOptions { Credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8("abcd1234") } },
        default);
}
