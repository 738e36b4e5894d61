using System.Text.Json;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;

namespace EspProv.Tests.Security;

/// <summary>A recorded handshake, ready to be run again: the scheme with the recorded secrets, and the recorded device to talk to.</summary>
internal sealed class TranscriptHandshake : IDisposable
{
    private readonly Queue<TranscriptExchange> _exchanges;
    private readonly SecurityCredential _credential;

    private TranscriptHandshake(Transcript transcript, SecurityVersion version, int? patchVersion)
    {
        _exchanges = new Queue<TranscriptExchange>(transcript.ExchangesWith("prov-session"));
        _credential = new SecurityCredential
        {
            ProofOfPossession = transcript.Latin1Argument("--pop") is { } pop ? new Secret(pop) : null,
            Username = transcript.ClientSecrets.SrpUsername.FirstOrDefault(),
            Password = transcript.ClientSecrets.SrpPassword.FirstOrDefault() is { } password ? Secret.FromUtf8(password) : null,
        };
        Random = new RecordedRandomSource(
            version == SecurityVersion.Security1 ? transcript.ClientSecrets.X25519Private : transcript.ClientSecrets.SrpPrivateA);
        Scheme = SecuritySchemeFactory.Create(new SecurityChoice(version, []), _credential, patchVersion, Random);
    }

    public ISecurityScheme Scheme { get; }

    public RecordedRandomSource Random { get; }

    /// <summary>The requests that the scheme sent, in order.</summary>
    public List<byte[]> Requests { get; } = [];

    /// <summary>Recorded handshake exchanges that were not run again.</summary>
    public IEnumerable<TranscriptExchange> Left => _exchanges;

    /// <summary>Changes the reply of the step with that number (0 or 1) before the scheme sees it.</summary>
    public Func<int, byte[], byte[]> Tamper { get; set; } = (_, reply) => reply;

    /// <summary>The scheme of the recorded client; it is the device's unless the client guessed wrong.</summary>
    public static SecurityVersion VersionOf(Transcript transcript)
        => transcript.ClientSecrets.X25519Private.Length > 0 ? SecurityVersion.Security1
            : transcript.ClientSecrets.SrpPrivateA.Length > 0 ? SecurityVersion.Security2
            : SecurityVersion.Security0;

    /// <summary><c>sec_patch_ver</c>, if the client asked and the device said it.</summary>
    public static int? PatchVersionOf(Transcript transcript)
    {
        foreach (TranscriptExchange exchange in transcript.ExchangesWith("proto-ver"))
        {
            using var document = JsonDocument.Parse(exchange.ResponseHex);
            if (document.RootElement.GetProperty("prov").TryGetProperty("sec_patch_ver", out JsonElement patch))
                return patch.GetInt32();
        }

        return null;
    }

    public static TranscriptHandshake Of(string name, int? patchVersion = null) => Of(Vectors.Transcript(name), patchVersion);

    public static TranscriptHandshake Of(Transcript transcript, int? patchVersion = null)
        => new(transcript, VersionOf(transcript), patchVersion);

    /// <summary>Runs the handshake; a recorded closed connection is a lost session.</summary>
    public Task EstablishAsync() => Scheme.EstablishAsync(ExchangeAsync, CancellationToken.None);

    public void Dispose()
    {
        Scheme.Dispose();
        _credential.Dispose();
    }

    private Task<byte[]> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        int step = Requests.Count;
        Requests.Add(request.ToArray());
        byte[] reply = _exchanges.Dequeue().ResponseHex
            ?? throw new ProvisioningException(ProvisioningErrorReason.SessionLost, "The device closed the connection without a response.");
        return Task.FromResult(Tamper(step, reply));
    }
}
