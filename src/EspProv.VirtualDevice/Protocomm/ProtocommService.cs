using EspProv.Virtual.Security;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Protocomm;

/// <summary>Handles a decrypted request; null means failure, which closes the connection.</summary>
internal delegate Task<byte[]?> EndpointHandler(ReadOnlyMemory<byte> request, CancellationToken cancellationToken);

/// <summary>
/// The device's dispatcher: handles <c>proto-ver</c> and <c>prov-session</c> itself, and applies the security scheme to every other
/// endpoint (PROTOCOL.md §1).
/// </summary>
internal sealed class ProtocommService : IProtocomm, IDisposable
{
    /// <summary>The endpoint of the version, in plain text.</summary>
    public const string VersionEndpoint = EndpointNames.Version;

    /// <summary>The endpoint of the handshake.</summary>
    public const string SessionEndpoint = EndpointNames.Session;

    private readonly IDeviceSecurity _security;
    private readonly byte[] _version;
    private readonly Func<VirtualRequest, VirtualFault>? _faults;
    private readonly TimeProvider _timeProvider;
    private readonly List<string> _endpoints = [];
    private readonly Dictionary<string, EndpointHandler> _handlers = new(StringComparer.Ordinal);
    private long _requestCount;

    public ProtocommService(IDeviceSecurity security, byte[] version, Func<VirtualRequest, VirtualFault>? faults, TimeProvider timeProvider)
    {
        _security = security;
        _version = version;
        _faults = faults;
        _timeProvider = timeProvider;
    }

    public IReadOnlyList<string> Endpoints => _endpoints;

    /// <summary>The number of requests that reached an endpoint.</summary>
    public long RequestCount => Interlocked.Read(ref _requestCount);

    /// <summary>Adds one of the two endpoints that protocomm handles itself.</summary>
    public void AddOwn(string name) => _endpoints.Add(name);

    /// <summary>Adds an endpoint whose requests and responses are encrypted.</summary>
    public void Add(string name, EndpointHandler handler)
    {
        _handlers.Add(name, handler);
        _endpoints.Add(name);
    }

    public void OpenSession(uint sessionId) => _security.OpenSession(sessionId);

    public void CloseSession(uint sessionId) => _security.CloseSession(sessionId);

    public async Task<byte[]?> HandleAsync(
        string endpoint, uint sessionId, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        if (!_endpoints.Contains(endpoint))
            return null;

        long number = Interlocked.Increment(ref _requestCount);
        VirtualFault fault = _faults?.Invoke(new VirtualRequest(endpoint, number)) ?? VirtualFault.None;
        if (fault.Delay > TimeSpan.Zero)
            await Task.Delay(fault.Delay, _timeProvider, cancellationToken).ConfigureAwait(false);
        if (fault.Kind == VirtualFaultKind.DropRequest)
            return null;

        byte[]? response = endpoint switch
        {
            VersionEndpoint => _version.ToArray(),
            SessionEndpoint => Handshake(sessionId, request.Span),
            _ => await HandleSecurelyAsync(_handlers[endpoint], sessionId, request, cancellationToken).ConfigureAwait(false),
        };
        return response is null ? null : ApplyFault(response, fault.Kind);
    }

    public void Dispose() => _security.Dispose();

    private static byte[]? ApplyFault(byte[] response, VirtualFaultKind fault)
    {
        switch (fault)
        {
            case VirtualFaultKind.DropResponse:
                return null;
            case VirtualFaultKind.TruncateResponse:
                return response[..(response.Length / 2)];
            case VirtualFaultKind.CorruptResponse when response.Length > 0:
                response[^1] ^= 0x01;
                return response;
            default:
                return response;
        }
    }

    private byte[]? Handshake(uint sessionId, ReadOnlySpan<byte> request)
    {
        SessionData message;
        try
        {
            message = SessionData.Parser.ParseFrom(request);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }

        return _security.Handshake(sessionId, message)?.ToByteArray();
    }

    private async Task<byte[]?> HandleSecurelyAsync(
        EndpointHandler handler, uint sessionId, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        byte[]? plaintext = _security.Decrypt(sessionId, request.Span);
        if (plaintext is null)
            return null;

        byte[]? response = await handler(plaintext, cancellationToken).ConfigureAwait(false);
        return response is null ? null : _security.Encrypt(sessionId, response);
    }
}
