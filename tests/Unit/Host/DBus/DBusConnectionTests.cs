using System.Diagnostics;
using EspProv.Host.DBus;

namespace EspProv.Tests.Host.DBus;

/// <summary>The D-Bus layer on a real bus, and against dbus-send, which nobody here wrote.</summary>
public sealed class DBusConnectionTests
{
    private const string Echo = "io.espprov.Echo";

    public static TheoryData<string, object> Values => new()
    {
        { "y", (byte)0xFE },
        { "b", true },
        { "n", short.MinValue },
        { "q", ushort.MaxValue },
        { "i", int.MinValue },
        { "u", uint.MaxValue },
        { "x", long.MinValue },
        { "t", ulong.MaxValue },
        { "d", -0.5 },
        { "s", "Grüße, 世界 😀" },
        { "s", "" },
        { "o", "/org/bluez/hci0" },
        { "g", "a{sv}" },
        { "ay", new byte[] { 0, 1, 255 } },
        { "ay", Array.Empty<byte>() },
        { "as", new[] { "a", "", "c" } },
        { "ao", new[] { "/", "/a" } },
        { "ai", new object[] { 1, -2 } },
        { "(sy)", new object[] { "x", (byte)1 } },
        { "a(nay)", new object[] { new object[] { (short)-1, new byte[] { 9 } }, new object[] { (short)2, Array.Empty<byte>() } } },
        { "a{su}", new Dictionary<string, object> { ["one"] = 1u, ["two"] = 2u } },
        { "a{qs}", new Dictionary<object, object> { [(ushort)0x02E5] = "Espressif" } },
        { "a{oa{sa{sb}}}", new Dictionary<string, object> { ["/x"] = new Dictionary<string, object> { ["i.f"] = new Dictionary<string, object> { ["P"] = true } } } },
    };

    [SkippableFact]
    public async Task A_reply_that_is_larger_than_the_limit_costs_the_connection_and_not_the_memory()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        server.Export("/echo", call => Task.FromResult(call.Return("ay", new byte[DBusStream.MaxMessageSize / 2 * (byte)call.Body[0]])));

