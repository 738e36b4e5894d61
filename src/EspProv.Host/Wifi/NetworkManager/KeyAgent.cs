using EspProv.Host.DBus;
using Names = EspProv.Host.Wifi.NetworkManager.NetworkManagerNames;

namespace EspProv.Host.Wifi.NetworkManager;

/// <summary>
/// A secret agent that gives the key of one profile to NetworkManager only. The profile's key is not saved, so it is in no file.
/// </summary>
internal sealed class KeyAgent : IAsyncDisposable
{
    // NetworkManager treats a handshake with a lost frame as a wrong key, and asks for a new one.
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

    /// <summary>Whether NetworkManager asked for another key: this one is wrong.</summary>
    public bool IsKeyWrong { get; private set; }

    /// <summary>Registers the agent; the caller owns the key.</summary>
    public static async Task<KeyAgent> RegisterAsync(NetworkManagerClient client, Secret key, CancellationToken cancellationToken)
    {
        var agent = new KeyAgent(client, key);
        try
        {
            // An agent's name is unique per user.
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

    /// <summary>Starts to answer for a profile, before its activation.</summary>
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
            // NetworkManager is gone, or removes the agent with the connection.
        }

        _exported.Dispose();
    }

    private Task<DBusMessage> AnswerAsync(DBusMessage call)
    {
        // Any user may call; only NetworkManager gets an answer.
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
