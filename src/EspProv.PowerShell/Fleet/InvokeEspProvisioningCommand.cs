using System.Management.Automation;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Interactive;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Fleet;

/// <summary>Provisions one device interactively, or many devices from rows.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "EspProvisioning", SupportsShouldProcess = true)]
[OutputType(typeof(EspProvisioningResult))]
public sealed partial class InvokeEspProvisioningCommand : AsyncCmdlet
{
    private const string WhichDevice = "Which device? Give -Address, -Name or -QrCode";
    private const string WhichNetwork = "Which network? Give -Ssid, or -DatasetTlvs for Thread";

    private static readonly TimeSpan PumpInterval = TimeSpan.FromMilliseconds(100);

    // How long Ctrl-C waits for sessions to close; after that they close in the background.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromMilliseconds(600);

    private readonly PipelineSink _sink = new();
    private readonly NamedSecrets _secrets;
    private FleetRun? _run;
    private FleetJournal? _journal;
    private FleetRowReader? _reader;
    private FleetProgressView? _progress;
    private AccessPointConsent? _consent;
    private bool _isDryRun;
    private bool _showsVerbose;
    private bool _showsDebug;
    private int _withWarning;

    /// <summary>Makes the cmdlet.</summary>
    public InvokeEspProvisioningCommand() => _secrets = new NamedSecrets(this);

    /// <summary>Checks the parameters, opens the journal, and starts the run.</summary>
    protected override void BeginProcessing()
    {
        if (Resume && JournalPath is null)
            Refuse(ModuleError.ParameterConflict, "-Resume continues a journal; give its path with -JournalPath.");
        if (NetworkCredential is not null && (Ssid is not null || Passphrase is not null))
        {
            Refuse(
                ModuleError.ParameterConflict,
                "-NetworkCredential has the network's name and passphrase; leave out -Ssid and -Passphrase.");
        }

        if (JoinAccessPoint && AccessPoint is not null)
        {
            Refuse(
                ModuleError.ParameterConflict,
                "-AccessPoint is for one device; -JoinAccessPoint joins the access point with the name of each device. Give one of them.");
        }

        if (NetworkCredential is not null && PassphraseSecret is not null)
            Refuse(ModuleError.ParameterConflict, "-NetworkCredential has the passphrase; leave out -PassphraseSecret.");
        if (Credential is not null && (Username is not null || Password is not null || PasswordSecret is not null))
        {
            Refuse(
                ModuleError.ParameterConflict,
                "-Credential has username and password; leave out -Username, -Password and -PasswordSecret.");
        }

        _isDryRun = Validate || this.IsWhatIf();
        _showsVerbose = IsShown("Verbose", "VerbosePreference");
        _showsDebug = IsShown("Debug", "DebugPreference");
        FleetCommonValues common = MakeCommonValues();
        if (common.FindError() is { } problem)
            Refuse(ModuleError.ParameterConflict, problem);
        var customData = new FleetCustomDataReader(common, GetUnresolvedProviderPathFromPSPath);
        _reader = new FleetRowReader(common, _secrets, customData, IsFile, WriteWarning, WriteVerbose);
        _consent = new AccessPointConsent(this);
        _progress = new FleetProgressView(this, ProgressId, TimeProvider.System);
        OpenJournal();
        _run = new FleetRun(MakeOptions(), Links, _journal, OnResult, OnNotice);
    }

    /// <summary>Adds a row to the run, and writes finished results.</summary>
    protected override void ProcessRecord()
    {
        if (InputObject?.BaseObject is object[] rows)
        {
            // PowerShell does not enumerate an array that is given as an argument.
            foreach (object row in rows)
                Add(_reader!.Read(row is null ? null : PSObject.AsPSObject(row)));
        }
        else if (MyInvocation.ExpectingInput || InputObject is not null)
        {
            Add(_reader!.Read(InputObject));
        }
        else if (IsInteractive)
        {
            RunInteractively();
        }
        else
        {
            AddRowOfParameters();
        }
    }

