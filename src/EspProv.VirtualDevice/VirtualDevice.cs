using System.Text;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Srp;
using EspProv.Virtual.Board;
using EspProv.Virtual.Protocomm;
using EspProv.Virtual.Provisioning;
using EspProv.Virtual.Security;
using EspProv.Virtual.Transports.Http;
using EspProv.Virtual.Transports.Serial;
using EspProv.Virtual.Worlds;

namespace EspProv.Virtual;

/// <summary>
/// A device without hardware: the firmware's side of provisioning over HTTP or another transport. A process can run hundreds.
/// </summary>
public sealed class VirtualDevice : IAsyncDisposable
{
    private const int SaltLength = 16;

    private readonly MonitorLog _log;
    private readonly DeviceStateFile _stateFile;
    private readonly NetworkSettings _settings = new();
    private readonly ProvisioningStateMachine _machine;
    private readonly ScanEndpoint _scan;
    private readonly ProtocommService _protocomm;
    private readonly IDeviceTransport _transport;
    private readonly LogPort? _monitor;
    private readonly SemaphoreSlim _power = new(1, 1);
    private bool _serviceIsUp;
    private VirtualFlash? _flash;
    private VirtualRom? _loader;
    private bool _disposed;

    private VirtualDevice(VirtualDeviceOptions options, IDeviceTransport transport)
    {
        Options = options;
        _transport = transport;
        Name = options.Name ?? MakeUpName(options.Random);
        byte[] version = VersionReply.Build(options);
        bool isForThread = options.Network == ProvisioningNetwork.Thread;
        bool knowsThread = options.Component == ProvisioningComponent.NetworkProvisioning;
        IWifiWorld? wifiWorld = isForThread ? null : options.World ?? new WifiWorld(options.AccessPoints, Name, _settings);
        ThreadWorld? threadWorld = isForThread ? new ThreadWorld(options.ThreadNetworks) : null;

        _log = new MonitorLog(options.TimeProvider);
        _monitor = options.HasMonitorPort ? new LogPort() : null;
        _log.LineWritten += line =>
        {
            LogWritten?.Invoke(line);
            _transport.WriteLog(line);
            _monitor?.Write(line);
        };
        _stateFile = new DeviceStateFile(options.StatePath);
        WifiStateMachine? wifi = wifiWorld is null ? null : new(options, wifiWorld, _stateFile, _log, () => _ = StopServiceAsync());
        ThreadStateMachine? thread = threadWorld is null ? null : new(options, threadWorld, _stateFile, _log, () => _ = StopServiceAsync());
        _machine = (ProvisioningStateMachine?)wifi ?? thread!;
        _scan = new ScanEndpoint(
            wifiWorld, threadWorld, knowsThread, options.ScanDelay, options.TimeProvider, () =>
                _machine.State == VirtualDeviceState.Connecting);
        _protocomm = new ProtocommService(MakeSecurity(), version, FaultOf, options.TimeProvider);
        AddEndpoints(new ControlEndpoint(wifi, thread, knowsThread), new ConfigEndpoint(wifi, thread, knowsThread));
    }

    /// <summary>Raised after a line was added to the monitor log, on the thread that added it; for tests.</summary>
    internal event Action<string>? LogWritten;

    /// <summary>Its configuration.</summary>
    public VirtualDeviceOptions Options { get; }

    /// <summary>Its service name.</summary>
    public string Name { get; }

    /// <summary>
    /// Its address: over HTTP <see cref="VirtualDeviceOptions.ListenAddress"/> and the port, with the loopback address in place of "any".
    /// While the provisioning service is stopped it stays reserved and refuses connections.
    /// </summary>
    public string Address => _transport.Address;

    /// <summary>The serial port with its log: <c>/dev/pts/7</c>; null without <see cref="VirtualDeviceOptions.HasMonitorPort"/>.</summary>
    public string? MonitorPort => _monitor?.Path;

    /// <summary>Its state.</summary>
    public VirtualDeviceState State => Volatile.Read(ref _loader) is null ? _machine.State : VirtualDeviceState.Loader;

    /// <summary>Whether it has a ROM loader: on a serial port.</summary>
    public bool HasLoader => _transport is ILoaderPort;

    /// <summary>Whether its provisioning service is running: only then it advertises and can be found.</summary>
    public bool IsServiceUp => Volatile.Read(ref _serviceIsUp) && !Volatile.Read(ref _disposed);

    /// <summary>The total number of requests that reached an endpoint; -WhatIf must not change it.</summary>
    public long RequestCount => _protocomm.RequestCount;

    /// <summary>Its IPv4 address, when connected.</summary>
    public string? IPAddress => _machine.IPAddress;

    /// <summary>The SSID or Thread network name of its credentials, safe to show: a client chose it.</summary>
    public string? Ssid => _machine.NetworkName is { } name ? UntrustedText.Show(name) : null;

    /// <summary>The lines of <see cref="ReadMonitorLog"/>, for tests.</summary>
    internal IReadOnlyList<string> MonitorLog => _log.Read(out _);

