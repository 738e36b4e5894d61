using System.Security.Cryptography;
using System.Text;
using EspProv.Datasets;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual;

/// <summary>What the provisioning manager decides about Thread: it attaches, or gives up after a time (PROTOCOL.md §3, §9).</summary>
internal sealed class ThreadStateMachine : ProvisioningStateMachine
{
    private const int NetworkKeyType = 5;

    private readonly ThreadWorld _world;
    private Secret? _set;
    private ThreadDataset? _applied;
    private ThreadFailReason _failReason;
    private VirtualThreadNetwork? _attached;

    /// <inheritdoc/>
    public ThreadStateMachine(VirtualDeviceOptions options, ThreadWorld world, DeviceStateFile stateFile, MonitorLog log, Action stopService)
        : base(options, stateFile, log, stopService) => _world = world;

    /// <inheritdoc/>
    public override string AlreadyProvisionedLine => "Already provisioned, enabling netif and starting Thread";

    /// <summary>Keeps a dataset for a later Apply, whatever the state.</summary>
    public Status Set(SetThreadConfigCmd command)
    {
        if (command.Dataset.Length > ThreadDataset.MaxLength)
            return Status.InvalidArgument;
        lock (Lock)
        {
            _set?.Dispose();
            _set = new Secret(command.Dataset.Span);
            return Status.Success;
        }
    }

    /// <summary>Stores the dataset and starts to attach. One that cannot be parsed is refused, and the attempt has failed.</summary>
    public Status Apply()
    {
        ThreadDataset? dataset = null;
        lock (Lock)
        {
            if (_set is null)
                return Status.InternalError;
            using Secret tlvs = _set;
            _set = null;
            if (Current != VirtualDeviceState.Provisioning)
                return Status.InternalError;
            try
            {
                dataset = ThreadDataset.Parse(tlvs.Bytes);
            }
            catch (ProvisioningException)
            {
                Current = VirtualDeviceState.Failed;
                _failReason = ThreadFailReason.ThreadDatasetInvalid;
            }

            if (dataset is not null)
            {
                byte[] name = Encoding.UTF8.GetBytes(dataset.NetworkName ?? "");
                if (!Store(name, NetworkKeyOf(dataset)))
                {
                    dataset.Dispose();
                    return Status.InternalError;
                }

                _applied = dataset;
                Network = name;
                Current = VirtualDeviceState.Connecting;
            }
        }

        if (dataset is null)
        {
            LogFailure("Invalid Thread dataset");
            return Status.InternalError;
        }

        Log.Info("app", "Received Thread dataset", $"    Network  : {MonitorLog.Printable(Encoding.UTF8.GetBytes(dataset.NetworkName ?? ""))}");
        lock (Lock)
        {
            if (ReferenceEquals(_applied, dataset))
                JoinLater(Options.ConnectDelay, () => Attach(dataset));
        }

        return Status.Success;
    }

    /// <summary>How far it has come.</summary>
    public GetThreadStatusResp GetStatus()
    {
        lock (Lock)
        {
            switch (Current)
            {
                case VirtualDeviceState.Connected when _attached is { } network:
                    OnConnectedRead();
                    return new GetThreadStatusResp
                    {
                        ThreadState = Wire.ThreadState.ThreadAttached,
                        Attached = new ThreadAttached
                        {
                            PanId = (uint)network.PanId,
                            ExtPanId = ByteString.CopyFrom(Convert.FromHexString(network.ExtendedPanId!)),
                            Channel = (uint)network.Channel,
                            Name = network.NetworkName,
                        },
                    };
                case VirtualDeviceState.Failed:
                    return new GetThreadStatusResp { ThreadState = Wire.ThreadState.ThreadAttachingFailed, FailReason = _failReason };
                default:
                    return new GetThreadStatusResp { ThreadState = Wire.ThreadState.ThreadAttaching };
            }
        }
    }

    /// <summary>Nothing to do on a device that waits for its first dataset; refused while it attaches, and when it is attached.</summary>
    protected override Status ResetWithoutFailure() => Current == VirtualDeviceState.Provisioning ? Status.Success : Status.InternalError;

    protected override void JoinAsStation(StoredCredentials stored)
    {
        lock (Lock)
        {
            if (Current != VirtualDeviceState.AlreadyProvisioned || _world.Rejoin(stored) is not { } network)
                return;
            _attached = network;
        }

        Log.Info("OPENTHREAD", "Role detached -> child");
    }

    protected override void Forget()
    {
        base.Forget();
        _set?.Dispose();
        _applied?.Dispose();
        (_set, _applied, _attached) = (null, null, null);
    }

    private static ReadOnlySpan<byte> NetworkKeyOf(ThreadDataset dataset)
    {
        ReadOnlySpan<byte> rest = dataset.Tlvs.Bytes;
        while (rest[0] != NetworkKeyType)
            rest = rest[(2 + rest[1])..];
        return rest.Slice(2, rest[1]);
    }

    private void Attach(ThreadDataset dataset)
    {
        VirtualThreadNetwork? network;
        lock (Lock)
        {
            // Powered off or started over in the meantime.
            if (!ReferenceEquals(_applied, dataset))
                return;
            network = _world.Attach(
                dataset, key => CryptographicOperations.FixedTimeEquals(key, NetworkKeyOf(dataset)));
            if (network is null)
            {
                JoinLater(Options.AttachTimeout, () => GiveUp(dataset));
                return;
            }

            _attached = network;
            Network = Encoding.UTF8.GetBytes(network.NetworkName);
            OnConnected();
            dataset.Dispose();
            _applied = null;
        }

        Log.Info("network_prov_mgr", "Thread attached");
        Log.Info("app", "Provisioning successful");
    }

    private void GiveUp(ThreadDataset dataset)
    {
        lock (Lock)
        {
            if (!ReferenceEquals(_applied, dataset))
                return;
            Current = VirtualDeviceState.Failed;
            _failReason = ThreadFailReason.ThreadNetworkNotFound;
            dataset.Dispose();
            _applied = null;
        }

        LogFailure("Thread network not found");
    }

    private void LogFailure(string reason) =>
        Log.Error("app", "Provisioning failed!", $"    Reason : {reason}", "    Please reset to factory and retry provisioning");
}