    /// <summary>Waits for the remaining rows, and writes their results.</summary>
    protected override void EndProcessing()
    {
        Task all = _run!.CompleteAsync();
        while (!all.IsCompleted)
            Pump(allRowsKnown: true);
        _sink.PumpQueued(this, TimeSpan.Zero, StopToken);
        _progress!.Complete();
        if (_withWarning > 0 && MyInvocation.ExpectingInput)
        {
            string have = _withWarning == 1 ? "result has" : "results have";
            WriteWarning($"{_withWarning} {have} a Warning: see that property, or column.");
        }

        Wait(all);
    }

    /// <summary>On Ctrl-C, closes all sessions.</summary>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        StopRun();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _secrets.Dispose();
        if (disposing && _run is { } run)
        {
            _run = null;
            FleetJournal? journal = _journal;
            _sink.Complete();
            var closed = Task.Run(async () =>
            {
                await run.DisposeAsync().ConfigureAwait(false);
                if (journal is not null)
                    await journal.DisposeAsync().ConfigureAwait(false);
            });
            _ = Task.WaitAny([closed], CloseTimeout);
        }
        else if (disposing && _journal is not null)
        {
            _journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        _journal = null;
        base.Dispose(disposing);
    }

    // Prompts for missing values of one device, unless the parameters are for a plan.
    private bool IsInteractive => !_isDryRun && JournalPath is null && Shard is null
        && !(NamesDevice && NamesNetwork && HasKey && HasProof);

    private bool NamesDevice => !string.IsNullOrEmpty(Address)
        || !string.IsNullOrEmpty(Name)
        || !string.IsNullOrEmpty(AccessPoint)
        || QrCode is not null;

    private bool NamesNetwork => !string.IsNullOrEmpty(Ssid) || NetworkCredential is not null || DatasetTlvs is not null;

    private bool HasKey => Passphrase is { Length: > 0 }
        || !string.IsNullOrEmpty(PassphraseSecret)
        || NetworkCredential is not null
        || DatasetTlvs is not null;

    private FleetLinks Links => new(Seconds.ToTimeSpan(ConnectTimeout), TimeSpan.FromSeconds(ExchangeTimeout), Pair);

    private bool HasProof => QrCode is not null || ProofOfPossession is not null || !string.IsNullOrEmpty(ProofOfPossessionSecret)
        || Credential is not null || (!string.IsNullOrEmpty(Username) && (Password is not null || !string.IsNullOrEmpty(PasswordSecret)))
        || SecurityVersion is Security.SecurityVersion.Security0;

