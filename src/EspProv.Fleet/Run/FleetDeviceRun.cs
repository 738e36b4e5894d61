using System.Globalization;
using EspProv.Devices;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Networks;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Fleet.Run;

/// <summary>
/// One row from its first attempt to its result. Each attempt begins with a new handshake and a status query, so that nothing is done
/// twice. A row is Connected only if its device reports it or, when the device no longer answers, the log of its board.
/// </summary>
internal sealed class FleetDeviceRun(
    FleetRow row,
    FleetOptions options,
    IFleetLinks links,
    FleetWork earlier,
    Func<FleetStage, int, FleetWork, Task> onState,
    Action<string, SessionNoticeLevel> notice,
    Func<TimeSpan, CancellationToken, Task> pause)
{
    private readonly TimeProvider _time = options.TimeProvider;
    private FleetStage _stage = row.Address is null && row.Session is null ? FleetStage.Find : FleetStage.Connect;

    // Shared by all attempts; each attempt has its own session.
    private readonly JoinHistory _history = new();
    private readonly List<string> _warnings = [];
    private IJoinWitness? _witness;
    private int _attempts;
    private SecurityVersion? _securityVersion = row.SecurityVersion;
    private ProvisioningNetwork? _networkKind = row.NetworkKind;
    private string? _networkName = row.NetworkName;
    private string? _address = row.Session?.Device.Address ?? row.Address;

    /// <summary>Runs the row.</summary>
    /// <param name="deadline">Cancelled at the deadline of the whole run.</param>
    /// <param name="stop">Cancelled by the user; then there is no result.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public async Task<FleetResult> RunAsync(CancellationToken deadline, CancellationToken stop)
    {
        long start = _time.GetTimestamp();
        try
        {
            return await RunAsync(start, deadline, stop).ConfigureAwait(false);
        }
        finally
        {
            if (_witness is { } witness)
                await witness.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<FleetResult> RunAsync(long start, CancellationToken deadline, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline, timeout.Token);
        ProvisioningException? last = null;
        try
        {
            while (true)
            {
                _attempts++;
                try
                {
                    return Finish(await AttemptAsync(Remaining(start), either.Token).ConfigureAwait(false), start);
                }
                catch (ProvisioningException exception)
                {
                    last = exception;
                    if (exception.Reason is not ProvisioningErrorReason.ReflectedResponse && FindWitnessed() is { } seen)
                        return Finish(seen, start);
                    if (!FleetRetry.CanHelp(exception) || !MayRetry)
                        return Finish(Failure(exception.Reason.ToString(), exception.Message), start);
                    notice($"{exception.Message} Trying again.", SessionNoticeLevel.Information);
                }

                await pause(FleetRetry.Delay(options, _attempts), either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return Finish(FindWitnessed() ?? OutOfTime(deadline.IsCancellationRequested, last), start);
        }
        catch (Exception exception) when (exception is not FleetJournalException && !stop.IsCancellationRequested)
        {
            // The other rows continue. It is not retried: the same device would probably cause it again.
            notice($"An unexpected exception in stage {_stage}: {UnexpectedError.TypesOf(exception)}.", SessionNoticeLevel.Information);
            return Finish(Failure(FleetErrorIds.UnexpectedError, FleetProblem.Unexpected.Message), start);
        }
        catch (Exception exception) when (exception is not (FleetJournalException or OperationCanceledException))
        {
            throw new OperationCanceledException("The run was stopped.", exception, stop);
        }
    }

    // A given session cannot be retried: when it has ended there are no credentials for a new one.
    private bool MayRetry => row.Session is null && (_attempts < options.MaxAttempts || MayStillJoin);

    // The device's access point may change its channel when the device joins, so that this machine loses it (PROTOCOL.md §6): keep asking
    // as long as the device may be joining.
    private bool MayStillJoin => _history.AppliedAt is { } at && _time.GetElapsedTime(at) < options.JoinTimeout;

    // An earlier run may have been killed between Apply and the device's answer.
    private bool MayHaveApplied => _history.CredentialsApplied || Work.MayHaveApplied;

    /// <summary>What was done so far.</summary>
    public FleetWork Work { get; private set; } = earlier;

    private TimeSpan Remaining(long start)
    {
        TimeSpan left = options.Timeout - _time.GetElapsedTime(start);
        return left < options.JoinTimeout ? left : options.JoinTimeout;
    }

    // The outcome in the log of the board, if the device itself reported none.
    private Attempt? FindWitnessed()
    {
        if (_history.FindWitnessed(Witness) is not { } seen)
            return null;
        notice(seen.WitnessNotice, SessionNoticeLevel.Information);
        return Conclude(seen, connectedReason: null);
    }

    private IJoinWitness? Witness => _witness ?? row.Session?.Witness;

    private async Task<Attempt> AttemptAsync(TimeSpan joinTimeout, CancellationToken token)
    {
        if (row.MonitorPort is not null)
            _witness ??= await links.WatchAsync(row, token).ConfigureAwait(false);
        ProvisioningSession session = row.Session ?? await ConnectAsync(token).ConfigureAwait(false);
        try
        {
            session.Notice += OnNotice;
            _securityVersion = session.SecurityVersion;
            await OnStateAsync(FleetStage.Handshake).ConfigureAwait(false);
            return await ProvisionAsync(session, joinTimeout, token).ConfigureAwait(false);
        }
        finally
        {
            session.Notice -= OnNotice;
            _warnings.AddRange(session.Warnings.Except(_warnings));
            if (row.Session is null)
                await CloseAsync(session).ConfigureAwait(false);
        }
    }

    // An error while closing does not change the row's result.
    private async Task CloseAsync(ProvisioningSession session)
    {
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            notice($"The session could not be closed: {UnexpectedError.TypesOf(exception)}.", SessionNoticeLevel.Information);
        }
    }

    private void OnNotice(SessionNotice said) => notice(said.Message, said.Level);

    private async Task<ProvisioningSession> ConnectAsync(CancellationToken token)
    {
        ProvisioningDevice device;
        if (row.Address is { Length: > 0 } address)
        {
            device = row.At(address);
        }
        else
        {
            await OnStateAsync(FleetStage.Find).ConfigureAwait(false);
            device = await links.FindAsync(row, token).ConfigureAwait(false);
            _address = device.Address;
        }

        await OnStateAsync(FleetStage.Connect).ConfigureAwait(false);
        try
        {
            return await HandshakeAsync(device, token).ConfigureAwait(false);
        }
        catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.WrongCredentials)
        {
            // Devices close the link on a wrong proof without an answer, so that it looks like a lost link (PROTOCOL.md §6). There is no
            // lock-out, so a second handshake at once tells the two apart.
            notice($"{exception.Message} Trying a second handshake to be sure.", SessionNoticeLevel.Information);
            return await HandshakeAsync(device, token).ConfigureAwait(false);
        }
    }

    private async Task<ProvisioningSession> HandshakeAsync(ProvisioningDevice device, CancellationToken token)
    {
        try
        {
            ITransport transport = links.CreateTransport(row, device);
            return await ProvisioningSession.ConnectAsync(device, transport, SessionOptions(), token).ConfigureAwait(false);
        }
        catch (ProvisioningException exception)
        {
            _stage = exception.Endpoint is Wire.EndpointNames.Session ? FleetStage.Handshake : FleetStage.Connect;
            throw;
        }
    }

    private SessionOptions SessionOptions() => new()
    {
        SecurityVersion = row.SecurityVersion,
        AllowUnencrypted = row.AllowUnencrypted,
        Credential = new SecurityCredential
        {
            ProofOfPossession = row.ProofOfPossession?.Copy(),
            Username = row.Username,
            Password = row.Password?.Copy(),
            UseVendorToolHash = row.UseVendorToolHash,
        },
        Random = options.Random,
        TimeProvider = _time,
    };

    private async Task<Attempt> ProvisionAsync(ProvisioningSession session, TimeSpan joinTimeout, CancellationToken token)
    {
        using NetworkCredential network = row.CreateCredential(session.Capability);
        (_networkKind, _networkName) = (network.Kind, network.DisplayName);
        session.Continue(_history);
        if (await session.PrepareAsync(network, options.Reprovision, token).ConfigureAwait(false) is { } settled)
            return Conclude(settled, MayHaveApplied ? null : "AlreadyConnected");

        if (await SendCustomDataAsync(session, token).ConfigureAwait(false) is { } inDoubt)
            return inDoubt;
        WarnOfKey(network);
        await OnStateAsync(FleetStage.Apply).ConfigureAwait(false);
        var join = new JoinOptions
        {
            Timeout = joinTimeout,
            CallerRetries = true,
            Witness = _witness,
            OnApplied = () => OnStateAsync(FleetStage.Join),
        };
        return Conclude(await session.JoinAsync(network, join, token).ConfigureAwait(false), connectedReason: null);
    }

    private void WarnOfKey(NetworkCredential network)
    {
        if (network is not WifiCredential wifi)
            return;
        string? warning = row.FindOpenNetworkWarning()
            ?? WifiFailureHints.BelowThreshold(wifi.SsidText, row.KnownAuth, wifi.Passphrase);
        if (warning is null || _warnings.Contains(warning))
            return;

        _warnings.Add(warning);
        notice(warning, SessionNoticeLevel.Warning);
    }

    // Data may have side effects, so an entry is never sent twice, not even after a lost answer. Null when all were answered.
    private async Task<Attempt?> SendCustomDataAsync(ProvisioningSession session, CancellationToken token)
    {
        _stage = FleetStage.CustomData;
        FleetCustomData[] left = [.. row.CustomData.Skip(Work.CustomDataTaken)];
        foreach (FleetCustomData entry in left)
            session.CheckCustomDataLength(entry.Endpoint, entry.Data.Length);
        foreach (FleetCustomData entry in left)
        {
            if (Work.IsCustomDataInDoubt)
                return InDoubt(entry, "An earlier run sent it, and has no answer.");
            Work = Work with { IsCustomDataInDoubt = true };
            await OnStateAsync(FleetStage.CustomData).ConfigureAwait(false);
            try
            {
                await session.SendCustomDataAsync(entry.Endpoint, entry.Data, token).ConfigureAwait(false);
            }
            catch (ProvisioningException exception) when (LostOutcome.IsUnknownAfter(exception.Reason))
            {
                return InDoubt(entry, exception.Message);
            }
            catch (ProvisioningException exception) when (exception.Reason is not ProvisioningErrorReason.ReflectedResponse)
            {
                Work = Work with { IsCustomDataInDoubt = false };
                throw;
            }

            Work = Work with { CustomDataTaken = Work.CustomDataTaken + 1, IsCustomDataInDoubt = false };
        }

        return null;
    }

    private Attempt InDoubt(FleetCustomData entry, string cause) => Failure(
        FleetErrorIds.CustomDataInDoubt,
        $"Whether endpoint '{entry.Endpoint}' of {row.Device} has {entry.Column} is unknown, and it is not sent twice. {cause}");

    private Task OnStateAsync(FleetStage stage) => onState(_stage = stage, _attempts, Work);

    private Attempt Conclude(JoinResult result, string? connectedReason) => result switch
    {
        { Outcome: ProvisioningOutcome.Connected } =>
            new Attempt(FleetStatus.Connected, connectedReason, null, null) { Joined = result.Status, Witness = result.Witness },
        { Outcome: ProvisioningOutcome.Failed, Status: { Phase: JoinPhase.Joined } other } => new Attempt(
            FleetStatus.Failed, nameof(ProvisioningErrorReason.InvalidDeviceState), nameof(ProvisioningErrorReason.InvalidDeviceState),
            $"{row.Device} is connected to '{other.JoinedName}' already.")
        { Witness = result.Witness },
        { Outcome: ProvisioningOutcome.Failed, Status: { } status } =>
            Refused(status, JoinFailure.Of(status, row.Device, _networkName!)) with { Witness = result.Witness },
        _ => Unknown(result.Reason!),
    };

    private Attempt Refused(NetworkStatus status, JoinFailure failure)
    {
        string? cause = status is WifiStatus { FailReason: WifiFailReason.AuthError } ? row.FindOpenNetworkWarning() : null;
        string message = cause is null ? failure.Message : $"{cause} {failure.Message}";
        return new(FleetStatus.Failed, failure.Reason, failure.ErrorId, message);
    }

    private Attempt Unknown(string error) => new(
        FleetStatus.Unknown, nameof(FleetStatus.Unknown), JoinFailure.OutcomeUnknown(_networkKind), error);

    private Attempt Failure(string id, string message)
    {
        if (!MayHaveApplied)
            return new Attempt(FleetStatus.Failed, id, id, message);
        Attempt unknown = Unknown(
            $"{row.Device} was told to use {JoinFailure.CredentialName(_networkKind)}, and the outcome is unknown. {message}");

        // An attack keeps its own error id.
        return id is nameof(ProvisioningErrorReason.ReflectedResponse) ? unknown with { Reason = id, ErrorId = id } : unknown;
    }

    private Attempt OutOfTime(bool deadline, ProvisioningException? last)
    {
        string id = deadline ? FleetErrorIds.DeadlineReached : FleetErrorIds.DeviceTimeout;
        string message = deadline
            ? "The time for the whole run was over."
            : string.Create(CultureInfo.InvariantCulture, $"{row.Device} took longer than {options.Timeout.TotalSeconds:0.###} s.");
        if (last is not null)
            message += $" {last.Message}";
        return Failure(id, message);
    }

    private FleetResult Finish(Attempt attempt, long start)
    {
        var wifi = attempt.Joined as WifiStatus;
        if (Witness?.Problem is { } problem)
            _warnings.Add(problem);
        return new FleetResult
        {
            Row = row.Number,
            Name = row.Device,
            Address = _address,
            Transport = (row.Session?.Device.Transport ?? row.Transport).ToString(),
            SecurityVersion = _securityVersion,
            Network = _networkKind,
            Ssid = _networkName,
            SsidBytes = row.Ssid.IsEmpty ? null : row.Ssid,
            Status = attempt.Status,
            Stage = attempt.Status is FleetStatus.Connected ? FleetStage.Done : _stage,
            Reason = attempt.Reason,
            Witness = attempt.Witness,
            IPAddress = wifi?.IPAddress,
            Bssid = wifi?.Bssid,
            Channel = wifi?.Channel ?? (attempt.Joined as ThreadStatus)?.Channel,
            Attempts = _attempts,
            Duration = _time.GetElapsedTime(start),
            ErrorId = attempt.ErrorId,
            Error = attempt.Error,
            Warning = _warnings.Count == 0 ? null : string.Join(' ', _warnings),
            Timestamp = _time.GetUtcNow(),
        };
    }

    private sealed record Attempt(FleetStatus Status, string? Reason, string? ErrorId, string? Error)
    {
        /// <summary>The device's network, if it is connected.</summary>
        public NetworkStatus? Joined { get; init; }

        /// <summary>What reported the outcome of the join; null for none.</summary>
        public ProvisioningWitness? Witness { get; init; }
    }
}
