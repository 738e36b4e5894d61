using System.Runtime.InteropServices;
using static EspProv.Bluetooth.DBus.NativeMethods;

namespace EspProv.Bluetooth.DBus;

/// <summary>Which signals to hear. All parts are optional but the sender.</summary>
internal sealed record DBusMatch(string Sender, string? Path = null, string? PathNamespace = null, string? Interface = null, string? Member = null, string? Argument0 = null)
{
    /// <summary>The rule in the bus's notation.</summary>
    public string Rule => string.Join(',', new[]
    {
        ("type", "signal"), ("sender", Sender), ("path", Path), ("path_namespace", PathNamespace),
        ("interface", Interface), ("member", Member), ("arg0", Argument0),
    }.Where(part => part.Item2 is not null).Select(part => $"{part.Item1}='{part.Item2}'"));

    /// <summary>Whether a signal is one of these; the bus has checked the sender's well-known name.</summary>
    public bool Covers(DBusMessage signal) =>
        (Path is null || signal.Path == Path)
        && (PathNamespace is null || PathNamespace == "/" || signal.Path == PathNamespace || signal.Path!.StartsWith(PathNamespace + "/", StringComparison.Ordinal))
        && (Interface is null || signal.Interface == Interface)
        && (Member is null || signal.Member == Member)
        && (Argument0 is null || (signal.Body is [string first, ..] && first == Argument0));
}

/// <summary>
/// A connection to a message bus. One thread owns libdbus' connection and sleeps in poll(2) on its socket and on an eventfd, by which
/// other threads hand it work; everything native happens on it. Messages are matched to calls by their serials.
/// </summary>
internal sealed class DBusConnection : IAsyncDisposable
{
    public const string BusName = "org.freedesktop.DBus";
    public const string BusPath = "/org/freedesktop/DBus";

    /// <summary>The longest message that is taken, in bytes: all of a crowded room's devices in one reply have some hundred KiB.</summary>
    public const int MaxMessageSize = 8 * 1024 * 1024;

    private const int SystemBus = 1;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(25);

    private readonly string? _address;
    private readonly EventFdHandle _wake = new();
    private readonly object _gate = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _closed = new();

    // Guarded by _gate.
    private readonly Queue<Action> _work = new();
    private readonly List<(DBusMatch Match, Action<DBusMessage> Handler)> _handlers = [];
    private readonly Dictionary<string, Func<DBusMessage, Task<DBusMessage>>> _objects = new(StringComparer.Ordinal);
    private bool _stop;
    private bool _dead;

    // Owned by the thread.
    private readonly Dictionary<uint, TaskCompletionSource<DBusMessage>> _pending = [];
    private DBusConnectionHandle? _native;

    private DBusConnection(string? address) => _address = address;

    /// <summary>Our own name on the bus.</summary>
    public string UniqueName { get; private set; } = "";

    /// <summary>Cancelled when the connection is lost or disposed of.</summary>
    public CancellationToken Closed { get; private set; }

    /// <summary>Connects to the bus at <paramref name="address"/>, or to the system bus.</summary>
    /// <exception cref="DBusException">The bus cannot be reached.</exception>
    /// <exception cref="DllNotFoundException">There is no libdbus-1.</exception>
    public static async Task<DBusConnection> OpenAsync(string? address, CancellationToken cancellationToken)
    {
        var connection = new DBusConnection(address);
        connection.Closed = connection._closed.Token;
        new Thread(connection.Run) { IsBackground = true, Name = "EspProv D-Bus" }.Start();
        try
        {
            await connection._opened.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            // Not awaited when cancelled: the library may still be waiting for the bus, and the thread ends on its own after that.
            connection.Stop();
            throw;
        }
    }