        DBusMessage Ask(byte halves) => DBusMessage.Call(server.UniqueName, "/echo", Echo, "Echo", "y", halves);
        Assert.Equal(DBusStream.MaxMessageSize / 2, ((byte[])(await client.CallAsync(Ask(1), default)).Body[0]).Length);
        DBusException error = await Assert.ThrowsAsync<DBusException>(() => client.CallAsync(Ask(3), default));
        Assert.Equal(DBusException.LimitsExceeded, error.Name);
        Assert.True(client.Closed.IsCancellationRequested);
        error = await Assert.ThrowsAsync<DBusException>(() => client.CallAsync(Ask(1), default));
        Assert.Equal(DBusException.LimitsExceeded, error.Name);
    }

    [SkippableFact]
    public async Task A_bad_name_in_a_signal_or_in_an_error_reply_does_not_cost_the_connection()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        Assert.Throws<ArgumentException>(() => server.Emit(DBusMessage.Signal("/x", "nodot", "M", "")));
        server.Export("/thrown", _ => throw new DBusException("no name", "text"));
        server.Export("/returned", call => Task.FromResult(call.Error("no name", "text")));
        foreach (string path in (string[])["/thrown", "/returned"])
        {
            DBusException error = await Assert.ThrowsAsync<DBusException>(
                () => client.CallAsync(DBusMessage.Call(server.UniqueName, path, Echo, "X"), default));
            Assert.Equal("org.freedesktop.DBus.Error.Failed", error.Name);
        }

        Assert.False(server.Closed.IsCancellationRequested);
    }

    [SkippableFact]
    public async Task A_handler_that_throws_does_not_end_the_connection()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection sender = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        var heard = new TaskCompletionSource();
        int count = 0;
        await client.SubscribeAsync(
            new DBusMatch(sender.UniqueName, "/echo"),
            _ =>
            {
                if (++count == 1)
                    throw new InvalidCastException();
                heard.SetResult();
            },
            default);
        sender.Emit(DBusMessage.Signal("/echo", Echo, "Happened", ""));
        sender.Emit(DBusMessage.Signal("/echo", Echo, "Happened", ""));
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(client.Closed.IsCancellationRequested);
    }

    [SkippableTheory]
    [MemberData(nameof(Values))]
    public async Task Every_type_survives_the_bus_also_inside_a_variant(string signature, object value)
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        server.Export("/echo", call => Task.FromResult(call.Return(signature + "v", call.Body[0], new DBusVariant(signature, call.Body[1]))));

        DBusMessage reply = await client.CallAsync(
            DBusMessage.Call(server.UniqueName, "/echo", Echo, "Echo", signature + "v", value, new DBusVariant(signature, value)), default);
        Assert.Equal(signature + "v", reply.Signature);
        Assert.Equal(value, reply.Body[0]);
        Assert.Equal(value, reply.Body[1]);
    }

    [SkippableFact]
    public async Task The_systems_own_client_reads_what_is_written_and_is_read()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        DBusMessage? heard = null;
        server.Export("/echo", call =>
        {
            heard = call;
            return Task.FromResult(call.Return("a{sv}", new Dictionary<string, object>
            {
                ["Name"] = new DBusVariant("s", "PROV_261FCC"),
                ["Value"] = new DBusVariant("ay", new byte[] { 1, 0xAB }),
            }));
        });

        using Process send = Process.Start(new ProcessStartInfo(
            "dbus-send",
            ["--bus=" + bus.Address, "--print-reply", "--dest=" + server.UniqueName, "/echo", Echo + ".Echo",
                "uint16:517", "objpath:/org/bluez", "array:string:a,b", "dict:string:int32:one,1", "variant:boolean:true"])
        { RedirectStandardOutput = true })!;
        string printed = await send.StandardOutput.ReadToEndAsync();
        await send.WaitForExitAsync();

        Assert.Equal(0, send.ExitCode);
        Assert.Contains("string \"PROV_261FCC\"", printed, StringComparison.Ordinal);
        Assert.Matches(@"array of bytes \[\s+01 ab\s+\]", printed);
        Assert.Equal("qoasa{si}v", heard!.Signature);
        Assert.Equal([(ushort)517, "/org/bluez", new[] { "a", "b" }, new Dictionary<string, object> { ["one"] = 1 }, true], heard.Body);
    }

    [SkippableFact]
    public async Task Errors_come_back_with_their_name_and_text()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        server.Export("/echo", _ => throw new DBusException("org.bluez.Error.Failed", "Operation failed with ATT error: 0x0e"));
        server.Export("/bug", _ => throw new InvalidOperationException("a passphrase"));

        DBusException failed = await Assert.ThrowsAsync<DBusException>(() => client.CallAsync(DBusMessage.Call(server.UniqueName, "/echo", Echo, "X"), default));
        Assert.Equal(("org.bluez.Error.Failed", "Operation failed with ATT error: 0x0e"), (failed.Name, failed.Message));
        DBusException unknown = await Assert.ThrowsAsync<DBusException>(() => client.CallAsync(DBusMessage.Call(server.UniqueName, "/nothing", Echo, "X"), default));
        Assert.Equal(DBusException.UnknownObject, unknown.Name);
        DBusException bug = await Assert.ThrowsAsync<DBusException>(() => client.CallAsync(DBusMessage.Call(server.UniqueName, "/bug", Echo, "X"), default));
        Assert.DoesNotContain("passphrase", bug.Message, StringComparison.Ordinal);
        DBusException nobody = await Assert.ThrowsAsync<DBusException>(() => client.CallAsync(DBusMessage.Call("io.espprov.Nobody", "/", Echo, "X"), default));
        Assert.Equal(DBusException.ServiceUnknown, nobody.Name);
    }

    [SkippableTheory]
    [InlineData("no slash", "i.f", "M")]
    [InlineData("/trailing/", "i.f", "M")]
    [InlineData("/x", "nodot", "M")]
    [InlineData("/x", "i.f", "not a member")]
    [InlineData("/x", "i.f", "New\nLine")]
    public async Task Names_and_values_that_would_make_the_bus_close_the_connection_are_refused_before(string path, string interfaceName, string member)
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => client.CallAsync(DBusMessage.Call("a.b", path, interfaceName, member), default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.CallAsync(DBusMessage.Call("a.b", "/x", "i.f", "M", "s", "a\0b"), default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.CallAsync(DBusMessage.Call("a.b", "/x", "i.f", "M", "ss", "only one"), default));
        // And the connection still works.
        Assert.Equal(1, await PrivateBus.ClientsAsync(client));
    }

    [SkippableFact]
    public async Task A_large_message_and_many_at_once_pass()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        server.Export("/echo", call => Task.FromResult(call.Return("ay", call.Body[0])));

        // More than a socket's buffer, in both directions.
        byte[] large = new byte[4_000_000];
        new Random(1).NextBytes(large);
        DBusMessage reply = await client.CallAsync(DBusMessage.Call(server.UniqueName, "/echo", Echo, "Echo", "ay", large), default);
        Assert.Equal(large, (byte[])reply.Body[0]);

        // Fewer than the replies that the bus lets one client wait for.
        DBusMessage[] replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(i =>
            client.CallAsync(DBusMessage.Call(server.UniqueName, "/echo", Echo, "Echo", "ay", new[] { (byte)i, (byte)(i >> 8) }), default)));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => new[] { (byte)i, (byte)(i >> 8) }), replies.Select(r => (byte[])r.Body[0]));
    }

    [SkippableFact]
    public async Task Only_signals_that_match_are_heard_and_the_rule_goes_with_the_subscription()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection sender = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        var heard = new List<string>();
        var last = new TaskCompletionSource();
        IDisposable subscription = await client.SubscribeAsync(
            new DBusMatch(sender.UniqueName, PathNamespace: "/a", Interface: "i.f"),
            signal =>
            {
                heard.Add($"{signal.Path}.{signal.Member}");
                if (signal.Member == "Last")
                    last.SetResult();
            },
            default);
        Assert.Contains(await PrivateBus.MatchRulesAsync(sender), rule => rule.Contains("path_namespace='/a'", StringComparison.Ordinal));

        foreach ((string path, string member) in new[] { ("/a", "One"), ("/ab", "No"), ("/b", "No"), ("/a/b", "Last") })
            sender.Emit(DBusMessage.Signal(path, "i.f", member, ""));
        await last.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["/a.One", "/a/b.Last"], heard);

        subscription.Dispose();
        await PrivateBus.ClientsAsync(client);
        Assert.DoesNotContain(await PrivateBus.MatchRulesAsync(sender), rule => rule.Contains("path_namespace='/a'", StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task A_signal_whose_handler_throws_is_not_the_last_one()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection sender = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        var second = new TaskCompletionSource();
        using IDisposable subscription = await client.SubscribeAsync(
            new DBusMatch(sender.UniqueName, Interface: "i.f"),
            signal =>
            {
                if (signal.Member == "First")
                    throw new InvalidOperationException();
                second.SetResult();
            },
            default);
        sender.Emit(DBusMessage.Signal("/a", "i.f", "First", ""));
        sender.Emit(DBusMessage.Signal("/a", "i.f", "Second", ""));
        await second.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [SkippableFact]
    public async Task A_caller_may_block_for_another_reply_after_its_first()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        int clients = await Task.Run(async () =>
        {
            await PrivateBus.ClientsAsync(client).ConfigureAwait(false);
            return PrivateBus.ClientsAsync(client).Result;
        }).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(1, clients);
    }

    [SkippableFact]
    public async Task What_was_sent_last_arrives_although_the_connection_is_closed_at_once()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        int heard = 0;
        for (int i = 1; i <= 20; i++)
        {
            await using DBusConnection sender = await bus.ConnectAsync();
            using IDisposable subscription = await client.SubscribeAsync(
                new DBusMatch(sender.UniqueName, Interface: "i.f"), _ => Interlocked.Increment(ref heard), default);
            sender.Emit(DBusMessage.Signal("/a", "i.f", "Last", ""));
            await sender.DisposeAsync();
            await PrivateBus.ClientsAsync(client);
            Assert.Equal(i, heard);
        }
    }

    [SkippableFact]
    public async Task A_reply_is_read_before_the_signals_that_were_sent_after_it()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        var order = new List<string>();
        var last = new TaskCompletionSource();
        server.Export("/a", call =>
        {
            server.Emit(DBusMessage.Signal("/a", "i.f", "Before", ""));
            // The reply is sent when this returns, and the signal after it.
            _ = Task.Run(async () =>
            {
                await PrivateBus.ClientsAsync(server);
                server.Emit(DBusMessage.Signal("/a", "i.f", "After", ""));
            });
            return Task.FromResult(call.Return());
        });
        using IDisposable subscription = await client.SubscribeAsync(
            new DBusMatch(server.UniqueName, Interface: "i.f"),
            signal =>
            {
                order.Add(signal.Member!);
                if (signal.Member == "After")
                    last.SetResult();
            },
            default);
        await client.CallAsync(DBusMessage.Call(server.UniqueName, "/a", Echo, "X"), default, onReply: _ => order.Add("Reply"));
        await last.Task.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["Before", "Reply", "After"], order);
    }

    [SkippableTheory]
    [InlineData("unix:path=/nonexistent/bus", "There is no message bus at unix:path=/nonexistent/bus.")]
    [InlineData("nonsense", "The message bus at nonsense cannot be used")]
    public async Task A_bus_that_is_not_there_is_named(string address, string message)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The bus is Linux's.");
        Assert.StartsWith(message, (await Assert.ThrowsAsync<DBusException>(() => DBusConnection.OpenAsync(address, default))).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_bus_that_never_answers_does_not_hold_a_caller_that_gives_up()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The bus is Linux's.");
        string path = Path.Combine(Path.GetTempPath(), $"espprov-{Guid.NewGuid():N}");
        using var silent = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        silent.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        silent.Listen();
        try
        {
            using var stop = new CancellationTokenSource();
            Task<DBusConnection> opening = DBusConnection.OpenAsync("unix:path=" + path, stop.Token);
            using System.Net.Sockets.Socket accepted = await silent.AcceptAsync();
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.WaitAsync(TimeSpan.FromSeconds(30)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [SkippableFact]
    public async Task A_caller_that_gives_up_is_let_go_and_the_connection_goes_on()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        var never = new TaskCompletionSource<DBusMessage>();
        var asked = new TaskCompletionSource();
        server.Export("/hang", _ =>
        {
            asked.TrySetResult();
            return never.Task;
        });

        using var stop = new CancellationTokenSource();
        Task<DBusMessage> call = client.CallAsync(DBusMessage.Call(server.UniqueName, "/hang", Echo, "X"), stop.Token);
        await asked.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        DBusException late = await Assert.ThrowsAsync<DBusException>(
            () => client.CallAsync(DBusMessage.Call(server.UniqueName, "/hang", Echo, "X"), default, TimeSpan.FromMilliseconds(50)));
        Assert.Equal(DBusException.NoReply, late.Name);
        Assert.Equal(2, await PrivateBus.ClientsAsync(client));
    }

    [SkippableFact]
    public async Task A_bus_that_dies_fails_what_waits_and_what_comes_later()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection server = await bus.ConnectAsync();
        await using DBusConnection client = await bus.ConnectAsync();
        var asked = new TaskCompletionSource();
        server.Export("/hang", async _ =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite);
            throw new InvalidOperationException();
        });
        Task<DBusMessage> call = client.CallAsync(DBusMessage.Call(server.UniqueName, "/hang", Echo, "X"), default);
        await asked.Task;
        bus.Kill();

        Assert.Equal(DBusException.Disconnected, (await Assert.ThrowsAsync<DBusException>(() => call)).Name);
        Assert.True(client.Closed.IsCancellationRequested);
        Assert.Equal(DBusException.Disconnected, (await Assert.ThrowsAsync<DBusException>(() => PrivateBus.ClientsAsync(client))).Name);
    }

    [SkippableFact]
    public async Task Disposed_connections_leave_the_bus_and_no_descriptors()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using DBusConnection observer = await bus.ConnectAsync();
        for (int i = 0; i < 5; i++)
            await (await bus.ConnectAsync()).DisposeAsync();
        int before = OpenSocketsAndEvents();
        for (int i = 0; i < 100; i++)
            await (await bus.ConnectAsync()).DisposeAsync();
        // Other tests run beside this one: growth of a hundred is what is looked for.
        Assert.InRange(OpenSocketsAndEvents() - before, -90, 90);
        Assert.Equal(1, await PrivateBus.ClientsAsync(observer));
    }

    private static int OpenSocketsAndEvents() => new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos()
        .Count(entry => entry.LinkTarget is { } target && (target.StartsWith("socket:", StringComparison.Ordinal) || target.Contains("eventfd", StringComparison.Ordinal)));
}
