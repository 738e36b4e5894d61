using System.Net.Sockets;
using Tmds.DBus.Protocol;
using Library = Tmds.DBus.Protocol.DBusConnection;

namespace EspProv.Host.DBus;

/// <summary>Which signals to receive. Only the sender is required.</summary>
internal sealed record DBusMatch(
    string Sender, string? Path = null, string? PathNamespace = null, string? Interface = null, string? Member = null,
    string? Argument0 = null);

/// <summary>
/// A connection to a message bus, over Tmds.DBus.Protocol. It adds a timeout and a token for every call, checks of sent values, a size
/// limit for received messages, and handlers that may throw.
/// </summary>
internal sealed class DBusConnection : IAsyncDisposable
{
    public const string BusName = "org.freedesktop.DBus";
    public const string BusPath = "/org/freedesktop/DBus";
    public const string Properties = "org.freedesktop.DBus.Properties";
    public const string ObjectManager = "org.freedesktop.DBus.ObjectManager";

    private const string SystemBusVariable = "DBUS_SYSTEM_BUS_ADDRESS";
    private const string SystemBus = "unix:path=/run/dbus/system_bus_socket";
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private readonly Library _bus;
    private readonly CancellationTokenSource _closed = new();
    private readonly ObjectHandler _objects = new();
    private int _disposed;

    private DBusConnection(string address)
    {
        _bus = new Library(new Options(address));
        Closed = _closed.Token;
    }

    /// <summary>This connection's unique name on the bus.</summary>
    public string UniqueName => _bus.UniqueName ?? "";

    /// <summary>Cancelled when the connection is lost or disposed of.</summary>
    public CancellationToken Closed { get; }

    /// <summary>Connects to the bus at <paramref name="address"/>, or to the system bus.</summary>
    /// <exception cref="DBusException">The bus cannot be reached.</exception>
    public static async Task<DBusConnection> OpenAsync(string? address, CancellationToken cancellationToken)
    {
        address ??= Environment.GetEnvironmentVariable(SystemBusVariable) is { Length: > 0 } system ? system : SystemBus;
        var connection = new DBusConnection(address);
        try
        {
            await OffTheLoop(ConnectAsync(connection._bus)).WaitAsync(DefaultTimeout, cancellationToken).ConfigureAwait(false);
            connection._bus.AddMethodHandler(connection._objects);
            _ = connection.WatchAsync();
            return connection;
        }
        catch (Exception exception)
        {
            connection._bus.Dispose();
            connection._closed.Dispose();
            throw exception is OperationCanceledException ? exception : NotConnected(address, exception);
        }
    }

