using EspProv.Host.DBus;
using Names = EspProv.Host.Wifi.NetworkManager.NetworkManagerNames;

namespace EspProv.Host.Wifi.NetworkManager;

/// <summary>
/// Gives NetworkManager the key of one profile, and nobody else. The profile says that its key is not saved, so that the key is in no file.
/// </summary>
internal sealed class KeyAgent : IAsyncDisposable
{
    // NetworkManager takes a handshake that a lost frame spoiled for a wrong key, and asks for a new one.
    private const int KeyAttempts = 2;

    // NM_SECRET_AGENT_GET_SECRETS_FLAG_REQUEST_NEW.
    private const uint RequestNew = 2;
    private static readonly TimeSpan UnregisterTimeout = TimeSpan.FromSeconds(5);

    private readonly NetworkManagerClient _client;
    private readonly Secret _key;
    private readonly IDisposable _exported;
    private string? _profile;
    private int _asked;

    private KeyAgent(NetworkManagerClient client, Secret key)
    {
        (_client, _key) = (client, key);
        _exported = client.Connection.Export(Names.AgentPath, AnswerAsync);
    }

    /// <summary>Whether NetworkManager wanted another key: this one is wrong.</summary>
    public bool IsKeyWrong { get; private set; }

    /// <summary>Registers the agent; the key stays the caller's.</summary>
    public static async Task<KeyAgent> RegisterAsync(NetworkManagerClient client, Secret key, CancellationToken cancellationToken)
    {
        var agent = new KeyAgent(client, key);
        try
        {
            // The name is one agent's of this user at a time.
            await client.CallAsync(
                Names.AgentManagerPath, Names.AgentManager, "Register", cancellationToken, "s", $"io.espprov.{Guid.NewGuid():N}")
                .ConfigureAwait(false);
            return agent;
        }
        catch
        {
            agent._exported.Dispose();
            throw;
        }
    }

    /// <summary>Begins to answer for a profile, which has not been activated yet.</summary>
    public void Begin(string profile) => (_profile, _asked, IsKeyWrong) = (profile, 0, false);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _client.Connection.CallAsync(
                DBusMessage.Call(Names.Service, Names.AgentManagerPath, Names.AgentManager, "Unregister"),
                CancellationToken.None, UnregisterTimeout).ConfigureAwait(false);
        }
        catch (DBusException)
        {
            // NetworkManager is gone, or forgets the agent with the connection.
        }

        _exported.Dispose();
    }

    private Task<DBusMessage> AnswerAsync(DBusMessage call)
    {
        // Any user of the machine may call; only NetworkManager is answered.
        if (call.Sender != _client.Owner)
            throw new DBusException(DBusException.AccessDenied, "Only NetworkManager is answered.");
        return Task.FromResult((call.Interface, call.Member, call.Body) switch
        {
            (Names.SecretAgent, "GetSecrets", [Dictionary<string, object> profile, string, string setting, object, uint flags]) =>
                GetKey(call, profile, setting, flags),
            (Names.SecretAgent, "CancelGetSecrets" or "SaveSecrets" or "DeleteSecrets", _) => call.Return(),
            _ => throw new DBusException(DBusException.UnknownMethod, $"{call.Interface}.{call.Member}"),
        });
    }

    private DBusMessage GetKey(DBusMessage call, Dictionary<string, object> profile, string setting, uint flags)
    {
        if (setting != NetworkManagerProfile.Security || NetworkManagerProfile.UuidOf(profile) != _profile)
            throw new DBusException(Names.AgentNoSecrets, "This agent has the key of one profile.");
        if ((flags & RequestNew) != 0 && ++_asked >= KeyAttempts)
        {
            IsKeyWrong = true;
            throw new DBusException(Names.AgentCanceled, "There is no other key.");
        }

        return call.Return("a{sa{sv}}", new Dictionary<string, object>
        {
            [NetworkManagerProfile.Security] = new Dictionary<string, object> { ["psk"] = new DBusVariant("s", _key) },
        });
    }
}
