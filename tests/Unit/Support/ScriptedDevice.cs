using EspProv.Devices;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Support;

/// <summary>What goes wrong with one exchange.</summary>
internal enum Fault
{
    /// <summary>The link breaks before the device hears the request.</summary>
    RequestLost,

    /// <summary>The link breaks after the device acted on the request.</summary>
    ReplyLost,

    /// <summary>The reply does not come in time, although the device acted.</summary>
    TimedOut,

    /// <summary>Nothing ever comes; only cancellation ends it.</summary>
    Stalled,
}

/// <summary>
/// A device in memory, of security 0, that says what a test tells it to, also what neither firmware nor the virtual device ever says,
/// behind a transport that breaks where it is told to. It counts what it acted on: a lost link must not cause that twice.
/// </summary>
internal sealed class ScriptedDevice : ITransport
{
    private readonly Dictionary<int, Fault> _faults = [];
    private readonly Dictionary<int, Func<byte[], byte[]>> _replacements = [];
    private readonly Queue<GetWifiStatusResp> _statuses = new();
    private bool _isApplied;
    private GetWifiStatusResp _lastStatus = new() { StaState = StaState.StaConnecting };

    public string Address => "script";

    public int ScanPageSize { get; init; } = 100;

    public int ScanGroupChannels => 5;

    public int MaxRequestLength { get; init; } = 4096;

    public bool IsOpen { get; private set; }

    public bool IsDisposed { get; private set; }

    public bool IsStalled { get; private set; }

    /// <summary>Every exchange that was begun: endpoint and body, the version request and the handshakes among them.</summary>
    public List<(string Endpoint, byte[] Body)> Requests { get; } = [];

    /// <summary>The last request's own memory, for a look at what is left in it afterwards.</summary>
    public ReadOnlyMemory<byte> LastMemory { get; private set; }

    public int Opens { get; private set; }

    /// <summary>Opening fails from this one on (1 is the first).</summary>
    public int UnreachableFromOpen { get; set; } = int.MaxValue;

    /// <summary>Opening succeeds again from this one on.</summary>
    public int ReachableFromOpen { get; set; } = int.MaxValue;

    public string VersionReply { get; set; } = """{"prov":{"ver":"v1.1","sec_ver":0,"cap":["wifi_scan"]}}""";

    public List<SetWifiConfigCmd> Sets { get; } = [];

    /// <summary>How often Apply was taken: as firmware does, it is refused until the next reset.</summary>
    public int Applies { get; private set; }

    public int Resets { get; private set; }

    public int Reprovisions { get; private set; }

    public List<byte[]> Custom { get; } = [];

    public List<WifiScanEntry> Networks { get; } = [];

    /// <summary>How often the scan is still running when it is asked after.</summary>
    public int ScanStatusesBeforeFinished { get; set; }

    public Status ApplyStatus { get; set; }

    public Status ResetStatus { get; set; }

    public Status SetStatus { get; set; }

    /// <summary>What requests within sessions are answered with, in order, instead of by the device; then nothing answers.</summary>
    public Queue<byte[]>? Script { get; init; }

    /// <summary>What status queries are answered with before Apply: what came of the credentials before a reset.</summary>
    public GetWifiStatusResp StatusBeforeApply
    {
        init => _lastStatus = value;
    }

    /// <summary>Called before each exchange with its index, for what a test wants to happen then.</summary>
    public Action<int>? BeforeExchange { get; set; }

    public static GetWifiStatusResp Connecting => new() { StaState = StaState.StaConnecting };

    public static GetWifiStatusResp Connected => new()
    {
        StaState = StaState.StaConnected,
        Connected = new WifiConnected
        {
            Ip4Addr = "192.168.1.42",
            AuthMode = 3,
            Ssid = ByteString.CopyFromUtf8("net"),
            Bssid = ByteString.CopyFrom(0x0a, 0xc4, 0x10, 0x20, 0xa0, 0x28),
            Channel = 6,
        },
    };

    public static GetWifiStatusResp Failed(StaFailReason reason) => new() { StaState = StaState.StaConnectionFailed, FailReason = reason };

    /// <summary>Exchange number <paramref name="index"/>, counted from 0 and over all links, goes wrong.</summary>
    public ScriptedDevice Break(int index, Fault fault)
    {
        _faults[index] = fault;
        return this;
    }

    /// <summary>Exchange number <paramref name="index"/> is answered with something else.</summary>
    public ScriptedDevice Answer(int index, Func<byte[], byte[]> change)
    {
        _replacements[index] = change;
        return this;
    }

    /// <summary>What status queries are answered with after Apply; the last one for ever.</summary>
    public ScriptedDevice Report(params GetWifiStatusResp[] statuses)
    {
        foreach (GetWifiStatusResp status in statuses)
            _statuses.Enqueue(status);
        return this;
    }