    /// <summary>Calls a method and returns its reply.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Stops waiting immediately; the method continues on the other side.</param>
    /// <param name="timeout">How long to wait; 25 seconds by default.</param>
    /// <param name="onReply">
    /// Called with the reply on the thread that reads, before any signal that was sent later. It must not block.
    /// </param>
    /// <exception cref="ArgumentException">A name or value cannot be sent.</exception>
    /// <exception cref="DBusException">An error reply, no reply in time, or a lost connection.</exception>
    public async Task<DBusMessage> CallAsync(
        DBusMessage call, CancellationToken cancellationToken, TimeSpan? timeout = null, Action<DBusMessage>? onReply = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<DBusMessage> reply;
        try
        {
            reply = OffTheLoop(_bus.CallMethodAsync(
                Write(call, MessageType.MethodCall),
                (message, _) =>
                {
                    var read = DBusMessage.Read(message);
                    onReply?.Invoke(read);
                    return read;
                }));
        }
        catch (ObjectDisposedException exception)
        {
            throw Lost(exception);
        }

        try
        {
            return await reply.WaitAsync(timeout ?? DefaultTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new DBusException(DBusException.NoReply, $"{call.Destination} did not answer {call.Member} in time.");
        }
        catch (DBusErrorReplyException exception)
        {
            // The library repeats the name if there is no text.
            throw new DBusException(exception.ErrorName, exception.ErrorMessage == exception.ErrorName ? "" : exception.ErrorMessage);
        }
        catch (Exception exception) when (exception is DBusConnectionException or ObjectDisposedException)
        {
            Close();
            throw Lost(exception);
        }
        catch (Exception exception)
            when (exception is DBusMessageException or InvalidDataException or ArgumentException or InvalidCastException)
        {
            throw new DBusException(DBusException.InvalidArgs, $"{call.Destination} sent an invalid reply to {call.Member}.");
        }
    }

    /// <summary>Calls a method of the bus itself.</summary>
    /// <exception cref="DBusException">An error reply, no reply in time, or a lost connection.</exception>
    public Task<DBusMessage> CallBusAsync(
        string member, CancellationToken cancellationToken, string signature = "", params object[] arguments) =>
        CallAsync(DBusMessage.Call(BusName, BusPath, BusName, member, signature, arguments), cancellationToken);

    /// <summary>Receives signals until the result is disposed of, which removes the match rule from the bus.</summary>
    /// <param name="match">Which signals.</param>
    /// <param name="handler">Called on the thread that reads: it must not block. An exception from it affects that signal only.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="DBusException">The bus refused the rule, or the connection is lost.</exception>
    public async Task<IDisposable> SubscribeAsync(DBusMatch match, Action<DBusMessage> handler, CancellationToken cancellationToken)
    {
        var rule = new MatchRule
        {
            Type = MessageType.Signal,
            Sender = match.Sender,
            Path = match.Path,
            PathNamespace = match.PathNamespace,
            Interface = match.Interface,
            Member = match.Member,
            Arg0 = match.Argument0,
        };
        Task<IDisposable>? subscribing = null;
        try
        {
            // An exception from a reader or a handler would silently end the subscription.
            subscribing = OffTheLoop(_bus.AddMatchAsync(
                rule, (message, _) => TryRead(message), (Notification<DBusMessage?> signal) => Handle(signal, handler),
                emitOnCapturedContext: false).AsTask());
            return await subscribing.WaitAsync(DefaultTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (DBusErrorReplyException exception)
        {
            throw new DBusException(exception.ErrorName, exception.ErrorMessage);
        }
        catch (Exception exception) when (exception is DBusConnectionException or ObjectDisposedException)
        {
            Close();
            throw Lost(exception);
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            // If the rule is added later, it is removed again.
            _ = subscribing!.ContinueWith(
                static task => task.Result.Dispose(),
                CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw exception is TimeoutException
                ? new DBusException(DBusException.NoReply, "The message bus did not answer in time.")
                : exception;
        }
    }

    /// <summary>Handles method calls to an object of this connection until the result is disposed of.</summary>
    /// <param name="path">The object's path.</param>
    /// <param name="handler">Called on the thread that reads; a <see cref="DBusException"/> from it becomes an error reply.</param>
    public IDisposable Export(string path, Func<DBusMessage, Task<DBusMessage>> handler) => _objects.Add(path, handler);

    /// <summary>Sends a signal; no effect if the connection is lost.</summary>
    /// <exception cref="ArgumentException">A name or value cannot be sent.</exception>
    public void Emit(DBusMessage signal)
    {
        try
        {
            _bus.TrySendMessage(Write(signal, MessageType.Signal));
        }
        catch (Exception exception) when (exception is DBusConnectionException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        try
        {
            // Flush: the library drops queued messages on disposal, and a reply of the bus proves that they were sent.
            await CallAsync(DBusMessage.Call(BusName, BusPath, BusName, "GetId"), CancellationToken.None, FlushTimeout)
                .ConfigureAwait(false);
        }
        catch (DBusException)
        {
            // A lost connection cannot send.
        }

        _bus.Dispose();
        Close();
    }

    private MessageBuffer Write(DBusMessage message, MessageType type)
    {
        message.CheckNames();
        MessageWriter writer = _bus.GetMessageWriter();
        try
        {
            if (type is MessageType.MethodCall)
                writer.WriteMethodCallHeader(message.Destination, message.Path, message.Interface, message.Member, message.Signature);
            else
                writer.WriteSignalHeader(message.Destination, message.Path, message.Interface, message.Member, message.Signature);
            DBusWriter.WriteBody(ref writer, message.Signature, message.Body);
            return writer.CreateMessage();
        }
        finally
        {
            writer.Dispose();
        }
    }

    // Continuations of the library's tasks run on the reading thread, where waiting for another reply would deadlock. Abandoned tasks are
    // observed too.
    private static Task<T> OffTheLoop<T>(Task<T> task)
    {
        Task<T> hopped = task
            .ContinueWith(static done => done, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).Unwrap();
        _ = hopped.ContinueWith(
            static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return hopped;
    }

    private static async Task<bool> ConnectAsync(Library bus)
    {
        await bus.ConnectAsync().ConfigureAwait(false);
        return true;
    }

    private static DBusMessage? TryRead(Message message)
    {
        try
        {
            return DBusMessage.Read(message);
        }
        catch (Exception exception) when (exception is InvalidDataException or DBusReadException or ArgumentException)
        {
            return null;
        }
    }

    private static void Handle(Notification<DBusMessage?> signal, Action<DBusMessage> handler)
    {
        if (signal is not { HasValue: true, Value: { } message })
            return;
        try
        {
            handler(message);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
        }
    }

    private static DBusException Lost(Exception exception) => exception.InnerException is InvalidDataException tooLong
        ? new DBusException(DBusException.LimitsExceeded, tooLong.Message)
        : new DBusException(DBusException.Disconnected, "The connection to the message bus is closed.");

    private static DBusException NotConnected(string address, Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException { SocketErrorCode: SocketError.AccessDenied }:
                    return new DBusException(DBusException.AccessDenied, $"The message bus at {address} refuses this user.");
                case SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.ConnectionRefused }:
                    return new DBusException(DBusException.FileNotFound, $"There is no message bus at {address}.");
                case DBusErrorReplyException reply:
                    return new DBusException(reply.ErrorName, reply.ErrorMessage);
                case TimeoutException:
                    return new DBusException(DBusException.NoReply, $"The message bus at {address} did not answer in time.");
            }
        }

        return new DBusException(DBusException.NoServer, $"The message bus at {address} cannot be used: {exception.Message}");
    }

    private async Task WatchAsync()
    {
        await OffTheLoop(_bus.DisconnectedAsync()).ConfigureAwait(false);
        Close();
    }

    private void Close()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException)
        {
            // A failure of one listener does not affect the others.
        }
    }

    /// <summary>The library's default options, with a socket that has a limit and no file descriptors.</summary>
    private sealed class Options(string address) : DBusConnectionOptions(address)
    {
        protected override async ValueTask<SetupResult> SetupAsync(CancellationToken cancellationToken)
        {
            SetupResult result = await base.SetupAsync(cancellationToken).ConfigureAwait(false);
            result.ConnectionStream = await DBusStream.ConnectAsync(result.ConnectionAddress, cancellationToken).ConfigureAwait(false);
            return result;
        }
    }

    /// <summary>
    /// One handler for all objects: with a handler for each path, the library answers calls to other paths as unknown methods.
    /// </summary>
    private sealed class ObjectHandler : IPathMethodHandler
    {
        private readonly Dictionary<string, Func<DBusMessage, Task<DBusMessage>>> _objects = new(StringComparer.Ordinal);

        public string Path => "/";

        public bool HandlesChildPaths => true;

        public IDisposable Add(string path, Func<DBusMessage, Task<DBusMessage>> handler)
        {
            lock (_objects)
                _objects.Add(path, handler);
            return new Export(this, path);
        }

        public async ValueTask HandleMethodAsync(MethodContext context)
        {
            DBusMessage reply;
            try
            {
                var call = DBusMessage.Read(context.Request);
                Func<DBusMessage, Task<DBusMessage>>? handler;
                lock (_objects)
                    handler = _objects.GetValueOrDefault(call.Path ?? "");
                reply = handler is not null
                    ? await handler(call).ConfigureAwait(false)
                    : throw new DBusException(DBusException.UnknownObject, $"There is no object {call.Path}.");
                reply.CheckNames();
                if (!context.NoReplyExpected && reply.ErrorName is null)
                    Return(context, reply);
            }
            catch (DBusException exception) when (DBusNames.IsInterface(exception.Name))
            {
                reply = new DBusMessage { ErrorName = exception.Name, Body = [exception.Message] };
            }
            catch (Exception exception)
            {
                // An exception would end the connection. Only its type is sent: the message may contain private data.
                reply = new DBusMessage { ErrorName = DBusException.Prefix + "Failed", Body = [exception.GetType().Name] };
            }

            if (!context.NoReplyExpected && reply.ErrorName is not null)
                context.ReplyError(reply.ErrorName, (string)reply.Body[0]);
        }

        private static void Return(MethodContext context, DBusMessage reply)
        {
            MessageWriter writer = context.CreateReplyWriter(reply.Signature);
            try
            {
                DBusWriter.WriteBody(ref writer, reply.Signature, reply.Body);
                context.Reply(writer.CreateMessage());
            }
            finally
            {
                writer.Dispose();
            }
        }

        private void Remove(string path)
        {
            lock (_objects)
                _objects.Remove(path);
        }

        private sealed class Export(ObjectHandler handler, string path) : IDisposable
        {
            public void Dispose() => handler.Remove(path);
        }
    }
}
