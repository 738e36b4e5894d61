using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Sessions;

/// <summary>
/// The device of a recorded run: takes the recorded requests in their order and gives the recorded responses. Where our client
/// encodes a message otherwise than the recorded one, it is compared as parsed, and the response is encrypted anew with the
/// recorded device's key, since a message of another length moves everything that follows in the key stream.
/// </summary>
internal sealed class ReplayTransport(Transcript transcript) : ITransport
{
    private readonly Queue<TranscriptExchange> _recorded = new(transcript.Exchanges.Where(exchange => exchange.Endpoint != EndpointNames.Version));
    private readonly RecordedDeviceCipher _cipher = RecordedDeviceCipher.Of(transcript);

    public string Address => transcript.Name;

    public int ScanPageSize => 100;

    public int ScanGroupChannels => 5;

    public bool IsOpen { get; private set; }

    /// <summary>Recorded requests that were not made yet.</summary>
    public IReadOnlyCollection<TranscriptExchange> Remaining => _recorded;

    /// <summary>Whether a request beyond the recorded ones gets no answer, instead of failing the test.</summary>
    public bool MayExceed { get; set; }

    public int ByteEqual { get; private set; }

    public int ParsedEqual { get; private set; }

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        IsOpen = true;
        return Task.CompletedTask;
    }

    public Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        Assert.True(IsOpen);
        if (endpoint == EndpointNames.Version)
        {
            // The recorded client asks once for every question that it has; any bytes are the question.
            Assert.NotEqual(0, request.Length);
            return Task.FromResult(transcript.ExchangesWith(endpoint).FirstOrDefault()?.ResponseHex ?? VersionReplyOf(transcript.Device.Ready.Sec));
        }

        if (MayExceed && _recorded.Count == 0)
            throw new ProvisioningException(ProvisioningErrorReason.SessionLost, "Nothing more was recorded.");
        Assert.True(_recorded.Count > 0, $"A request to '{endpoint}' is one more than was recorded.");
        TranscriptExchange recorded = _recorded.Dequeue();
        Assert.Equal(recorded.Endpoint, endpoint);
        byte[]? response = endpoint == EndpointNames.Session ? Handshake(recorded, request) : Encrypted(recorded, request);
        if (response is not null)
            return Task.FromResult(response);
        IsOpen = false;
        throw new ProvisioningException(ProvisioningErrorReason.SessionLost, "Closed without a response, as recorded.");
    }

    public Task CloseAsync()
    {
        IsOpen = false;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private static byte[] VersionReplyOf(int securityVersion) =>
        System.Text.Encoding.UTF8.GetBytes($$$"""{"prov":{"ver":"v1.1","sec_ver":{{{securityVersion}}},"cap":[]}}""");

    private byte[]? Handshake(TranscriptExchange recorded, ReadOnlyMemory<byte> request)
    {
        Assert.Equal(Convert.ToHexStringLower(recorded.RequestHex), Convert.ToHexStringLower(request.Span));
        ByteEqual++;
        return recorded.ResponseHex;
    }

    private byte[]? Encrypted(TranscriptExchange recorded, ReadOnlyMemory<byte> request)
    {
        bool inStep = _cipher.IsInStepWith(recorded);
        byte[] plain = _cipher.DecryptRequest(request.ToArray());
        if (inStep && plain.AsSpan().SequenceEqual(recorded.PlainRequestHex))
        {
            Assert.Equal(Convert.ToHexStringLower(recorded.RequestHex), Convert.ToHexStringLower(request.Span));
            ByteEqual++;
        }
        else
        {
            Assert.Equal(Normal(recorded.Endpoint, recorded.PlainRequestHex!), Normal(recorded.Endpoint, plain));
            ParsedEqual++;
        }

        if (recorded.ResponseHex is null)
            return null;
        byte[] response = _cipher.EncryptResponse(recorded.PlainResponseHex!);
        if (inStep && plain.Length == recorded.PlainRequestHex!.Length)
            Assert.Equal(Convert.ToHexStringLower(recorded.ResponseHex), Convert.ToHexStringLower(response)); // The cipher here is the device's.
        return response;
    }

    /// <summary>The message without a submessage that is empty: whether an empty one is sent is the encoder's choice.</summary>
    private static IMessage Normal(string endpoint, byte[] plain)
    {
        IMessage message = endpoint switch
        {
            EndpointNames.Config => ConfigPayload.Parser.ParseFrom(plain),
            EndpointNames.Scan => ScanPayload.Parser.ParseFrom(plain),
            EndpointNames.Control => CtrlPayload.Parser.ParseFrom(plain),
            _ => new SetWifiConfigCmd { Ssid = ByteString.CopyFrom(plain) }, // An application's own bytes.
        };
        if (message.Descriptor.Oneofs.SingleOrDefault()?.Accessor is { } oneof
            && oneof.GetCaseFieldDescriptor(message) is { } field
            && ((IMessage)field.Accessor.GetValue(message)).CalculateSize() == 0)
        {
            oneof.Clear(message);
        }

        return message;
    }
}
