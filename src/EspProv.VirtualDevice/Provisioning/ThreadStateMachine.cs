using System.Buffers.Binary;
using EspProv.Networks.Thread;
using EspProv.Virtual.Worlds;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Provisioning;

/// <summary>The provisioning manager for Thread: it attaches, or fails after a timeout (PROTOCOL.md §3, §9).</summary>
internal sealed class ThreadStateMachine : ProvisioningStateMachine
{
    private readonly ThreadWorld _world;
    private Secret? _set;
    private Secret? _applied;
    private ThreadFailReason _failReason;
    private ThreadAttached? _attached;
    private ITimer? _giveUpTimer;

    /// <inheritdoc/>
    public ThreadStateMachine(
        VirtualDeviceOptions options, ThreadWorld world, DeviceStateFile stateFile, MonitorLog log, Action stopService)
        : base(options, stateFile, log, stopService) => _world = world;

    /// <inheritdoc/>
    public override string AlreadyProvisionedLine => "Already provisioned, enabling netif and starting Thread";

    // Seven of the manager's timeout of twenty seconds.
    private TimeSpan FoundingDelay => Options.AttachTimeout * 0.35;

    /// <summary>Stores a dataset for Apply, in any state.</summary>
    public Status Set(SetThreadConfigCmd command)
    {
        if (command.Dataset.Length > ProtocolLimits.MaxDatasetLength)
            return Status.InvalidArgument;
        lock (Lock)
        {
            _set?.Dispose();
            _set = new Secret(command.Dataset.Span);
            return Status.Success;
        }
    }

    /// <summary>
    /// Stores the dataset and starts to attach. A dataset that OpenThread refuses is refused, and the attempt has failed.
    /// </summary>
    public Status Apply()
    {
        Secret dataset;
        byte[] name;
        bool isInvalid;
        lock (Lock)
        {
            if (_set is null)
                return Status.InternalError;
            dataset = _set;
            _set = null;
            if (Current != VirtualDeviceState.Provisioning)
            {
                dataset.Dispose();
                return Status.InternalError;
            }

            isInvalid = DatasetTlvs.FindError(dataset.Bytes) is not null;
            name = isInvalid ? [] : ValueIn(dataset, DatasetEntry.NetworkName).ToArray();
            if (isInvalid)
            {
                dataset.Dispose();
                Fail(ThreadFailReason.ThreadDatasetInvalid);
            }
            else if ((dataset.Length > 0 && !Store(name, KeyIn(dataset))) || _giveUpTimer is not null)
            {
                // It cannot be stored, or the timer of an attempt before a reprovision still runs, and firmware cannot restart it.
                dataset.Dispose();
                return Status.InternalError;
            }
            else
            {
                _applied = dataset;
                Network = name;
                Enter(VirtualDeviceState.Connecting);
                _giveUpTimer = Once(Options.AttachTimeout, GiveUp);
            }
        }

        if (isInvalid)
        {
            LogFailure("Invalid Thread dataset");
            return Status.InternalError;
        }

        Log.Info("app", "Received Thread dataset", $"    Network  : {UntrustedText.Show(name)}");
        lock (Lock)
        {
            if (ReferenceEquals(_applied, dataset))
                JoinLater(Options.ConnectDelay, () => Attach(dataset));
        }

        return Status.Success;
    }

    /// <summary>The progress.</summary>
    public GetThreadStatusResp GetStatus()
    {
        lock (Lock)
        {
            switch (Reported)
            {
                case VirtualDeviceState.Connected when _attached is { } network:
                    OnConnectedRead();
                    return new GetThreadStatusResp { ThreadState = Wire.ThreadState.ThreadAttached, Attached = network };
                case VirtualDeviceState.Failed:
                    return new GetThreadStatusResp { ThreadState = Wire.ThreadState.ThreadAttachingFailed, FailReason = _failReason };
                default:
                    return new GetThreadStatusResp { ThreadState = Wire.ThreadState.ThreadAttaching };
            }
        }
    }

    /// <summary>No effect on a device without a dataset; refused while it attaches, and when it is attached.</summary>
    protected override Status ResetWithoutFailure() => Current == VirtualDeviceState.Provisioning ? Status.Success : Status.InternalError;

    protected override void JoinAsStation(StoredCredentials stored)
    {
        lock (Lock)
        {
            if (Current != VirtualDeviceState.AlreadyProvisioned || _world.Rejoin(stored) is not { } network)
                return;
            _attached = Describe(network);
        }

        Log.Info("OPENTHREAD", "Role detached -> child");
    }

