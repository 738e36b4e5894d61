using EspProv.Wire;

namespace EspProv.Virtual.Provisioning;

/// <summary>
/// What the provisioning manager of the firmware decides whatever the kind of network: which command is allowed when, what is
/// kept in flash, and when its service ends (PROTOCOL.md §9).
/// </summary>
internal abstract class ProvisioningStateMachine : IDisposable
{
    // Once Connected was read there is nothing left to serve; without a reader the service ends by itself.
    private static readonly TimeSpan StopAfterConnectedWasRead = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopAfterConnected = TimeSpan.FromSeconds(30);

    private readonly DeviceStateFile _stateFile;
    private readonly Action _stopService;
    private bool _connectedWasRead;
    private ITimer? _joinTimer;
    private ITimer? _stopTimer;

    /// <param name="options">What the device is built with.</param>
    /// <param name="stateFile">The flash.</param>
    /// <param name="log">The monitor.</param>
    /// <param name="stopService">Ends the provisioning service; called outside of any lock, from a timer.</param>
    protected ProvisioningStateMachine(VirtualDeviceOptions options, DeviceStateFile stateFile, MonitorLog log, Action stopService)
    {
        Options = options;
        _stateFile = stateFile;
        Log = log;
        _stopService = stopService;
    }

    /// <summary>Where the device stands.</summary>
    public VirtualDeviceState State
    {
        get
        {
            lock (Lock)
                return Current;
        }
    }

    /// <summary>The name of the network that it holds credentials for, in bytes.</summary>
    public byte[]? NetworkName
    {
        get
        {
            lock (Lock)
                return Network;
        }
    }

    /// <summary>The IPv4 address that it was given, where its kind of network gives one and it is connected.</summary>
    public virtual string? IPAddress => null;

    /// <summary>What the log says of a device that comes up with credentials.</summary>
    public abstract string AlreadyProvisionedLine { get; }

    /// <summary>Guards everything that follows.</summary>
    protected object Lock { get; } = new();

    /// <summary><see cref="State"/>, for those who hold the lock.</summary>
    protected VirtualDeviceState Current { get; set; } = VirtualDeviceState.Stopped;

    /// <summary>
    /// Where a status query says that it stands: as <see cref="Current"/>, but that a reset leaves it as it was, until other
    /// credentials are applied.
    /// </summary>
    protected VirtualDeviceState Reported { get; private set; } = VirtualDeviceState.Provisioning;

    /// <summary><see cref="NetworkName"/>, for those who hold the lock.</summary>
    protected byte[]? Network { get; set; }

    protected VirtualDeviceOptions Options { get; }

    protected MonitorLog Log { get; }

    /// <summary>Powers on: with stored credentials the device joins their network and provisions no more.</summary>
    /// <returns>Whether the provisioning service is to be started.</returns>
    public bool PowerOn(StoredCredentials? stored)
    {
        lock (Lock)
        {
            Forget();
            if (stored is null)
            {
                Enter(VirtualDeviceState.Provisioning);
                return true;
            }

            Enter(VirtualDeviceState.AlreadyProvisioned);
            Network = stored.Ssid;
            JoinLater(Options.ConnectDelay, () => JoinAsStation(stored));
            return false;
        }
    }

    /// <summary>Powers off.</summary>
    public void PowerOff()
    {
        lock (Lock)
        {
            Forget();
            Current = VirtualDeviceState.Stopped;
        }
    }

    /// <summary>
    /// Forgets refused credentials, so that others may follow; in any other state it is up to the firmware. What was set since, what a
    /// scan found and what a status query says stay.
    /// </summary>
    public Status Reset()
    {
        lock (Lock)
        {
            if (Current != VirtualDeviceState.Failed)
                return ResetWithoutFailure();

            try
            {
                _stateFile.Erase();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Status.InternalError;
            }

            StartOver();
            return Status.Success;
        }
    }

    /// <summary>
    /// Starts over, on a device that keeps its service up. As in the firmware the flash keeps the credentials until others are
    /// applied: a device that loses power in between comes up with the old ones.
    /// </summary>
    public Status Reprovision()
    {
        lock (Lock)
        {
            if (!Options.KeepServiceUp)
                return Status.InternalError;
            StartOver();
            return Status.Success;
        }
    }

    public void Dispose() => PowerOff();

    /// <summary>The answer to a reset when nothing has failed; the lock is held.</summary>
    protected abstract Status ResetWithoutFailure();

    /// <summary>Enters a state, and reports it; the lock is held.</summary>
    protected void Enter(VirtualDeviceState state) => Current = Reported = state;

    /// <summary>Ends what is under way, and leaves what was set and what is reported; the lock is held.</summary>
    protected virtual void LeaveNetwork()
    {
        _joinTimer?.Dispose();
        _stopTimer?.Dispose();
        (_joinTimer, _stopTimer, Network, _connectedWasRead) = (null, null, null, false);
    }

    /// <summary>Joins the network of stored credentials, from a timer.</summary>
    protected abstract void JoinAsStation(StoredCredentials stored);

    /// <summary>Back to the beginning; the lock is held.</summary>
    protected virtual void Forget() => LeaveNetwork();

    /// <summary>Writes credentials to flash; the lock is held.</summary>
    protected bool Store(byte[] network, ReadOnlySpan<byte> secret)
    {
        if (!_stateFile.IsPersistent)
            return true;
        try
        {
            _stateFile.Save(StoredCredentials.From(network, secret, Options.Random));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Runs the next attempt after a while, in the place of the one before; the lock is held.</summary>
    protected void JoinLater(TimeSpan delay, Action join)
    {
        _joinTimer?.Dispose();
        _joinTimer = Once(delay, join);
    }

    /// <summary>It is connected: the service has not long to go; the lock is held.</summary>
    protected void OnConnected()
    {
        Enter(VirtualDeviceState.Connected);
        if (!Options.KeepServiceUp)
            _stopTimer = Once(StopAfterConnected, _stopService);
    }

    /// <summary>Somebody knows that it is connected; the lock is held.</summary>
    protected void OnConnectedRead()
    {
        if (_connectedWasRead || Options.KeepServiceUp)
            return;
        _connectedWasRead = true;
        _stopTimer?.Dispose();
        _stopTimer = Once(StopAfterConnectedWasRead, _stopService);
    }

    /// <summary>A timer that goes off once.</summary>
    protected ITimer Once(TimeSpan delay, Action action) =>
        Options.TimeProvider.CreateTimer(static state => ((Action)state!)(), action, delay, Timeout.InfiniteTimeSpan);

    private void StartOver()
    {
        LeaveNetwork();
        Current = VirtualDeviceState.Provisioning;
    }
}
