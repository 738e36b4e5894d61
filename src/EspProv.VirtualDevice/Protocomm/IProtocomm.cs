namespace EspProv.Virtual.Protocomm;

/// <summary>
/// The device's protocomm layer for a transport: named endpoints, numbered sessions, requests and responses as bytes. A transport calls it
/// serially, as the firmware's single server task does (PROTOCOL.md §1).
/// </summary>
public interface IProtocomm
{
    /// <summary>
    /// The endpoints in order of creation: <c>prov-ctrl</c>, <c>prov-scan</c>, <c>prov-session</c>, <c>prov-config</c>, <c>proto-ver</c>,
    /// then custom ones (PROTOCOL.md §7).
    /// </summary>
    IReadOnlyList<string> Endpoints { get; }

    /// <summary>Starts a client session. It replaces the previous one, whose keys are dropped.</summary>
    void OpenSession(uint sessionId);

    /// <summary>Ends a client session, and drops its keys; no effect unless it is the current one.</summary>
    void CloseSession(uint sessionId);

    /// <summary>Carries one request to an endpoint's handler.</summary>
    /// <returns>The response, or null when the handler failed: the transport then disconnects the client without a response.</returns>
    Task<byte[]?> HandleAsync(string endpoint, uint sessionId, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}