    // The timeout keeps running: if it expires after a reprovision, the device has failed.
    protected override void LeaveNetwork()
    {
        base.LeaveNetwork();
        _applied?.Dispose();
        _applied = null;
    }

    protected override void Forget()
    {
        base.Forget();
        _giveUpTimer?.Dispose();
        _set?.Dispose();
        (_giveUpTimer, _set, _attached) = (null, null, null);
    }

    private static ReadOnlySpan<byte> ValueIn(Secret dataset, DatasetEntry type)
    {
        DatasetTlvs.TryFind(dataset.Bytes, type, out ReadOnlySpan<byte> value);
        return value;
    }

    private static ReadOnlySpan<byte> KeyIn(Secret dataset)
    {
        ReadOnlySpan<byte> value = ValueIn(dataset, DatasetEntry.NetworkKey);
        return value[..Math.Min(value.Length, ProtocolLimits.NetworkKeyLength)];
    }

    private static ThreadAttached Describe(VirtualThreadNetwork network) => new()
    {
        PanId = (uint)network.PanId,
        ExtPanId = ByteString.CopyFrom(Convert.FromHexString(network.ExtendedPanId!)),
        Channel = (uint)network.Channel,
        Name = ByteString.CopyFromUtf8(network.NetworkName),
    };

    // Values that are not in the dataset are zero.
    private static ThreadAttached Describe(Secret dataset)
    {
        DatasetTlvs.TryFind(dataset.Bytes, DatasetEntry.PanId, out ReadOnlySpan<byte> panId);
        DatasetTlvs.TryFind(dataset.Bytes, DatasetEntry.Channel, out ReadOnlySpan<byte> channel);
        DatasetTlvs.TryFind(dataset.Bytes, DatasetEntry.ExtendedPanId, out ReadOnlySpan<byte> extendedPanId);
        return new ThreadAttached
        {
            PanId = panId.IsEmpty ? 0u : BinaryPrimitives.ReadUInt16BigEndian(panId),
            ExtPanId = ByteString.CopyFrom(
                extendedPanId.IsEmpty
                    ? new byte[ProtocolLimits.ExtendedPanIdLength]
                    : extendedPanId[..ProtocolLimits.ExtendedPanIdLength]),
            Channel = channel.IsEmpty ? 0u : BinaryPrimitives.ReadUInt16BigEndian(channel[1..]),
            Name = ByteString.CopyFrom(ValueIn(dataset, DatasetEntry.NetworkName)),
        };
    }

    private void Attach(Secret dataset)
    {
        lock (Lock)
        {
            // Powered off, restarted or failed meanwhile.
            if (!ReferenceEquals(_applied, dataset))
                return;
            if (_world.Attach(KeyIn(dataset)) is not { } network)
            {
                // A dataset with a timestamp is complete, and its device may create the network.
                if (Options.FullThreadDevice && DatasetTlvs.TryFind(dataset.Bytes, DatasetEntry.ActiveTimestamp, out _))
                    JoinLater(FoundingDelay, () => Found(dataset));
                return;
            }

            OnAttached(Describe(network));
        }

        LogAttached();
    }

    private void Found(Secret dataset)
    {
        lock (Lock)
        {
            if (!ReferenceEquals(_applied, dataset))
                return;
            OnAttached(Describe(dataset));
        }

        Log.Info("OPENTHREAD", "Role detached -> leader");
        LogAttached();
    }

    private void OnAttached(ThreadAttached network)
    {
        _attached = network;
        Network = network.Name.ToByteArray();
        _giveUpTimer?.Dispose();
        _giveUpTimer = null;
        OnConnected();
        _applied?.Dispose();
        _applied = null;
    }

    private void GiveUp()
    {
        lock (Lock)
        {
            if (_giveUpTimer is null)
                return;
            _giveUpTimer.Dispose();
            _giveUpTimer = null;
            _applied?.Dispose();
            _applied = null;
            Fail(ThreadFailReason.ThreadNetworkNotFound);
        }

        LogFailure("Thread network not found");
    }

    private void Fail(ThreadFailReason reason)
    {
        Enter(VirtualDeviceState.Failed);
        _failReason = reason;
    }

    private void LogFailure(string reason) =>
        Log.Error("app", "Provisioning failed!", $"    Reason : {reason}", "    Please reset to factory and retry provisioning");

    private void LogAttached()
    {
        Log.Info("network_prov_mgr", "Thread attached");
        Log.Info("app", "Provisioning successful");
    }
}
