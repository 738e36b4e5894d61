using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Virtual;

namespace EspProv.Tests.Fleet.Run;

/// <summary>Who is worked on at once, and who waits.</summary>
public class FleetTurnTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Devices_that_wait_for_their_next_attempt_let_others_have_their_place(int throttleLimit)
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { ConnectDelay = TimeSpan.Zero }, default);
        var results = new ConcurrentQueue<FleetResult>();
        var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new FleetOptions { ThrottleLimit = throttleLimit, RetryDelay = TimeSpan.FromHours(1), LongestDelay = TimeSpan.FromHours(1), Timeout = TimeSpan.FromHours(3) };
        var run = new FleetRun(options, new Links(), journal: null, Hear, (_, _, _) => { });
        await using (run)
        {
            for (int number = 1; number <= 3; number++)
                await AddAsync(run, Row(number, UnusedAddress(number)));
            await AddAsync(run, Row(4, device.Address));
            await connected.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Empty(run.Progress.Active);
        }

        FleetResult result = Assert.Single(results);
        Assert.Equal((4, FleetStatus.Connected), (result.Row, result.Status));

        void Hear(FleetResult one)
        {
            results.Enqueue(one);
            if (one.Row == 4)
                connected.SetResult();
        }
    }

    [Fact]
    public async Task No_more_devices_than_the_limit_are_worked_on_at_once_also_when_some_come_back()
    {
        const int Limit = 3;
        var links = new Links();
        var results = new ConcurrentQueue<FleetResult>();
        var options = new FleetOptions { ThrottleLimit = Limit, MaxAttempts = 4, RetryDelay = TimeSpan.FromMilliseconds(5) };
        var run = new FleetRun(options, links, journal: null, results.Enqueue, (_, _, _) => { });
        await using (run)
        {
            for (int number = 1; number <= 40; number++)
                await AddAsync(run, Row(number, UnusedAddress(number)));
            await run.CompleteAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }

        Assert.Equal(Enumerable.Range(1, 40), results.Select(result => result.Row).Order());
        Assert.All(results, result => Assert.Equal((FleetStatus.Failed, 4), (result.Status, result.Attempts)));
        Assert.InRange(links.MostAtOnce, 1, Limit);
    }

    private static async Task AddAsync(FleetRun run, FleetRow row)
    {
        Assert.Equal(FleetVerdictKind.Ready, (await run.ExamineAsync(row)).Kind);
        run.Add(row);
    }

    // A port that nothing listens on, at an address of its own.
    private static string UnusedAddress(int number)
    {
        using var socket = new TcpListener(IPAddress.Parse($"127.0.1.{number}"), 0);
        socket.Start();
        return socket.LocalEndpoint.ToString()!;
    }

    private static FleetRow Row(int number, string address) => new()
    {
        Number = number,
        Address = address,
        ProofOfPossession = Secret.FromUtf8("abcd1234"),
        Ssid = "MyHomeWiFiAP"u8.ToArray(),
        SsidText = "MyHomeWiFiAP",
        Passphrase = Secret.FromUtf8("mypassword"),
    };

    /// <summary>HTTP, and how many links there were at the same time.</summary>
    private sealed class Links : IFleetLinks
    {
        private readonly Lock _lock = new();
        private int _open;

        public int MostAtOnce { get; private set; }

        public Task<ProvisioningDevice> FindAsync(FleetRow row, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ITransport CreateTransport(FleetRow row, ProvisioningDevice device) => new Counted(this, new HttpTransport(device.Address));

        private void Count(int change)
        {
            lock (_lock)
            {
                _open += change;
                MostAtOnce = Math.Max(MostAtOnce, _open);
            }
        }

        private sealed class Counted : ForwardingTransport
        {
            private readonly Links _links;
            private int _ended;

            public Counted(Links links, ITransport inner)
                : base(inner)
            {
                _links = links;
                links.Count(1);
            }

            public override ValueTask DisposeAsync()
            {
                if (Interlocked.Exchange(ref _ended, 1) == 0)
                    _links.Count(-1);
                return base.DisposeAsync();
            }
        }
    }
}
