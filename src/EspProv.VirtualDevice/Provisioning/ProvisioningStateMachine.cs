using EspProv.Wire;

namespace EspProv.Virtual.Provisioning;

/// <summary>
/// The firmware's provisioning manager, for either kind of network: which command is allowed when, what is stored in flash, and when the
/// service ends (PROTOCOL.md §9).
/// </summary>
internal abstract class ProvisioningStateMachine : IDisposable
{
    // After Connected was read the service ends soon; without a reader it ends later.
    private static readonly TimeSpan StopAfterConnectedWasRead = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopAfterConnected = TimeSpan.FromSeconds(30);

    private readonly DeviceStateFile _stateFile;
    private readonly Action _stopService;
    private bool _connectedWasRead;
    private ITimer? _joinTimer;
    private ITimer? _stopTimer;

    /// <param name="options">The device's configuration.</param>
    /// <param name="stateFile">The flash.</param>
    /// <param name="log">The monitor.</param>
    /// <param name="stopService">Ends the provisioning service; called from a timer, outside of any lock.</param>
    protected ProvisioningStateMachine(VirtualDeviceOptions options, DeviceStateFile stateFile, MonitorLog log, Action stopService)
    {
        Options = options;
        _stateFile = stateFile;
        Log = log;
        _stopService = stopService;
    }

    /// <summary>The device's state.</summary>
    public VirtualDeviceState State
    {
        get
        {
            lock (Lock)
                return Current;
        }
    }

    /// <summary>The exact name of the network that it has credentials for.</summary>
    public byte[]? NetworkName
    {
        get
        {
            lock (Lock)
                return Network;
        }
    }

    /// <summary>Its IPv4 address, when connected to Wi-Fi.</summary>
    public virtual string? IPAddress => null;

    /// <summary>The log line of a device that starts with credentials.</summary>
    public abstract string AlreadyProvisionedLine { get; }

    /// <summary>Guards the members below.</summary>
    protected object Lock { get; } = new();

    /// <summary><see cref="State"/>, with the lock held.</summary>
    protected VirtualDeviceState Current { get; set; } = VirtualDeviceState.Stopped;

    /// <summary>The reported state: as <see cref="Current"/>, but a reset does not change it until other credentials are applied.</summary>
    protected VirtualDeviceState Reported { get; private set; } = VirtualDeviceState.Provisioning;

    /// <summary><see cref="NetworkName"/>, with the lock held.</summary>
    protected byte[]? Network { get; set; }

    protected VirtualDeviceOptions Options { get; }

    protected MonitorLog Log { get; }

    /// <summary>Powers on: with stored credentials the device joins their network without provisioning.</summary>
    /// <returns>Whether to start the provisioning service.</returns>
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
    /// Clears failed credentials; in other states the answer depends on the firmware. Values that were set since, scan results and the
    /// reported status are kept.
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
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return Status.InternalError;
            }

            StartOver();
            return Status.Success;
        }
    }

    /// <summary>
    /// Restarts provisioning on a device whose service is still running. As in firmware, the flash keeps the credentials until others are
    /// applied: after a power loss in between the device has the old ones.
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

    /// <summary>The answer to a reset without a failure; the lock is held.</summary>
    protected abstract Status ResetWithoutFailure();

    /// <summary>Enters a state, and reports it; the lock is held.</summary>
    protected void Enter(VirtualDeviceState state) => Current = Reported = state;

    /// <summary>Cancels the attempt, and keeps set values and the reported status; the lock is held.</summary>
    protected virtual void LeaveNetwork()
    {
        _joinTimer?.Dispose();
        _stopTimer?.Dispose();
        (_joinTimer, _stopTimer, Network, _connectedWasRead) = (null, null, null, false);
    }

    /// <summary>Joins the network of stored credentials, from a timer.</summary>
    protected abstract void JoinAsStation(StoredCredentials stored);

    /// <summary>Returns to the initial state; the lock is held.</summary>
    protected virtual void Forget() => LeaveNetwork();

    /// <summary>Writes credentials to flash; the lock is held.</summary>
    protected bool Store(byte[] network, ReadOnlySpan<byte> secret)
    {
        try
        {
            _stateFile.Save(network, secret, Options.Random);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Schedules the next attempt, replacing the previous one; the lock is held.</summary>
    protected void JoinLater(TimeSpan delay, Action join)
    {
        _joinTimer?.Dispose();
        _joinTimer = Once(delay, join);
    }

    /// <summary>Connected: schedules the end of the service; the lock is held.</summary>
    protected void OnConnected()
    {
        Enter(VirtualDeviceState.Connected);
        if (!Options.KeepServiceUp)
            _stopTimer = Once(StopAfterConnected, _stopService);
    }

    /// <summary>A client has read Connected; the lock is held.</summary>
    protected void OnConnectedRead()
    {
        if (_connectedWasRead || Options.KeepServiceUp)
            return;
        _connectedWasRead = true;
        _stopTimer?.Dispose();
        _stopTimer = Once(StopAfterConnectedWasRead, _stopService);
    }

    /// <summary>A one-shot timer.</summary>
    protected ITimer Once(TimeSpan delay, Action action) =>
        Options.TimeProvider.CreateTimer(static state => ((Action)state!)(), action, delay, Timeout.InfiniteTimeSpan);

    private void StartOver()
    {
        LeaveNetwork();
        Current = VirtualDeviceState.Provisioning;
    }
}
