using System.Net;
using System.Net.Sockets;
using System.Text;
using EspProv.Tests.Support;
using EspProv.Virtual;

namespace EspProv.Tests.Virtual.Transports.Http;

/// <summary>A client that sends without end does not keep others out, whether it reads or not.</summary>
public sealed class HttpFloodTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly byte[] Request = Encoding.ASCII.GetBytes("POST /proto-ver HTTP/1.1\r\nContent-Length: 3\r\n\r\n---");

    // More than the kernel can buffer on both sides: up to 32 MiB received, and 4 MiB sent.
    private const long FloodLength = 64_000_000;

    [Fact]
    public async Task A_client_that_pipelines_megabytes_and_never_reads_is_dropped_and_a_newcomer_is_served()
    {
        var time = new ManualTimeProvider();
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions { TimeProvider = time }, default);
        using Socket hostile = await ConnectAsync(device, receiveBuffer: 4096);
        Task flooding = FloodAsync(hostile, FloodLength, default);

        // Nothing is answered once both buffers are full: the number of requests stands still.
        long count = -1;
        while (device.RequestCount != count || count == 0)
        {
            count = device.RequestCount;
            await Task.Delay(250);
        }

        Assert.False(flooding.IsCompleted);
        using var patience = new CancellationTokenSource(Patience);
        while (!flooding.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        using RawHttpConnection newcomer = await RawHttpConnection.OpenAsync(device.Address);
        Assert.Equal("HTTP/1.1 200 OK", (await newcomer.PostAsync("proto-ver", "ESP"u8.ToArray()))?.StatusLine);
        Assert.InRange(device.RequestCount, 1, FloodLength / Request.Length);
    }

    [Fact]
    public async Task A_client_that_sends_requests_without_end_and_reads_makes_way_for_a_newcomer()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(new VirtualDeviceOptions(), default);
        using Socket hostile = await ConnectAsync(device, receiveBuffer: 64 * 1024);
        using var stop = new CancellationTokenSource();
        Task flooding = FloodAsync(hostile, long.MaxValue, stop.Token);
        Task reading = ReadAsync(hostile, stop.Token);
        while (device.RequestCount < 100)
            await Task.Delay(10);

        using RawHttpConnection newcomer = await RawHttpConnection.OpenAsync(device.Address);
        Assert.Equal("HTTP/1.1 200 OK", (await newcomer.PostAsync("proto-ver", "ESP"u8.ToArray()).WaitAsync(Patience))?.StatusLine);
        await Task.WhenAll(flooding, reading).WaitAsync(Patience); // It was evicted.
        await stop.CancelAsync();
    }

    private static async Task<Socket> ConnectAsync(VirtualDevice device, int receiveBuffer)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = receiveBuffer };
        await socket.ConnectAsync(IPEndPoint.Parse(device.Address));
        return socket;
    }

    private static async Task FloodAsync(Socket socket, long length, CancellationToken cancellationToken)
    {
        byte[] many = [.. Enumerable.Repeat(Request, 100).SelectMany(request => request)];
        try
        {
            for (long sent = 0; sent < length; sent += many.Length)
            {
                for (ReadOnlyMemory<byte> rest = many; rest.Length > 0;)
                    rest = rest[await socket.SendAsync(rest, cancellationToken)..];
            }
        }
        catch (SocketException)
        {
            // The device closed the connection.
        }
    }

    private static async Task ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The device closed the connection.
        }
    }
}