    public Task<ProvisioningSession> ConnectAsync(TimeProvider? clock = null) => ProvisioningSession.ConnectAsync(
        new ProvisioningDevice { Name = "PROV_SCRIPT", Address = Address, Transport = ProvisioningTransport.SoftAP },
        this,
        new SessionOptions { SecurityVersion = SecurityVersion.Security0, TimeProvider = clock ?? TimeProvider.System },
        CancellationToken.None);

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        Opens++;
        IsOpen = false;
        if (Opens >= UnreachableFromOpen && Opens < ReachableFromOpen)
            throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, "The device cannot be reached.");
        IsOpen = true;
        return Task.CompletedTask;
    }

    public async Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        Assert.True(IsOpen, "The link is closed.");
        int index = Requests.Count;
        Requests.Add((endpoint, request.ToArray()));
        LastMemory = request;
        BeforeExchange?.Invoke(index);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isFaulty = _faults.TryGetValue(index, out Fault fault);
            if (isFaulty && fault is Fault.RequestLost)
                throw Lost(ProvisioningErrorReason.SessionLost);
            if (isFaulty && fault is Fault.Stalled)
            {
                IsStalled = true;
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            byte[] reply = Handle(endpoint, request.ToArray());
            if (isFaulty)
                throw Lost(fault is Fault.TimedOut ? ProvisioningErrorReason.ExchangeTimeout : ProvisioningErrorReason.SessionLost);
            return _replacements.TryGetValue(index, out Func<byte[], byte[]>? change) ? change(reply) : reply;
        }
        catch
        {
            IsOpen = false;
            IsStalled = false;
            throw;
        }
    }

    public Task CloseAsync()
    {
        IsOpen = false;
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        IsDisposed = true;
    }

    private static ProvisioningException Lost(ProvisioningErrorReason reason) => new(reason, "The device was lost.");

    private byte[] Handle(string endpoint, byte[] request) => endpoint switch
    {
        EndpointNames.Version => System.Text.Encoding.UTF8.GetBytes(VersionReply),
        EndpointNames.Session => new SessionData
        {
            Sec0 = new Sec0Payload { Msg = Sec0Message.Sec0Resp, Sr = new Sec0Resp() },
        }.ToByteArray(),
        _ when Script is not null => Script.TryDequeue(out byte[]? answer)
            ? answer
            : throw new ProvisioningException(ProvisioningErrorReason.DeviceError, "The script is over."),
        EndpointNames.Config => Handle(ConfigPayload.Parser.ParseFrom(request)).ToByteArray(),
        EndpointNames.Scan => Handle(ScanPayload.Parser.ParseFrom(request)).ToByteArray(),
        EndpointNames.Control => Handle(CtrlPayload.Parser.ParseFrom(request)).ToByteArray(),
        "custom-data" => HandleCustom(request),
        _ => throw new ProvisioningException(ProvisioningErrorReason.EndpointNotFound, $"The device has no endpoint '{endpoint}'."),
    };

    private byte[] HandleCustom(byte[] request)
    {
        Custom.Add(request);
        return "SUCCESS\0"u8.ToArray();
    }

    private ConfigPayload Handle(ConfigPayload request)
    {
        switch (request.PayloadCase)
        {
            case ConfigPayload.PayloadOneofCase.SetWifiConfigCmd:
                Sets.Add(request.SetWifiConfigCmd);
                return new ConfigPayload { Msg = ConfigMessage.ConfigSetWifiConfigResp, SetWifiConfigResp = new SetConfigResp { Status = SetStatus } };
            case ConfigPayload.PayloadOneofCase.ApplyWifiConfigCmd:
                Status status = _isApplied ? Status.InternalError : ApplyStatus;
                if (status is Status.Success)
                {
                    _isApplied = true;
                    Applies++;
                }

                return new ConfigPayload { Msg = ConfigMessage.ConfigApplyWifiConfigResp, ApplyWifiConfigResp = new ApplyConfigResp { Status = status } };
            default:
                if (Applies > 0 && _statuses.TryDequeue(out GetWifiStatusResp? next))
                    _lastStatus = next;
                return new ConfigPayload { Msg = ConfigMessage.ConfigGetWifiStatusResp, GetWifiStatusResp = _lastStatus };
        }
    }

    private ScanPayload Handle(ScanPayload request)
    {
        switch (request.PayloadCase)
        {
            case ScanPayload.PayloadOneofCase.WifiStartCmd:
                return new ScanPayload { Msg = ScanMessage.ScanWifiStartResp, WifiStartResp = new ScanStartResp() };
            case ScanPayload.PayloadOneofCase.WifiStatusCmd:
                bool finished = ScanStatusesBeforeFinished-- <= 0;
                return new ScanPayload
                {
                    Msg = ScanMessage.ScanWifiStatusResp,
                    WifiStatusResp = new ScanStatusResp { ScanFinished = finished, ResultCount = finished ? (uint)Networks.Count : 0 },
                };
            default:
                ScanResultCmd page = request.WifiResultCmd;
                var response = new ScanPayload { Msg = ScanMessage.ScanWifiResultResp, WifiResultResp = new WifiScanResultResp() };
                if (page.StartIndex + page.Count > Networks.Count)
                    response.Status = Status.InternalError; // As firmware does, with a partial list (PROTOCOL.md §9).
                response.WifiResultResp.Entries.AddRange(Networks.Skip((int)page.StartIndex).Take((int)page.Count));
                return response;
        }
    }

    private CtrlPayload Handle(CtrlPayload request)
    {
        _isApplied &= ResetStatus is not Status.Success;
        if (request.PayloadCase is CtrlPayload.PayloadOneofCase.WifiResetCmd)
        {
            Resets++;
            return new CtrlPayload { Msg = CtrlMessage.CtrlWifiResetResp, Status = ResetStatus, WifiResetResp = new CtrlResp() };
        }

        Reprovisions++;
        return new CtrlPayload { Msg = CtrlMessage.CtrlWifiReprovResp, Status = ResetStatus, WifiReprovResp = new CtrlResp() };
    }
}
