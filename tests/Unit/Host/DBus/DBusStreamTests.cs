using System.Buffers.Binary;
using System.Net.Sockets;
using EspProv.Host.DBus;

namespace EspProv.Tests.Host.DBus;

/// <summary>The limit of a message's length, byte by byte as from a slow bus.</summary>
public sealed class DBusStreamTests
{
    private const uint Largest = DBusStream.MaxMessageSize - 16;

    [SkippableTheory]
    [InlineData('l', 0, Largest, true)]
    [InlineData('B', 0, Largest, true)]
    [InlineData('l', 0, Largest + 1, false)]
    [InlineData('B', 0, Largest + 1, false)]
    [InlineData('l', Largest, 0, true)]
    // The header fields are padded to eight bytes.
    [InlineData('l', 1, Largest - 8, true)]
    [InlineData('l', 1, Largest - 7, false)]
    [InlineData('l', uint.MaxValue, uint.MaxValue, false)]
    public async Task A_message_may_be_as_long_as_the_limit_and_a_longer_one_fails_at_its_header(
        char endian, uint fields, uint body, bool fits)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The bus is Linux's.");
        string path = Path.Combine(Path.GetTempPath(), $"espprov-{Guid.NewGuid():N}");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            await using DBusStream stream = await DBusStream.ConnectAsync("unix:path=/nonexistent/bus;unix:guid=00,path=" + path, default);
            using Socket bus = await listener.AcceptAsync();

            // Lines of the authentication are no messages.
            await bus.SendAsync("OK 0123456789abcdef0123456789abcdef\r\n"u8.ToArray());
            Assert.Equal(37, await stream.ReadAsync(new byte[100]));
            await stream.WriteAsync("BEGIN\r\n"u8.ToArray());

            // A message without a body, then the one in question.
            byte[] bytes = [.. Header('l', 8, 0), .. new byte[8], .. Header(endian, fields, body)];
            for (int i = 0; i < bytes.Length - 1; i++)
                await PassAsync(bytes[i]);
            if (fits)
                await PassAsync(bytes[^1]);
            else
                await Assert.ThrowsAsync<InvalidDataException>(() => PassAsync(bytes[^1]));

            async Task PassAsync(byte one)
            {
                await bus.SendAsync(new[] { one });
                Assert.Equal(1, await stream.ReadAsync(new byte[100]));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [SkippableTheory]
    [InlineData("unix:path=/run/a%20b,guid=00", "/run/a b")]
    [InlineData("unix:guid=00,abstract=/tmp/x", "@/tmp/x")]
    [InlineData("unixexec:path=/bin/x;;unix:;launchd:env=X;unix:path=/a;tcp:host=127.0.0.1,port=1;tcp:port=2",
        "/a Unspecified/127.0.0.1:1 Unspecified/localhost:2")]
    [InlineData("nonsense", "")]
    public void An_address_names_its_sockets_in_order(string address, string expected)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Abstract sockets are Linux's.");
        Assert.Equal(expected, string.Join(' ', DBusAddress.Parse(address)));
    }

    private static byte[] Header(char endian, uint fields, uint body)
    {
        byte[] header = new byte[16];
        (header[0], header[1], header[3]) = ((byte)endian, 4, 1);
        if (endian == 'B')
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), body);
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(12), fields);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), body);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), fields);
        }

        return header;
    }
}
