using System.Text;
using EspProv.Transports.Gatt;
using EspProv.Virtual.Protocomm;

namespace EspProv.Tests.Transports.Gatt;

/// <summary>What an operation on the link is about to do; a test may throw from it, or hold it up.</summary>
public delegate Task GattStep(string operation, string endpoint, CancellationToken cancellationToken);

/// <summary>
/// The in-memory twin of a GATT link: a peripheral with one characteristic for each endpoint of a protocomm layer, and a radio in between
/// that a test can break.
/// </summary>
public sealed class InMemoryGattLink(IProtocomm protocomm) : IGattLink
{
    private static readonly TimeSpan Never = Timeout.InfiniteTimeSpan;

    private readonly Dictionary<string, byte[]> _replies = [];
    private uint _session;
    private bool _pairedBefore;

    public string Address => "24:0A:C4:26:1F:CC";

    public bool IsConnected { get; private set; }

    public bool IsPaired { get; set; }

    public bool HasOwnBond => IsPaired && !_pairedBefore;

    public int? Mtu { get; set; } = 185;

    /// <summary>The service that the peripheral offers, beside the generic ones.</summary>
    public Guid Service { get; set; } = ProvisioningService.ManagerDefault;

    /// <summary>Whether the characteristics have 0x2901 descriptors.</summary>
    public bool HasNames { get; set; } = true;

    /// <summary>Firmware with forced encryption.</summary>
    public bool WantsEncryption { get; set; }

    /// <summary>What a request gets that the handler refused; NimBLE's answer.</summary>
    public AttError Refusal { get; set; } = AttError.InvalidPdu;

    /// <summary>Called before every operation.</summary>
    public GattStep Step { get; set; } = (_, _, _) => Task.CompletedTask;

    /// <summary>Every operation so far, as "write prov-session".</summary>
    public List<string> Operations { get; } = [];

    /// <summary>A link to a device that answers each endpoint with a function of the request; null refuses it.</summary>
    public static InMemoryGattLink To(params (string Endpoint, Func<byte[], byte[]?> Handler)[] endpoints) => new(new Endpoints(endpoints));

    /// <summary>The radio loses the connection.</summary>
    public void Drop()
    {
        if (IsConnected)
        {
            IsConnected = false;
            protocomm.CloseSession(_session);
        }
    }

    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await Do("connect", "", cancellationToken, needsConnection: false);
        _pairedBefore = IsPaired;
        IsConnected = true;
        protocomm.OpenSession(++_session);
    }

    public async Task<IReadOnlyList<GattCharacteristic>> GetCharacteristicsAsync(CancellationToken cancellationToken)
    {
        await Do("list", "", cancellationToken);
        return
        [
            new(ProvisioningService.FromShort(0x1800), ProvisioningService.FromShort(0x2A00), "Device Name"),
            .. protocomm.Endpoints.Select((name, i) => new GattCharacteristic(Service, ProvisioningService.Characteristic(Service, (ushort)(0xFF4F + i)), name)),
        ];
    }

    public async Task<byte[]?> ReadDescriptorAsync(GattCharacteristic characteristic, Guid descriptor, CancellationToken cancellationToken)
    {
        await Do("describe", characteristic.Id, cancellationToken);
        return HasNames && descriptor == ProvisioningService.UserDescription ? Encoding.UTF8.GetBytes(characteristic.Id) : null;
    }

    public async Task WriteAsync(GattCharacteristic characteristic, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        await Do("write", characteristic.Id, cancellationToken);
        CheckEncryption();
        _replies[characteristic.Id] = await protocomm.HandleAsync(characteristic.Id, _session, value, cancellationToken)
            ?? throw new GattException(Refusal);
    }

    public async Task<byte[]> ReadAsync(GattCharacteristic characteristic, CancellationToken cancellationToken)
    {
        await Do("read", characteristic.Id, cancellationToken);
        CheckEncryption();
        return _replies.GetValueOrDefault(characteristic.Id, []);
    }

    public async Task PairAsync(CancellationToken cancellationToken)
    {
        await Do("pair", "", cancellationToken);
        IsPaired = true;
    }

    public async Task UnpairAsync(CancellationToken cancellationToken)
    {
        await Do("unpair", "", cancellationToken, needsConnection: false);
        IsPaired = false;
    }

    public async Task DisconnectAsync(CancellationToken cancellationToken)
    {
        await Do("disconnect", "", cancellationToken, needsConnection: false);
        Drop();
    }

    public ValueTask DisposeAsync()
    {
        Operations.Add("dispose");
        Drop();
        return ValueTask.CompletedTask;
    }

    /// <summary>A step that never ends by itself.</summary>
    public static Task Hang(CancellationToken cancellationToken) => Task.Delay(Never, cancellationToken);

    private async Task Do(string operation, string endpoint, CancellationToken cancellationToken, bool needsConnection = true)
    {
        Operations.Add($"{operation} {endpoint}".TrimEnd());
        cancellationToken.ThrowIfCancellationRequested();
        await Step(operation, endpoint, cancellationToken);
        if (needsConnection && !IsConnected)
            throw new ProvisioningException(ProvisioningErrorReason.SessionLost, $"{Address} disconnected.");
    }

    private void CheckEncryption()
    {
        if (WantsEncryption && !IsPaired)
            throw new GattException(AttError.InsufficientEncryption);
    }

    private sealed class Endpoints((string Endpoint, Func<byte[], byte[]?> Handler)[] endpoints) : IProtocomm
    {
        IReadOnlyList<string> IProtocomm.Endpoints => [.. endpoints.Select(entry => entry.Endpoint)];

        public void OpenSession(uint sessionId)
        {
        }

        public void CloseSession(uint sessionId)
        {
        }

        public Task<byte[]?> HandleAsync(string endpoint, uint sessionId, ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
            Task.FromResult(Array.Find(endpoints, entry => entry.Endpoint == endpoint).Handler(request.ToArray()));
    }
}
