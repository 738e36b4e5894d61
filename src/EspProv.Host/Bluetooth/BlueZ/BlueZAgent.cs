using EspProv.Host.DBus;

namespace EspProv.Host.Bluetooth.BlueZ;

/// <summary>
/// A pairing agent without input or output, for one device; BlueZ asks the agent of the connection that called Pair. Other devices, and
/// pairings that need a passkey, are rejected.
/// </summary>
internal sealed class BlueZAgent : IAsyncDisposable
{
    private const string Path = "/io/espprov/agent";

    private readonly BlueZClient _client;
    private readonly Func<string, bool> _accepts;
    private IDisposable? _exported;

    private BlueZAgent(BlueZClient client, Func<string, bool> accepts)
    {
        _client = client;
        _accepts = accepts;
    }

    /// <summary>Registers the agent; with <paramref name="asDefault"/> also for pairings that the other side starts.</summary>
    public static async Task<BlueZAgent> RegisterAsync(
        BlueZClient client, Func<string, bool> accepts, bool asDefault, CancellationToken cancellationToken)
    {
        var agent = new BlueZAgent(client, accepts);
        agent._exported = client.Connection.Export(Path, agent.AnswerAsync);
        try
        {
            await client.CallAsync(
                BlueZNames.ServicePath, BlueZNames.AgentManager, "RegisterAgent", cancellationToken, "os", Path, "NoInputNoOutput")
                .ConfigureAwait(false);
            if (asDefault)
            {
                await client.CallAsync(
                    BlueZNames.ServicePath, BlueZNames.AgentManager, "RequestDefaultAgent", cancellationToken, "o", Path)
                    .ConfigureAwait(false);
            }

            return agent;
        }
        catch (Exception exception)
        {
            await agent.DisposeAsync().ConfigureAwait(false);
            if (exception is DBusException bus)
            {
                throw BlueZErrors.Translate(bus, "The pairing agent could not be registered");
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _client.CallAsync(BlueZNames.ServicePath, BlueZNames.AgentManager, "UnregisterAgent", CancellationToken.None, "o", Path)
                .ConfigureAwait(false);
        }
        catch (DBusException)
        {
            // Not registered, or BlueZ is gone.
        }

        _exported?.Dispose();
    }

    private Task<DBusMessage> AnswerAsync(DBusMessage call)
    {
        bool accepted = (call.Interface, call.Member, call.Body) switch
        {
            (BlueZNames.Agent, "Release" or "Cancel", _) => true,
            (BlueZNames.Agent, "RequestAuthorization" or "AuthorizeService" or "RequestConfirmation", [string device, ..]) =>
                _accepts(device),
            (BlueZNames.Agent, _, _) => false,
            _ => throw new DBusException(DBusException.UnknownMethod, $"{call.Interface}.{call.Member}"),
        };
        return Task.FromResult(
            accepted ? call.Return() : call.Error(BlueZNames.Error + "Rejected", "This agent pairs one device, without a passkey."));
    }
}