    private void RunInteractively()
    {
        using FleetRow given = _reader!.ReadParameters(isDeviceChosenLater: !NamesDevice);
        try
        {
            // Before any prompt.
            if (given.Problem is { } problem)
                Refuse(ModuleError.ParameterConflict, problem.Message);
            var interactive = new InteractiveProvisioning(this, given, Links, MakeOptions(), _consent!);
            ProvisioningDevice device = NamesDevice ? interactive.Named() : ChooseDevice();
            FleetResult? result = interactive.Run(
                device, (session, row) => ShouldProcess($"{session.Name} ({session.Address})", ActionOf(row)));
            if (result is not null)
                WriteObject(new EspProvisioningResult(result));
        }
        catch (ProvisioningException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(exception, given.Device));
        }
        catch (ModuleException exception)
        {
            Refuse(exception.Error, exception.Message);
        }
        catch (Exception exception) when (IsUnexpected(exception))
        {
            WriteVerbose($"{given.Device}: {UnexpectedError.TypesOf(exception)}.");
            ThrowTerminatingError(ErrorFactory.Unexpected(given.Device));
        }
    }

    private ProvisioningDevice ChooseDevice()
    {
        IReadOnlyList<IDiscoverySource> sources = DiscoverySources.For(Transport is { } transport ? [transport] : null, JoinAccessPoint);
        return new DeviceMenu(this, sources, Adapter, ResolveAsync).Choose(WhichDevice);
    }

    // The device with that address, or the device found by that name.
    private Task<ProvisioningDevice> ResolveAsync(string text, CancellationToken cancellationToken)
    {
        DeviceText.Check("This", text, Transport);
        var asked = new ProvisioningDevice
        {
            Name = text,
            Transport = Transport ?? DeviceLookup.TransportOf(text) ?? ProvisioningTransport.SoftAP,
            Address = text,
        };
        var lookup = new DeviceLookup(new DiscoveryRequest(Adapter, ServiceUuid: null), Seconds.ToTimeSpan(ConnectTimeout));
        return lookup.ResolveAsync(asked, isTransportGiven: Transport is not null, mayBeHost: true, cancellationToken);
    }

    private void AddRowOfParameters()
    {
        if (!NamesDevice)
            Refuse(ModuleError.ParameterRequired, $"{WhichDevice}.");
        if (!NamesNetwork)
            Refuse(ModuleError.ParameterRequired, $"{WhichNetwork}.");
        Add(_reader!.ReadParameters());
    }

    // A plain word is a device's name, also when a file has it; and serial ports are files.
    private bool IsFile(string text) => Path.HasExtension(text) && DeviceLookup.TransportOf(text) is null
        && File.Exists(Path.Combine(SessionState.Path.CurrentFileSystemLocation.ProviderPath, text));

    private void Add(FleetRow row)
    {
        FleetVerdict verdict = Wait(_run!.ExamineAsync(row));
        if (verdict.Kind is FleetVerdictKind.NotOurs)
        {
            row.Dispose();
            return;
        }

        if (verdict.Result is { } result)
        {
            row.Dispose();
            WriteObject(new EspProvisioningResult(result));
        }
        else if (Validate)
        {
            row.Dispose();
            FleetResult valid = _run.Decline(row, "") with { Status = FleetStatus.Valid, Reason = null };
            CountWarning(valid);
            WriteObject(new EspProvisioningResult(valid));
        }
        else if (!ShouldProcess($"row {row.Number}: {Describe(row)}", ActionOf(row)))
        {
            row.Dispose();
            if (!_isDryRun)
                WriteObject(new EspProvisioningResult(_run.Decline(row, "Declined")));
        }
        else if (row.AccessPoint is { } accessPoint && !Consents(row, accessPoint))
        {
            row.Dispose();
            WriteObject(new EspProvisioningResult(_run.Decline(row, "Declined")));
        }
        else
        {
            _run.Add(row);
        }

        do
            Pump(allRowsKnown: false);
        while (_run.IsFull && !_run.Failed.IsCompleted);
    }

    private bool Consents(FleetRow row, string accessPoint)
    {
        try
        {
            return _consent!.Ask(row.Device, accessPoint);
        }
        catch (ProvisioningException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(exception, row.Device));
            return false;
        }
    }

    private static string ActionOf(FleetRow row) => row.NetworkKind switch
    {
        ProvisioningNetwork.Wifi => $"Provision with Wi-Fi network '{row.SsidText}'",
        ProvisioningNetwork.Thread => $"Provision with Thread network '{row.NetworkName}'",
        _ => $"Provision with Wi-Fi network '{row.SsidText}', or with the Thread network where it takes that",
    };

    private static string Describe(FleetRow row)
    {
        string address = row.Session?.Device.Address ?? row.Address ?? "to be found";
        if (row.AccessPoint is { } accessPoint)
            address += $" on {accessPoint}";
        return row.Device == address ? $"{address} over {row.Transport}" : $"{row.Device} ({address}) over {row.Transport}";
    }

    private void Pump(bool allRowsKnown)
    {
        try
        {
            _sink.PumpQueued(this, allRowsKnown || _run!.IsFull ? PumpInterval : TimeSpan.Zero, StopToken);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        if (!_isDryRun)
            _progress!.Update(_run!.Progress, allRowsKnown);
    }

    private void Wait(Task task)
    {
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (FleetJournalException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(exception, JournalPath!));
        }
        catch (OperationCanceledException) when (StopToken.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    private T Wait<T>(Task<T> task)
    {
        Wait((Task)task);
        return task.GetAwaiter().GetResult();
    }

    // Called on the run's threads, as OnNotice is: queues the result for the pipeline thread.
    private void OnResult(FleetResult result)
    {
        CountWarning(result);
        _sink.Object(new EspProvisioningResult(result));
    }

    private void CountWarning(FleetResult result)
    {
        if (result.Warning is not null)
            Interlocked.Increment(ref _withWarning);
    }

    private void OnNotice(FleetRow row, string text, SessionNoticeLevel level)
    {
        // The results have the warnings; with many devices, warnings on the stream would hide other messages.
        SessionNoticeLevel rowLevel = level is SessionNoticeLevel.Warning ? SessionNoticeLevel.Information : level;

        // Each exchange of each device is a notice: those that no stream shows are not queued for the pipeline thread.
        if ((level is SessionNoticeLevel.Debug && !_showsDebug) || (level is SessionNoticeLevel.Information && !_showsVerbose))
            return;
        if (MyInvocation.ExpectingInput)
            _sink.Notice($"Row {row.Number}, {row.Device}", text, rowLevel);
        else
            _sink.Notice(row.Device, text, level);
    }

    private void StopRun()
    {
        try
        {
            _run?.Stop();
        }
        catch (ObjectDisposedException)
        {
            // The run ended at the same moment.
        }
    }

    private void OpenJournal()
    {
        if (JournalPath is null)
            return;
        string path = OutputFile.Resolve(this, JournalPath);
        if (_isDryRun && !(Resume && File.Exists(path)))
            return;
        try
        {
            _journal = _isDryRun ? FleetJournal.Peek(path) : FleetJournal.Open(path, Resume);
        }
        catch (FleetJournalException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(exception, path));
            return;
        }

        if (_journal.WasTorn && !_isDryRun)
            WriteWarning($"The last line of the journal '{path}' was incomplete and was removed; its step is checked again.");
    }

    private FleetOptions MakeOptions() => new()
    {
        ThrottleLimit = ThrottleLimit == 0 ? null : ThrottleLimit,
        MaxAttempts = MaxAttempts,
        RetryDelay = TimeSpan.FromSeconds(RetryDelay),
        Timeout = TimeSpan.FromSeconds(Timeout),
        JoinTimeout = TimeSpan.FromSeconds(JoinTimeout),
        Deadline = Deadline,
        Reprovision = Reprovision,
        Shard = MakeShard(),
    };

    private FleetShard? MakeShard()
    {
        if (Shard is null)
            return null;
        try
        {
            return FleetShard.Parse(Shard);
        }
        catch (FormatException exception)
        {
            Refuse(ModuleError.ParameterConflict, exception.Message);
            return null;
        }
    }

    private FleetCommonValues MakeCommonValues()
    {
        try
        {
            return ReadCommonValues();
        }
        catch (ModuleException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(exception.Error, exception.Message, target: null, exception));
            throw;
        }
        catch (FormatException exception)
        {
            Refuse(ModuleError.ParameterConflict, exception.Message);
            throw;
        }
    }

    private FleetCommonValues ReadCommonValues() => new()
    {
        Name = Name,
        Transport = Transport,
        Address = Address,
        AccessPoint = AccessPoint,
        JoinAccessPoint = JoinAccessPoint,
        SoftApKey = SoftApKey,
        Adapter = Adapter,
        BaudRate = BaudRate,
        LineLimit = LineLimit,
        MonitorPort = MonitorPort,
        MonitorBaudRate = MonitorBaudRate,
        BodyLimit = BodyLimit,
        SecurityVersion = SecurityVersion,
        ProofOfPossession = _secrets.Choose(nameof(ProofOfPossession), ProofOfPossession, ProofOfPossessionSecret),
        Username = Credential?.UserName ?? Username,
        Password = Credential?.Password ?? _secrets.Choose(nameof(Password), Password, PasswordSecret),
        Ssid = NetworkCredential?.UserName ?? Ssid,
        Passphrase = NetworkCredential?.Password ?? _secrets.Choose(nameof(Passphrase), Passphrase, PassphraseSecret),
        Bssid = Bssid is null ? null : (ReadOnlyMemory<byte>?)Bssid,
        Channel = Channel == 0 ? null : Channel,
        Auth = Auth,
        DatasetTlvs = DatasetTlvs,
        CustomData = CustomData,
        Endpoint = Endpoint,
        EndpointData = [.. CustomDataValue.Entries($"-{nameof(EndpointData)}", EndpointData)
            .Select(entry => KeyValuePair.Create(entry.Key, CustomDataValue.Read(FleetColumns.OfEndpoint(entry.Key), entry.Value)))],
        QrCode = QrCode,
        AllowUnencrypted = AllowUnencrypted,
        UseVendorToolHash = UseVendorToolHash,
    };

    private void Refuse(ModuleError error, string message) => ThrowTerminatingError(ErrorFactory.From(error, message, null));
}