    /// <summary>Calls a method and returns its reply.</summary>
    /// <exception cref="DBusException">An error reply, no reply in time, or a lost connection.</exception>
    public async Task<DBusMessage> CallAsync(DBusMessage call, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reply = new TaskCompletionSource<DBusMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        uint serial = 0;
        Post(
            () =>
            {
                serial = Send(call, reply);
            },
            reply);
        try
        {
            return await reply.Task.WaitAsync(timeout ?? DefaultTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new DBusException(DBusException.NoReply, $"{call.Destination} did not answer {call.Member} in time.");
        }
        finally
        {
            if (!reply.Task.IsCompleted)
            {
                reply.TrySetCanceled(CancellationToken.None);
                Post(() => _pending.Remove(serial), null);
            }
        }
    }

    /// <summary>Hears signals until the result is disposed of; that removes the match rule from the bus.</summary>
    /// <param name="match">Which signals.</param>
    /// <param name="handler">Called on the connection's thread: it must not block and must not throw.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<IAsyncDisposable> SubscribeAsync(DBusMatch match, Action<DBusMessage> handler, CancellationToken cancellationToken)
    {
        var entry = (match, handler);
        lock (_gate)
        {
            _handlers.Add(entry);
        }

        var subscription = new Subscription(this, entry);
        try
        {
            await CallAsync(DBusMessage.Call(BusName, BusPath, BusName, "AddMatch", "s", match.Rule), cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Answers method calls to an object of ours until the result is disposed of.</summary>
    /// <param name="path">The object's path.</param>
    /// <param name="handler">Called on the connection's thread; a <see cref="DBusException"/> from it becomes an error reply.</param>
    public IDisposable Export(string path, Func<DBusMessage, Task<DBusMessage>> handler)
    {
        lock (_gate)
        {
            _objects.Add(path, handler);
        }

        return new ExportedObject(this, path);
    }

    /// <summary>Sends a message that has no reply: a signal.</summary>
    public void Emit(DBusMessage message) => Post(() => Send(message, null), null);

    public async ValueTask DisposeAsync()
    {
        Stop();
        await _ended.Task.ConfigureAwait(false);
    }

    private static unsafe DBusException? TakeError(NativeError* error)
    {
        DBusException? exception = error->Name == 0
            ? null
            : new DBusException(DBusMessage.Text(error->Name)!, DBusMessage.Text(error->Message) ?? "");
        dbus_error_free(error);
        return exception;
    }

    private void Stop()
    {
        lock (_gate)
        {
            _stop = true;
            if (!_wake.IsClosed)
            {
                _wake.Set();
            }
        }
    }

    private void Post(Action action, TaskCompletionSource<DBusMessage>? failed)
    {
        lock (_gate)
        {
            if (!_stop && !_dead)
            {
                _work.Enqueue(failed is null
                    ? action
                    : () =>
                    {
                        try
                        {
                            action();
                        }
                        catch (Exception error)
                        {
                            failed.TrySetException(error);
                        }
                    });
                _wake.Set();
                return;
            }
        }

        failed?.TrySetException(Lost());
    }

    private static DBusException Lost() => new(DBusException.Disconnected, "The connection to the message bus is closed.");

    private void Run()
    {
        try
        {
            Open();
            _opened.TrySetResult();
            Loop();
        }
        catch (Exception error)
        {
            // Before it was open: the reason why it is not. Afterwards: nothing that a caller could be told better than "lost".
            _opened.TrySetException(error);
        }
        finally
        {
            End();
        }
    }

    private unsafe void Open()
    {
        NativeError error;
        if (dbus_threads_init_default() == 0)
        {
            throw new InsufficientMemoryException();
        }

        dbus_error_init(&error);
        DBusConnectionHandle native = _address is null ? dbus_bus_get_private(SystemBus, &error) : dbus_connection_open_private(_address, &error);
        if (TakeError(&error) is { } cannotConnect)
        {
            native.Dispose();
            throw cannotConnect;
        }

        _native = native;
        dbus_connection_set_exit_on_disconnect(native, 0);
        dbus_connection_set_max_message_size(native, new CLong(MaxMessageSize));
        dbus_connection_set_max_received_size(native, new CLong(MaxMessageSize));
        if (_address is not null)
        {
            dbus_error_init(&error);
            _ = dbus_bus_register(native, &error);
            if (TakeError(&error) is { } cannotRegister)
            {
                throw cannotRegister;
            }
        }

        UniqueName = DBusMessage.Text(dbus_bus_get_unique_name(native)) ?? "";
    }

    private unsafe void Loop()
    {
        DBusConnectionHandle native = _native!;
        if (dbus_connection_get_unix_fd(native, out int socket) == 0)
        {
            return;
        }

        PollDescriptor* polled = stackalloc PollDescriptor[2];
        polled[0] = new PollDescriptor { Descriptor = socket };
        polled[1] = new PollDescriptor { Descriptor = _wake.Descriptor, Events = PollIn };
        while (true)
        {
            bool stop = RunWork();
            Receive(native);
            if (dbus_connection_get_is_connected(native) == 0 || (stop && !Flushing(native)))
            {
                return;
            }

            polled[0].Events = (short)(dbus_connection_has_messages_to_send(native) != 0 ? PollIn | PollOut : PollIn);
            // A negative result is an interrupting signal: look again.
            _ = Poll(polled, 2, stop ? 1000 : -1);
            if (polled[1].Returned != 0)
            {
                _wake.Reset();
            }

            _ = dbus_connection_read_write(native, 0);
        }
    }

    // What was sent last, such as an error reply, is not lost by leaving; but a bus that takes nothing does not keep us.
    private int _flushes;

    private bool Flushing(DBusConnectionHandle native) => dbus_connection_has_messages_to_send(native) != 0 && _flushes++ < 3;

    private bool RunWork()
    {
        while (true)
        {
            Action action;
            lock (_gate)
            {
                if (!_work.TryDequeue(out action!))
                {
                    return _stop;
                }
            }

            action();
        }
    }

    private void Receive(DBusConnectionHandle native)
    {
        while (true)
        {
            DBusMessage message;
            using (DBusMessageHandle popped = dbus_connection_pop_message(native))
            {
                if (popped.IsInvalid)
                {
                    return;
                }

                message = DBusMessage.FromNative(popped);
            }

            switch (message.Type)
            {
                case DBusMessageType.MethodReturn or DBusMessageType.Error:
                    if (_pending.Remove(message.ReplySerial, out TaskCompletionSource<DBusMessage>? caller))
                    {
                        Complete(caller, message);
                    }

                    break;
                case DBusMessageType.Signal:
                    Action<DBusMessage>[] handlers;
                    lock (_gate)
                    {
                        handlers = [.. _handlers.Where(entry => entry.Match.Covers(message)).Select(entry => entry.Handler)];
                    }

                    Array.ForEach(handlers, handler => Hand(message, handler));
                    break;
                case DBusMessageType.MethodCall:
                    Answer(message);
                    break;
            }
        }
    }

    // A signal that a handler does not understand is no reason to give up all calls and all other signals.
    private static void Hand(DBusMessage signal, Action<DBusMessage> handler)
    {
        try
        {
            handler(signal);
        }
        catch (Exception)
        {
            // There is nobody to tell on this thread; the next signal may be a good one.
        }
    }

    private static void Complete(TaskCompletionSource<DBusMessage> caller, DBusMessage reply)
    {
        if (reply.Type == DBusMessageType.Error)
        {
            caller.TrySetException(new DBusException(reply.ErrorName ?? "", reply.Body is [string text, ..] ? text : ""));
        }
        else
        {
            caller.TrySetResult(reply);
        }
    }

    private void Answer(DBusMessage call)
    {
        Func<DBusMessage, Task<DBusMessage>>? handler;
        lock (_gate)
        {
            handler = _objects.GetValueOrDefault(call.Path ?? "");
        }

        _ = AnswerAsync();

        async Task AnswerAsync()
        {
            DBusMessage reply;
            try
            {
                reply = handler is not null
                    ? await handler(call).ConfigureAwait(false)
                    : throw new DBusException(DBusException.UnknownObject, $"There is no object {call.Path}.");
            }
            catch (DBusException error)
            {
                reply = call.Error(error.Name, error.Message);
            }
            catch (Exception error)
            {
                // Only the kind: the text of an unexpected error may hold what was being worked on.
                reply = call.Error(DBusException.Prefix + "Failed", error.GetType().Name);
            }

            if (!call.NoReply)
            {
                Emit(reply);
            }
        }
    }

    private uint Send(DBusMessage message, TaskCompletionSource<DBusMessage>? reply)
    {
        using DBusMessageHandle native = message.ToNative();
        DBusMessage.Check(dbus_connection_send(_native!, native, out uint serial));
        if (reply is not null)
        {
            _pending.Add(serial, reply);
        }

        return serial;
    }

    private void End()
    {
        lock (_gate)
        {
            _dead = true;
            _work.Clear();
            _wake.Dispose();
        }

        _native?.Dispose();
        foreach (TaskCompletionSource<DBusMessage> caller in _pending.Values)
        {
            caller.TrySetException(Lost());
        }

        _pending.Clear();
        _closed.Cancel();
        _ended.TrySetResult();
    }

    private sealed class Subscription(DBusConnection connection, (DBusMatch Match, Action<DBusMessage> Handler) entry) : IAsyncDisposable
    {
        private int _disposed;

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
            {
                return;
            }

            lock (connection._gate)
            {
                connection._handlers.Remove(entry);
            }

            try
            {
                await connection.CallAsync(
                    DBusMessage.Call(BusName, BusPath, BusName, "RemoveMatch", "s", entry.Match.Rule), CancellationToken.None, TimeSpan.FromSeconds(5))
                    .ConfigureAwait(false);
            }
            catch (DBusException)
            {
                // A connection that is gone has no rules any more; one that was never added is not there to remove.
            }
        }
    }

    private sealed class ExportedObject(DBusConnection connection, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (connection._gate)
            {
                connection._objects.Remove(path);
            }
        }
    }
}
