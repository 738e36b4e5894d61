using EspProv.Transports.Gatt;
using Google.Protobuf;

namespace EspProv.Tests.Fuzz;

/// <summary>A device whose characteristics, names, values and errors are all read from an input.</summary>
internal sealed class HostileGattLink : IGattLink
{
    private readonly List<GattCharacteristic> _characteristics = [];
    private readonly Dictionary<string, byte[]> _names = [];
    private readonly Queue<byte[]> _values = new();
    private readonly Queue<AttError> _errors = new();

    public HostileGattLink(byte[] input)
    {
        Guid service = ProvisioningService.ManagerDefault;
        var reader = new CodedInputStream(input);
        try
        {
            while (reader.ReadTag() is not 0 and uint tag)
            {
                switch (tag)
                {
                    case 0x08:
                        ushort number = (ushort)reader.ReadUInt32();
                        _characteristics.Add(new GattCharacteristic(service, ProvisioningService.Characteristic(service, number),
                            $"c{_characteristics.Count}"));
                        break;
                    case 0x12:
                        _names[$"c{_characteristics.Count - 1}"] = reader.ReadBytes().ToByteArray();
                        break;
                    case 0x1A:
                        _values.Enqueue(reader.ReadBytes().ToByteArray());
                        break;
                    case 0x20:
                        _errors.Enqueue((AttError)(byte)reader.ReadUInt32());
                        break;
                    case 0x28:
                        service = ProvisioningService.FromShort((ushort)reader.ReadUInt32());
                        break;
                    default:
                        reader.SkipLastField();
                        break;
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // What came before is the device.
        }
    }

    public string Address => "24:0A:C4:26:1F:CC";

    public bool IsConnected { get; private set; }

    public bool IsPaired { get; private set; }

    public bool HasOwnBond => IsPaired;

    public int? Mtu => 23;

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        IsConnected = true;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<GattCharacteristic>> GetCharacteristicsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<GattCharacteristic>>(_characteristics);

    public Task<byte[]?> ReadDescriptorAsync(GattCharacteristic characteristic, Guid descriptor, CancellationToken cancellationToken) =>
        Task.FromResult(_names.GetValueOrDefault(characteristic.Id));

    public Task WriteAsync(GattCharacteristic characteristic, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        _errors.TryDequeue(out AttError error) ? throw new GattException(error) : Task.CompletedTask;

    public Task<byte[]> ReadAsync(GattCharacteristic characteristic, CancellationToken cancellationToken) =>
        _values.TryDequeue(out byte[]? value) ? Task.FromResult(value)
        : _errors.TryDequeue(out AttError error) ? throw new GattException(error)
        : Task.FromResult<byte[]>([]);

    public Task PairAsync(CancellationToken cancellationToken)
    {
        IsPaired = true;
        return Task.CompletedTask;
    }

    public Task UnpairAsync(CancellationToken cancellationToken)
    {
        IsPaired = false;
        return Task.CompletedTask;
    }

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        IsConnected = false;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => new(DisconnectAsync(default));
}
