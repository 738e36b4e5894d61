using System.Management.Automation;
using System.Runtime.CompilerServices;
using System.Security;
using EspProv.Commands.Abstractions;
using EspProv.Commands.Binding;
using EspProv.Commands.Errors;
using EspProv.Commands.Fleet;
using EspProv.Fleet;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Commands;

/// <summary>Provisions devices: one that you are asked about, or as many as there are rows.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "EspProvisioning", SupportsShouldProcess = true)]
[OutputType(typeof(EspProvisioningResult))]
public sealed partial class InvokeEspProvisioningCommand : AsyncCmdlet
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    // How long Ctrl-C waits for the sessions to be closed; they are closed in any case.
    private static readonly TimeSpan Closing = TimeSpan.FromMilliseconds(600);

    // Boxes, because PowerShell looks at this type before Core's enums can be loaded; see Objects/EspProvSession.cs.
    private readonly StrongBox<ProvisioningTransport?> _transport = new();
    private readonly StrongBox<SecurityVersion?> _securityVersion = new();
    private readonly PipelineSink _sink = new();
    private FleetRun? _run;
    private FleetJournal? _journal;
    private FleetRowReader? _reader;
    private FleetProgressView? _progress;
    private bool _sendsNothing;

    /// <summary>Rows of a plan, devices, sessions, QR codes, or addresses.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>The device's name.</summary>
    [Parameter]
    public string? Name { get; set; }

    /// <summary>Where the device is.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completion.AddressCompleter))]
    public string? Address { get; set; }

    /// <summary>How devices are reached.</summary>
    [Parameter]
    public ProvisioningTransport? Transport
    {
        get => _transport.Value;
        set => _transport.Value = value;
    }

    /// <summary>The scheme to use, instead of the one that a device asks for.</summary>
    [Parameter]
    public SecurityVersion? SecurityVersion
    {
        get => _securityVersion.Value;
        set => _securityVersion.Value = value;
    }

    /// <summary>The proof of possession of security 1.</summary>
    [Parameter]
    [SecretTransformation]
    [AllowEmptyString]
    [Alias("Pop")]
    public SecureString? ProofOfPossession { get; set; }

    /// <summary>The username of security 2.</summary>
    [Parameter]
    public string? Username { get; set; }

    /// <summary>The password of security 2.</summary>
    [Parameter]
    [SecretTransformation]
    public SecureString? Password { get; set; }

    /// <summary>Username and password of security 2 in one.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Log in as the vendor's Python tool would, for verifiers that it made of one of the pairs that it gets wrong.</summary>
    [Parameter]
    public SwitchParameter UseVendorToolHash { get; set; }

    /// <summary>Accept security 0 on the word of an unauthenticated reply.</summary>
    [Parameter]
    public SwitchParameter AllowUnencrypted { get; set; }

    /// <summary>The text of the device's QR code.</summary>
    [Parameter]
    public string? QrCode { get; set; }

    /// <summary>The network's name.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completion.SsidCompleter))]
    public string? Ssid { get; set; }

    /// <summary>The network's passphrase; none for an open network.</summary>
    [Parameter]
    [SecretTransformation]
    [AllowEmptyString]
    public SecureString? Passphrase { get; set; }

    /// <summary>The network's name and passphrase in one.</summary>
    [Parameter]
    [Credential]
    public PSCredential? NetworkCredential { get; set; }

    /// <summary>The access point to prefer.</summary>
    [Parameter]
    [BssidTransformation]
    public byte[]? Bssid { get; set; }

    /// <summary>The channel to look on.</summary>
    [Parameter]
    [ValidateRange(0, 196)]
    public int Channel { get; set; }

    /// <summary>Text for the application on the device, sent before the credentials.</summary>
    [Parameter]
    public string? CustomData { get; set; }

    /// <summary>Where the custom data goes.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(Completion.EndpointCompleter))]
    [ValidateNotNullOrEmpty]
    public string Endpoint { get; set; } = "custom-data";

    /// <summary>How many devices at once.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; }

    /// <summary>How often a device is tried.</summary>
    [Parameter]
    [ValidateRange(1, 100)]
    public int MaxAttempts { get; set; } = 3;

    /// <summary>How long to wait before the second attempt, in seconds; it doubles with each further one.</summary>
    [Parameter]
    [ValidateRange(0.0, 3600.0)]
    public double RetryDelay { get; set; } = 1;

    /// <summary>How long one device may take with all its attempts, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double Timeout { get; set; } = 120;

    /// <summary>How long a device may take to join the network before it is asked in a new session, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double JoinTimeout { get; set; } = 45;

    /// <summary>How long a connection may take, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double ConnectTimeout { get; set; } = 10;

    /// <summary>How long one request and its reply may take, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 86400.0)]
    public double ExchangeTimeout { get; set; } = 15;

    /// <summary>When the run ends.</summary>
    [Parameter]
    [DeadlineTransformation]
    public DateTimeOffset? Deadline { get; set; }

    /// <summary>The file that the run is recorded in.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? JournalPath { get; set; }

    /// <summary>Go on with the journal that is there, if there is one.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>The part of the plan to run, such as 2/8.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Shard { get; set; }

    /// <summary>Check every row, and send nothing.</summary>
    [Parameter]
    public SwitchParameter Validate { get; set; }

    /// <summary>Start over on devices that are connected to another network.</summary>
    [Parameter]
    public SwitchParameter Reprovision { get; set; }

    /// <summary>Gets everything ready before the first row.</summary>
    protected override void BeginProcessing()
    {
        if (Resume && JournalPath is null)
            Refuse(ModuleError.ParameterConflict, "-Resume goes on with a journal; say which with -JournalPath.");
        if (NetworkCredential is not null && (Ssid is not null || Passphrase is not null))
            Refuse(ModuleError.ParameterConflict, "-NetworkCredential has the network's name and passphrase; leave out -Ssid and -Passphrase.");
        if (Credential is not null && (Username is not null || Password is not null))
            Refuse(ModuleError.ParameterConflict, "-Credential has username and password; leave out -Username and -Password.");

        _sendsNothing = Validate || IsWhatIf;
        _reader = new FleetRowReader(MakeCommonValues(), WriteWarning);
        _progress = new FleetProgressView(this, ProgressId, TimeProvider.System);
        OpenJournal();
        _run = new FleetRun(MakeOptions(), new FleetLinks(TimeSpan.FromSeconds(ConnectTimeout), TimeSpan.FromSeconds(ExchangeTimeout)), _journal, Deliver, Tell);
    }

    /// <summary>Takes a row on, and writes the results that are there.</summary>
    protected override void ProcessRecord()
    {
        if (MyInvocation.ExpectingInput || InputObject is not null)
            Take(_reader!.Read(InputObject));
        else if (IsForSomebodyToAnswer)
            RunInteractively();
        else
            TakeParameters();
    }

    /// <summary>Waits for the rest, and writes it as it comes.</summary>
    protected override void EndProcessing()
    {
        Task all = _sendsNothing ? Task.CompletedTask : _run!.CompleteAsync();
        while (!all.IsCompleted)
            Pump(allRowsKnown: true);
        _sink.PumpWaiting(this, TimeSpan.Zero, StopToken);
        _progress!.Complete();
        Wait(all);
    }

    /// <summary>Ctrl-C: closes every session.</summary>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        StopRun();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _run is { } run)
        {
            _run = null;
            FleetJournal? journal = _journal;
            _sink.Complete();
            Task closed = Task.Run(async () =>
            {
                await run.DisposeAsync().ConfigureAwait(false);
                if (journal is not null)
                    await journal.DisposeAsync().ConfigureAwait(false);
            });
            _ = Task.WaitAny([closed], Closing);
        }
        else if (disposing && _journal is not null)
        {
            _journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        _journal = null;
        base.Dispose(disposing);
    }

    private bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? (SwitchParameter)given
        : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    // Whatever is missing of one device may be asked for, unless the parameters speak of a plan.
    private bool IsForSomebodyToAnswer => !_sendsNothing && JournalPath is null && Shard is null
        && !(NamesDevice && NamesNetwork && (Passphrase is not null || NetworkCredential is not null) && HasProof);

    private bool NamesDevice => !string.IsNullOrEmpty(Address) || !string.IsNullOrEmpty(Name) || QrCode is not null;

    private bool NamesNetwork => !string.IsNullOrEmpty(Ssid) || NetworkCredential is not null;

    private bool HasProof => QrCode is not null || ProofOfPossession is not null || Credential is not null
        || (!string.IsNullOrEmpty(Username) && Password is not null) || SecurityVersion is Security.SecurityVersion.Security0;

    private void TakeParameters()
    {
        if (!NamesDevice)
            Refuse(ModuleError.ParameterRequired, "Which device? Give -Address, -Name or -QrCode.");
        if (!NamesNetwork)
            Refuse(ModuleError.ParameterRequired, "Which network? Give -Ssid.");
        Take(_reader!.ReadParameters());
    }

    private void Take(FleetRow row)
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
            WriteObject(new EspProvisioningResult(_run.Decline(row, "Valid")));
        }
        else if (!ShouldProcess($"row {row.Number}: {Describe(row)}", $"Provision with Wi-Fi network '{row.SsidText}'"))
        {
            row.Dispose();
            if (!_sendsNothing)
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

    private static string Describe(FleetRow row)
    {
        string address = row.Session?.Device.Address ?? row.Address ?? "to be found";
        return row.Device == address ? $"{address} over {row.Transport}" : $"{row.Device} ({address}) over {row.Transport}";
    }

    private void Pump(bool allRowsKnown)
    {
        try
        {
            _sink.PumpWaiting(this, allRowsKnown || _run!.IsFull ? Patience : TimeSpan.Zero, StopToken);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }

        if (!_sendsNothing)
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

    // On the run's threads: both leave a note for the pipeline thread.
    private void Deliver(FleetResult result) => _sink.Object(new EspProvisioningResult(result));

    private void Tell(FleetRow row, string text, bool isWarning)
    {
        // Of thousands of devices nobody reads what each has to remark on; of one, they do.
        if (isWarning && !MyInvocation.ExpectingInput)
            _sink.Warning($"{row.Device}: {text}");
        else
            _sink.Verbose($"Row {row.Number}, {row.Device}: {text}");
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
        if (JournalPath is null || _sendsNothing)
            return;
        string path = GetUnresolvedProviderPathFromPSPath(JournalPath);
        try
        {
            _journal = FleetJournal.Open(path, Resume);
        }
        catch (FleetJournalException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(exception, path));
            return;
        }

        if (_journal.WasTorn)
            WriteWarning($"The last line of the journal '{path}' was not complete, and was cut away; the step that it was about is looked into again.");
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

    private FleetCommonValues MakeCommonValues() => new()
    {
        Name = Name,
        Transport = Transport,
        Address = Address,
        SecurityVersion = SecurityVersion,
        ProofOfPossession = ProofOfPossession,
        Username = Credential?.UserName ?? Username,
        Password = Credential?.Password ?? Password,
        Ssid = NetworkCredential?.UserName ?? Ssid,
        Passphrase = NetworkCredential?.Password ?? Passphrase,
        Bssid = Bssid is null ? null : (ReadOnlyMemory<byte>?)Bssid,
        Channel = Channel == 0 ? null : Channel,
        CustomData = CustomData,
        Endpoint = Endpoint,
        QrCode = QrCode,
        AllowUnencrypted = AllowUnencrypted,
        UseVendorToolHash = UseVendorToolHash,
    };

    private void Refuse(ModuleError error, string message) => ThrowTerminatingError(ErrorFactory.From(error, message, null));
}
