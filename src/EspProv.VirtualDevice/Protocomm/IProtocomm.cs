namespace EspProv.Virtual.Protocomm;

/// <summary>
/// The device's protocomm layer as a transport sees it: named endpoints, sessions by number, bytes in and bytes out.
/// A transport calls it serially, as the firmware's single server task does (PROTOCOL.md §1).
/// </summary>
public interface IProtocomm
{
    /// <summary>The endpoints in order of creation: <c>prov-ctrl</c>, <c>prov-scan</c>, <c>prov-session</c>, <c>prov-config</c>, <c>proto-ver</c>, then custom ones (PROTOCOL.md §7).</summary>
    IReadOnlyList<string> Endpoints { get; }

    /// <summary>A client session begins. It takes the place of the one before, whose keys are forgotten.</summary>
    void OpenSession(uint sessionId);

    /// <summary>A client session ends, and its keys are forgotten; nothing happens when it is not the current one.</summary>
    void CloseSession(uint sessionId);

    /// <summary>
    /// Carries one request to an endpoint's handler.
    /// </summary>
    /// <returns>The response, or null when the handler failed: the transport then drops the client without a response.</returns>
    Task<byte[]?> HandleAsync(string endpoint, uint sessionId, ReadOnlyMemory<byte> request, CancellationToken cancellationToken);
}