    /// <summary>A name as stock firmware makes it: PROV_ and six hex digits, here of a made-up MAC.</summary>
    public static string MakeUpName(IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> mac = stackalloc byte[3];
        random.Fill(mac);
        return ProvisioningDevice.StockNamePrefix + Convert.ToHexString(mac);
    }

    // The manager's tag in the log.
    private string Manager => Options.Component == ProvisioningComponent.WifiProvisioning ? "wifi_prov_mgr" : "network_prov_mgr";

    /// <summary>Powers a device on. With credentials in its state file it is already provisioned, and does not start its service.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    /// <exception cref="InvalidDataException">The state file is invalid.</exception>
    /// <exception cref="DirectoryNotFoundException">The state file's folder does not exist.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port is taken.</exception>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: the system has no serial port for its log.
    /// </exception>
    public static Task<VirtualDevice> StartAsync(VirtualDeviceOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        return StartAsync(
            options,
            new HttpDeviceServer(options),
            cancellationToken);
    }

    /// <summary>With a transport of the caller instead of HTTP. Takes ownership of <paramref name="transport"/>.</summary>
    /// <exception cref="ArgumentException">An option is out of its limits.</exception>
    /// <exception cref="InvalidDataException">The state file is invalid.</exception>
    /// <exception cref="ProvisioningException">The transport cannot be started.</exception>
    public static async Task<VirtualDevice> StartAsync(
        VirtualDeviceOptions options, IDeviceTransport transport, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(transport);
        try
        {
            options.Validate();
            var device = new VirtualDevice(options, transport);
            try
            {
                await device.PowerOnAsync(cancellationToken).ConfigureAwait(false);
                return device;
            }
            catch
            {
                await device.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The output of a serial monitor: a copy of the newest lines, at most 4096 lines and 1048576 characters.</summary>
    /// <param name="dropped">The number of older lines that were dropped; the first returned line has the next number.</param>
    public IReadOnlyList<string> ReadMonitorLog(out long dropped) => _log.Read(out dropped);

    /// <summary>Its QR code's payload, including secrets, whether or not it shows the code.</summary>
    public QrPayload CreateQrPayload() => QrAnnouncement.PayloadOf(Name, Options);

    /// <summary>Erases the credentials, as <c>esptool erase_region</c> on the NVS partition does, and restarts it.</summary>
    public async Task EraseAsync(CancellationToken cancellationToken)
    {
        await _power.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            await PowerOffAsync().ConfigureAwait(false);
            _stateFile.Erase();
            _settings.Erase();
            await PowerOnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _power.Release();
        }
    }

    /// <summary>Restarts it, as the reset button does; it keeps its credentials, unless its flash was changed where they are.</summary>
    /// <param name="intoLoader">
    /// Whether the boot button is held meanwhile: then the ROM loader has its serial port, until the next restart or until a client of the
    /// loader ends it.
    /// </param>
    /// <param name="cancellationToken">Cancels the start; the device is off then.</param>
    /// <exception cref="InvalidOperationException">It has no loader (<see cref="HasLoader"/>); it was not restarted.</exception>
    /// <exception cref="InvalidDataException">The state file is invalid.</exception>
    /// <exception cref="IOException">The state file cannot be changed.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the state file is denied.</exception>
    public async Task RestartAsync(bool intoLoader, CancellationToken cancellationToken)
    {
        if (intoLoader && !HasLoader)
            throw new InvalidOperationException("Only a device on a serial port has a loader.");
        await _power.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            await PowerOffAsync().ConfigureAwait(false);
            if (intoLoader)
                await StartLoaderAsync((ILoaderPort)_transport, cancellationToken).ConfigureAwait(false);
            else
                await PowerOnAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _power.Release();
        }
    }

    /// <summary>Powers it off; the state file is kept. Its port is free when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        await _power.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed)
                return;
            _disposed = true;

            // The transport first: a running request still needs the other parts.
            await _transport.DisposeAsync().ConfigureAwait(false);
            _machine.Dispose();
            _protocomm.Dispose();
            LeaveLoader();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogStateFileError(exception);
        }
        finally
        {
            _monitor?.Dispose();
            _power.Release();
        }
    }

    private VirtualFault FaultOf(VirtualRequest request) =>
        Options.LoseLinkAfterApply && _machine.State is not VirtualDeviceState.Provisioning
            ? new VirtualFault(VirtualFaultKind.DropRequest)
            : Options.Faults?.Invoke(request) ?? VirtualFault.None;

    private IDeviceSecurity MakeSecurity() => Options.SecurityVersion switch
    {
        SecurityVersion.Security0 => new DeviceSecurity0(),
        SecurityVersion.Security1 => new DeviceSecurity1(Options.ProofOfPossession, Options.Random, LogSecurity),
        _ => new DeviceSecurity2(GetSaltAndVerifier, Options.Security2Patch, Options.Random, LogSecurity),
    };

    private SaltAndVerifier GetSaltAndVerifier()
    {
        if (Options is { Salt: { IsEmpty: false } given, Verifier: { IsEmpty: false } verifier })
            return new SaltAndVerifier(given, verifier);

        byte[] salt = SrpVerifier.DrawSalt(Options.Random, SaltLength);
        using var password = Secret.FromUtf8(Options.Password);
        return new SaltAndVerifier(salt, SrpVerifier.Compute(Encoding.UTF8.GetBytes(Options.Username), password.Bytes, salt));
    }

    // In the manager's order of creation, which numbers the characteristics over BLE.
    private void AddEndpoints(ControlEndpoint control, ConfigEndpoint config)
    {
        _protocomm.Add(ControlEndpoint.Name, control.HandleAsync);
        if (!Options.WithoutScan)
            _protocomm.Add(ScanEndpoint.Name, _scan.HandleAsync);
        _protocomm.AddOwn(ProtocommService.SessionEndpoint);
        _protocomm.Add(ConfigEndpoint.Name, config.HandleAsync);
        _protocomm.AddOwn(ProtocommService.VersionEndpoint);
        _protocomm.Add(CustomEndpoint.StockName, CustomEndpoint.Stock(_log, Options.ShowPassphrase));
        foreach (string name in Options.CustomEndpoints)
            _protocomm.Add(name, CustomEndpoint.Of(name, _log, _settings));
    }

    private async Task PowerOffAsync()
    {
        await _transport.StopAsync().ConfigureAwait(false);
        _serviceIsUp = false;
        _machine.PowerOff();
        LeaveLoader();
    }

    private async Task StartLoaderAsync(ILoaderPort port, CancellationToken cancellationToken)
    {
        VirtualFlash flash = _flash ??= new VirtualFlash(Options.IsFlashEncrypted);
        flash.StoreNvs(_stateFile.Load());
        var loader = new VirtualRom(flash, Name);
        _log.Boot();
        BootLog.WriteLoader(_log);
        await port.StartLoaderAsync(loader, () => _ = RestartFromAsync(loader), cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _loader, loader);
    }

    // The credentials are gone with any change of the partition that they are in.
    private void LeaveLoader()
    {
        if (_loader is null)
            return;
        Volatile.Write(ref _loader, null);
        if (!_flash!.IsNvsIntact())
            _stateFile.Erase();
    }

    private async Task RestartFromAsync(VirtualRom loader)
    {
        await _power.WaitAsync().ConfigureAwait(false);
        try
        {
            // Restarted or powered off meanwhile.
            if (_disposed || _loader != loader)
                return;
            await PowerOffAsync().ConfigureAwait(false);
            await PowerOnAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            LogStateFileError(exception);
        }
        finally
        {
            _power.Release();
        }
    }

    private void LogStateFileError(Exception error) => _log.Error("boot", $"The state file cannot be used: {error.Message}");

    private async Task PowerOnAsync(CancellationToken cancellationToken)
    {
        StoredCredentials? stored = _stateFile.Load();
        _log.Boot();
        if (_transport.SharesLog || _monitor is not null)
            BootLog.Write(_log);
        _scan.Clear();
        if (!_machine.PowerOn(stored))
        {
            _log.Info("app", _machine.AlreadyProvisionedLine);
            return;
        }

        _log.Info("app", "Starting provisioning");
        await _transport.StartAsync(_protocomm, Name, cancellationToken).ConfigureAwait(false);
        _serviceIsUp = true;
        _log.Info("app", "Provisioning started");
        _log.Info(Manager, $"Provisioning started with service name : {Name}");
        if (Options.ShowQr)
        {
            using QrPayload payload = CreateQrPayload();
            QrAnnouncement.Write(_log, payload);
        }
    }

    private async Task StopServiceAsync()
    {
        await _power.WaitAsync().ConfigureAwait(false);
        try
        {
            // Erased or powered off meanwhile.
            if (_disposed || !_serviceIsUp || _machine.State != VirtualDeviceState.Connected)
                return;
            await _transport.StopAsync().ConfigureAwait(false);
            _serviceIsUp = false;
            _log.Info(Manager, "Provisioning stopped");
        }
        finally
        {
            _power.Release();
        }
    }

    private void LogSecurity(SecurityEvent happened)
    {
        switch (happened)
        {
            case SecurityEvent.Established:
                _log.Info("app", "Secured session established!");
                break;
            case SecurityEvent.InvalidParameters:
                _log.Error("app", "Received invalid security parameters for establishing secure session!");
                break;
            default:
                _log.Error("app", "Received incorrect username and/or PoP for establishing secure session!");
                break;
        }
    }
}

/// <summary>The state of a virtual device.</summary>
public enum VirtualDeviceState
{
    /// <summary>The service is running and waits for credentials.</summary>
    Provisioning,

    /// <summary>Credentials were applied and it is joining.</summary>
    Connecting,

    /// <summary>It is connected.</summary>
    Connected,

    /// <summary>Failed.</summary>
    Failed,

    /// <summary>It started with credentials and does not provision.</summary>
    AlreadyProvisioned,

    /// <summary>It is off.</summary>
    Stopped,

    /// <summary>It is in its ROM loader, and its application does not run.</summary>
    Loader,
}
