using System.Globalization;
using EspProv.Devices;
using EspProv.Fleet.Journal;
using EspProv.Fleet.Plan;
using EspProv.Security;
using EspProv.Sessions;

namespace EspProv.Fleet.Run;

/// <summary>
/// One row from its first attempt to its result. Each attempt is a new handshake and begins by asking the device how it
/// stands, so that nothing is done twice; Connected is only ever the device's own word.
/// </summary>
internal sealed class FleetDeviceRun(
    FleetRow row, FleetOptions options, IFleetLinks links, bool appliedEarlier, Func<FleetStage, int, Task> onState, Action<string, bool> notice,
    Func<TimeSpan, CancellationToken, Task> pause)
{
    private const int MaxLosses = 2;

    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = options.TimeProvider;
    private FleetStage _stage = row.Address is null && row.Session is null ? FleetStage.Find : FleetStage.Connect;
    private bool _applied;
    private long? _appliedAt;

    // A reset leaves what the device reports as it was: until Apply was answered, a failure may be the one from before.
    private bool _statusIsOld;
    private bool _customDataSent;
    private readonly List<string> _warnings = [];
    private int _attempts;
    private int? _security = (int?)row.SecurityVersion;
    private FleetNetwork? _network;
    private string? _address = row.Session?.Device.Address ?? row.Address;

    /// <summary>Runs the row.</summary>
    /// <param name="deadline">Cancelled when the time for the whole run is over.</param>
    /// <param name="stop">Cancelled when the user gives up: then there is no result.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/>.</exception>
    public async Task<FleetResult> RunAsync(CancellationToken deadline, CancellationToken stop)
    {
        long start = _time.GetTimestamp();
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
                catch (ProvisioningException error)
                {
                    last = error;
                    if (!FleetRetry.CanHelp(error) || !MayRetry)
                        return Finish(Failure(error.Reason.ToString(), error.Message), start);
                    notice($"{error.Message} Trying again.", false);
                }

                await pause(FleetRetry.Delay(options, _attempts), either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return Finish(OutOfTime(deadline.IsCancellationRequested, last), start);
        }
        catch (Exception error) when (error is not FleetJournalException && !stop.IsCancellationRequested)
        {
            // Whatever one device brings about, the other rows go on. It is not retried: the same device would do it again.
            notice($"An error that was not expected, in stage {_stage}: {UnexpectedError.TypesOf(error)}.", false);
            return Finish(Failure(FleetErrorIds.UnexpectedError, FleetProblem.Unexpected.Message), start);
        }
        catch (Exception error) when (error is not (FleetJournalException or OperationCanceledException))
        {
            throw new OperationCanceledException("The run was stopped.", error, stop);
        }
    }

    // A session that was given is the user's: when it is over there is no credential to make another one with.
    private bool MayRetry => row.Session is null && (_attempts < options.MaxAttempts || MayStillJoin);

    // The access point may change its channel with the device, and then this machine has to find it again (PROTOCOL.md §6):
    // as long as the device may be joining it is worth being asked.
    private bool MayStillJoin => _appliedAt is { } at && _time.GetElapsedTime(at) < options.JoinTimeout;

    // An earlier run may have been killed between Apply and the device's answer.
    private bool MayHaveApplied => _applied || appliedEarlier;

    // What the device has said; before it was asked, what the row says.
    private ProvisioningNetwork? NetworkKind => _network?.Kind ?? row.NetworkKind;

    private bool IsForThread => NetworkKind is ProvisioningNetwork.Thread;

    private TimeSpan Remaining(long start)
    {
        TimeSpan left = options.Timeout - _time.GetElapsedTime(start);
        return left < options.JoinTimeout ? left : options.JoinTimeout;
    }

    private async Task<Attempt> AttemptAsync(TimeSpan joinTimeout, CancellationToken token)
    {
        ProvisioningSession session = row.Session ?? await ConnectAsync(token).ConfigureAwait(false);
        try
        {
            session.Notice += Hear;
            _security = (int)session.SecurityVersion;
            await onState(_stage = FleetStage.Handshake, _attempts).ConfigureAwait(false);
            return await ProvisionAsync(session, joinTimeout, token).ConfigureAwait(false);
        }
        finally
        {
            session.Notice -= Hear;
            _warnings.AddRange(session.Warnings.Except(_warnings));
            if (row.Session is null)
                await CloseAsync(session).ConfigureAwait(false);
        }
    }

    // What came of the row stays what it is, however the link ends.
    private async Task CloseAsync(ProvisioningSession session)
    {
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            notice($"The session did not close as it should: {UnexpectedError.TypesOf(error)}.", false);
        }
    }

    private void Hear(SessionNotice said) => notice(said.Message, said.IsWarning);

    private async Task<ProvisioningSession> ConnectAsync(CancellationToken token)
    {
        ProvisioningDevice device;
        if (row.Address is { Length: > 0 } address)
        {
            device = row.At(address);
        }
        else
        {
            await onState(_stage = FleetStage.Find, _attempts).ConfigureAwait(false);
            device = await links.FindAsync(row, token).ConfigureAwait(false);
            _address = device.Address;
        }

        await onState(_stage = FleetStage.Connect, _attempts).ConfigureAwait(false);
        try
        {
            return await HandshakeAsync(device, token).ConfigureAwait(false);
        }
        catch (ProvisioningException error) when (error.Reason is ProvisioningErrorReason.WrongCredentials)
        {
            // A refused proof closes the link without an answer, which a lost link does too (PROTOCOL.md §6), and there is no
            // lock-out: a second handshake, at once, tells the two apart.
            notice($"{error.Message} Making sure with a second handshake.", false);
            return await HandshakeAsync(device, token).ConfigureAwait(false);
        }
    }

    private async Task<ProvisioningSession> HandshakeAsync(ProvisioningDevice device, CancellationToken token)
    {
        try
        {
            return await ProvisioningSession.ConnectAsync(device, links.CreateTransport(row, device), SessionOptions(), token).ConfigureAwait(false);
        }
        catch (ProvisioningException error)
        {
            _stage = error.Endpoint is Wire.EndpointNames.Session ? FleetStage.Handshake : FleetStage.Connect;
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
        FleetNetwork network = _network = FleetNetwork.Of(row, session.Capability);
        switch (await network.GetStateAsync(session, token).ConfigureAwait(false))
        {
            case FleetNetworkState.Joined { IsWanted: true } joined:
                return Connected(joined, MayHaveApplied ? null : "AlreadyConnected");
            case FleetNetworkState.Joined when options.Reprovision:
                _statusIsOld = true;
                await network.ReprovisionAsync(session, token).ConfigureAwait(false);
                break;
            case FleetNetworkState.Joined other:
                return new Attempt(FleetStatus.Failed, nameof(ProvisioningErrorReason.InvalidDeviceState), nameof(ProvisioningErrorReason.InvalidDeviceState),
                    $"{row.Device} is connected to '{other.Network}' already.");
            case FleetNetworkState.Refused refused when _applied && !_statusIsOld:
                return Refused(refused);
            case FleetNetworkState.Refused:
                _statusIsOld = true;
                await ResetAsync(network, session, token).ConfigureAwait(false);
                break;
        }

        await SendCustomDataAsync(session, token).ConfigureAwait(false);
        await onState(_stage = FleetStage.Apply, _attempts).ConfigureAwait(false);
        await ApplyAsync(network, session, token).ConfigureAwait(false);
        return await FollowAsync(network, session, joinTimeout, token).ConfigureAwait(false);
    }

    /// <summary>
    /// Sets and applies, over new handshakes where links are lost, until the device has confirmed Apply or refuses it. It refuses a
    /// second one (PROTOCOL.md §9), which is how an Apply is found out whose answer was lost: it may have arrived or not.
    /// </summary>
    private async Task ApplyAsync(FleetNetwork network, ProvisioningSession session, CancellationToken token)
    {
        for (int losses = 0; ; losses++)
        {
            bool before = _applied;
            try
            {
                await network.SetAsync(session, token).ConfigureAwait(false);
                _applied = true;
                _appliedAt ??= _time.GetTimestamp();
                await network.ApplyAsync(session, token).ConfigureAwait(false);
                _statusIsOld = false;
                return;
            }
            catch (ProvisioningException error) when (error.Reason is ProvisioningErrorReason.InvalidDeviceState)
            {
                // It was given credentials before, by this attempt, an earlier one or an earlier run, and is still at it.
                _statusIsOld = false;
                return;
            }
            catch (ProvisioningException error) when (error is { Reason: ProvisioningErrorReason.DeviceError, DeviceStatus: not null })
            {
                _applied = before;
                throw;
            }
            catch (ProvisioningException error) when (session.IsOpen && losses < MaxLosses && FleetRetry.CanHelp(error))
            {
                notice($"{error.Message} Setting and applying again in a new session.", false);
            }
        }
    }

    private static async Task ResetAsync(FleetNetwork network, ProvisioningSession session, CancellationToken token)
    {
        try
        {
            await network.ResetAsync(session, token).ConfigureAwait(false);
        }
        catch (ProvisioningException error) when (error.Reason is ProvisioningErrorReason.InvalidDeviceState)
        {
            // It was reset between the question and the command; what follows tells.
        }
    }

    private async Task SendCustomDataAsync(ProvisioningSession session, CancellationToken token)
    {
        if (row.CustomData.IsEmpty || _customDataSent)
            return;
        await onState(_stage = FleetStage.CustomData, _attempts).ConfigureAwait(false);
        await session.SendCustomDataAsync(row.Endpoint, row.CustomData, token).ConfigureAwait(false);
        _customDataSent = true;
    }

    private async Task<Attempt> FollowAsync(FleetNetwork network, ProvisioningSession session, TimeSpan timeout, CancellationToken token)
    {
        await onState(_stage = FleetStage.Join, _attempts).ConfigureAwait(false);
        long start = _time.GetTimestamp();
        TimeSpan wait = FirstPoll;
        while (true)
        {
            // Nobody is connected at once.
            await Task.Delay(wait, _time, token).ConfigureAwait(false);
            wait = wait * 1.5 < LongestPoll ? wait * 1.5 : LongestPoll;
            switch (await network.GetStateAsync(session, token).ConfigureAwait(false))
            {
                case FleetNetworkState.Joined { IsWanted: true } joined:
                    return Connected(joined, null);
                case FleetNetworkState.Joined other:
                    // Security 1 does not protect what it encrypts from being changed: it has to be the right network, too.
                    throw new ProvisioningException(
                        ProvisioningErrorReason.UnexpectedResponse,
                        $"{row.Device} says that it is connected to '{other.Network}', which is not the network that it was given.");
                case FleetNetworkState.Refused refused:
                    return Refused(refused);
                case FleetNetworkState.Joining joining when _time.GetElapsedTime(start) >= timeout:
                    return Unknown(string.Create(CultureInfo.InvariantCulture, $"{row.Device} was still {joining.State} after {timeout.TotalSeconds:0.#} s."));
            }
        }
    }

    private static Attempt Connected(FleetNetworkState.Joined joined, string? reason) => new(FleetStatus.Connected, reason, null, null) { Joined = joined };

    private static Attempt Refused(FleetNetworkState.Refused refused) => new(FleetStatus.Failed, refused.Reason, refused.ErrorId, refused.Error);

    private Attempt Unknown(string error) => new(
        FleetStatus.Unknown, nameof(FleetStatus.Unknown), IsForThread ? FleetErrorIds.ThreadOutcomeUnknown : FleetErrorIds.WifiOutcomeUnknown, error);

    private Attempt Failure(string id, string message)
    {
        if (!MayHaveApplied)
            return new Attempt(FleetStatus.Failed, id, id, message);
        string what = IsForThread ? "the dataset" : "the credentials";
        Attempt unknown = Unknown($"{row.Device} was told to use {what}, and what came of it is unknown. {message}");

        // An attack is not an outcome that got lost: it keeps its name.
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
        return MayHaveApplied
            ? Unknown($"{(IsForThread ? "The dataset was" : "The credentials were")} on the way, and what came of it is unknown. {message}")
            : new Attempt(FleetStatus.Failed, id, id, message);
    }

    private FleetResult Finish(Attempt attempt, long start)
    {
        return new FleetResult
        {
            Row = row.Number,
            Device = row.Device,
            Address = _address,
            Transport = (row.Session?.Device.Transport ?? row.Transport).ToString(),
            Security = _security,
            Network = NetworkKind,
            Ssid = _network?.Name ?? row.NetworkName,
            SsidBytes = row.Ssid.IsEmpty ? null : row.Ssid,
            Status = attempt.Status,
            Stage = attempt.Status is FleetStatus.Connected ? FleetStage.Done : _stage,
            Reason = attempt.Reason,
            Ip = attempt.Joined?.Ip,
            Bssid = attempt.Joined?.Bssid,
            Channel = attempt.Joined?.Channel,
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
        /// <summary>Where the device is, when it is connected.</summary>
        public FleetNetworkState.Joined? Joined { get; init; }
    }
}
