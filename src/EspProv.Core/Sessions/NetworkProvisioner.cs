using System.Globalization;
using EspProv.Networks;
using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>Makes a device join a network of either kind: set, apply, and poll for the outcome (PROTOCOL.md §9).</summary>
/// <remarks>
/// A device refuses a second Apply. An Apply whose reply was lost is therefore repeated in a new session: a refusal means that the first
/// one arrived.
/// </remarks>
internal sealed class NetworkProvisioner(SecureChannel channel, NetworkVerbs verbs, TimeProvider timeProvider)
{
    /// <summary>How often Apply is repeated after lost replies.</summary>
    private const int MaxApplies = 3;

    /// <summary>What is known about the device's join.</summary>
    public JoinHistory History { get; set; } = new();

    /// <summary>Set; safe to repeat.</summary>
    public async Task SetAsync(NetworkCredential credential, CancellationToken cancellationToken)
    {
        await verbs.SetAsync(credential, cancellationToken).ConfigureAwait(false);
        channel.Tell($"The device has taken {verbs.What}.");
    }

    /// <summary>One status query; safe to repeat.</summary>
    public Task<NetworkStatus> GetStatusAsync(CancellationToken cancellationToken) => verbs.GetStatusAsync(cancellationToken);

    /// <summary>
    /// Apply. When its reply is lost, <see cref="JoinHistory.CredentialsApplied"/> stays true, because it may have arrived.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        bool before = History.CredentialsApplied;
        History.CredentialsApplied = true;
        History.AppliedAt ??= timeProvider.GetTimestamp();
        Status status = await verbs.ApplyAsync(cancellationToken).ConfigureAwait(false);
        if (status is Status.Success)
            (History.IsStatusOld, History.IsOutcomeReported) = (false, false);
        else
            History.CredentialsApplied = before;
        DeviceRefusal.ThrowIfRefused(status, ApplyCommand, EndpointNames.Config, ApplyAdvice);
        channel.Tell($"The device applies {verbs.What}.");
    }

    /// <summary>Reset. Not repeated: after a first success the second one would be refused, and that would be reported.</summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        History.IsStatusOld = true;
        Status status = await verbs.ResetAsync(cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "reset", EndpointNames.Control,
            "Only a device that failed to connect can be reset; a connected one that keeps its service up has to start over instead.");
        History.CredentialsApplied = false;
        channel.Tell($"The device was reset: it takes {verbs.What} again.");
    }

    /// <summary>Reprovision. Not repeated, for the reason of <see cref="ResetAsync"/>.</summary>
    public async Task ReprovisionAsync(CancellationToken cancellationToken)
    {
        History.IsStatusOld = true;
        Status status = await verbs.ReprovisionAsync(cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(
            status, "start over", EndpointNames.Control, "Only a device that keeps its service up can start over; after a failure, "
                + "reset it.");
        History.CredentialsApplied = false;
        channel.Tell($"The device starts over: it takes {verbs.What} again.");
    }

    /// <summary>
    /// Prepares the device by its status: clears an earlier failure, and restarts provisioning on a device that is on another network if
    /// <paramref name="reprovision"/> allows it.
    /// </summary>
    /// <returns>
    /// Null if the device is ready for credentials; Connected if it is on that network already; Failed if an earlier Apply failed, or if it
    /// is on another network.
    /// </returns>
    public async Task<JoinResult?> PrepareAsync(NetworkCredential credential, bool reprovision, CancellationToken cancellationToken)
    {
        NetworkStatus status = await channel.RepeatableAsync(verbs.GetStatusAsync, cancellationToken).ConfigureAwait(false);
        switch (status.Phase)
        {
            case JoinPhase.Joined when credential.IsNetworkOf(status):
                return new JoinResult(ProvisioningOutcome.Connected, status, null);
            case JoinPhase.Joined when !reprovision:
            case JoinPhase.Failed when History is { CredentialsApplied: true, IsStatusOld: false }:
                return new JoinResult(ProvisioningOutcome.Failed, status, status.FailName);
            case JoinPhase.Joined:
                await ReprovisionAsync(cancellationToken).ConfigureAwait(false);
                return null;
            case JoinPhase.Failed:
                await ClearFailureAsync(cancellationToken).ConfigureAwait(false);
                return null;
            default:
                return null;
        }
    }

    /// <summary>
    /// Set, apply, and poll until the outcome or the timeout. Connected to another network is not an outcome: the device may not have left
    /// it yet, or the reply was altered, which security 1 does not detect.
    /// </summary>
    public async Task<JoinResult> JoinAsync(NetworkCredential credential, JoinOptions options, CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();

        // In a further attempt of the caller, what was seen since the first Apply still counts.
        if (!(options.CallerRetries && History.CredentialsApplied))
        {
            options.Witness?.Expect(credential);
            History.IsOutcomeReported = false;
        }

        JoinResult result;
        try
        {
            string? lostApply = await SetAndApplyAsync(credential, options.CallerRetries, cancellationToken).ConfigureAwait(false);
            if (options.OnApplied is { } onApplied)
                await onApplied().ConfigureAwait(false);
            result = options.Timeout != TimeSpan.Zero
                ? await FollowAsync(credential, options, lostApply, cancellationToken).ConfigureAwait(false)
                : new JoinResult(lostApply is null ? ProvisioningOutcome.Applied : ProvisioningOutcome.Unknown, null, lostApply);
        }
        catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.InvalidDeviceState)
        {
            NetworkStatus? status = await TryGetStatusAsync(cancellationToken).ConfigureAwait(false);
            if (status?.Phase is JoinPhase.Joined)
                DeviceRefusal.ThrowIfRefused(Status.InternalError, ApplyCommand, EndpointNames.Config, StartOverAdvice(status));
            if (status is null || !verbs.IsRefusal(status))
                throw;
            result = new JoinResult(ProvisioningOutcome.Failed, status, status.FailName);
        }

        return result with { Duration = timeProvider.GetElapsedTime(start) };
    }

    private string ApplyCommand => $"apply {verbs.What}";

    private string StartOverAdvice(NetworkStatus status) =>
        $"It is connected{(status.JoinedName is { Length: > 0 } name ? $" to '{name}'" : "")}: its {verbs.KindName} provisioning has to "
        + $"start over before it takes {verbs.What} again.";

    private string ApplyAdvice =>
        $"It was given {verbs.Some} before and has not been reset since: reset its {verbs.KindName} provisioning, then set "
        + $"{verbs.What} again.";

    /// <summary>The status that explains an error; null if the query fails, since the error is then all that is known.</summary>
    private async Task<NetworkStatus?> TryGetStatusAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await verbs.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException exception) when (exception.Reason is not ProvisioningErrorReason.ReflectedResponse)
        {
            return null;
        }
    }

    private async Task ClearFailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ResetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.InvalidDeviceState)
        {
            // It was reset between the query and the command; the polls that follow show it.
        }
    }

    /// <summary>
    /// Both commands in one security session, repeated together until Apply was sent: a restarted device has lost what was set.
    /// </summary>
    /// <returns>Null if the device confirmed Apply; otherwise the reason for which its reply was lost.</returns>
    private Task<string?> SetAndApplyAsync(NetworkCredential credential, bool mayHaveBeenApplied, CancellationToken cancellationToken) =>
        channel.RepeatableAsync<string?>(
            async token =>
            {
                await SetAsync(credential, token).ConfigureAwait(false);
                try
                {
                    await ApplyOrConfirmAsync(mayHaveBeenApplied, token).ConfigureAwait(false);
                    return null;
                }
                catch (ProvisioningException exception) when (exception.Reason is not (
                    ProvisioningErrorReason.DeviceError or
                    ProvisioningErrorReason.InvalidDeviceState or
                    ProvisioningErrorReason.ReflectedResponse))
                {
                    return exception.Message;
                }
            },
            cancellationToken);

    /// <summary>Apply. If it may have been applied before, a refusal confirms that.</summary>
    private async Task ApplyOrConfirmAsync(bool mayHaveBeenApplied, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException exception) when (mayHaveBeenApplied && exception.Reason is ProvisioningErrorReason.InvalidDeviceState)
        {
            (History.CredentialsApplied, History.IsStatusOld) = (true, false);
        }
    }

    private async Task<JoinResult> FollowAsync(
        NetworkCredential credential, JoinOptions options, string? problem, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.Timeout, timeProvider, cancellationToken);
        var schedule = new PollSchedule();
        NetworkStatus? last = null;
        bool isConfirmed = problem is null;
        int applies = 1;
        try
        {
            while (!deadline.IsOver)
            {
                await Task.Delay(schedule.Next(deadline.Remaining), timeProvider, deadline.Token).ConfigureAwait(false);
                bool isApplying = false;
                try
                {
                    await channel.EnsureAsync(deadline.Token).ConfigureAwait(false);
                    if (isApplying = !isConfirmed && applies < MaxApplies)
                    {
                        applies++;
                        await SetAsync(credential, deadline.Token).ConfigureAwait(false);
                        await ApplyOrConfirmAsync(mayHaveBeenApplied: true, deadline.Token).ConfigureAwait(false);
                        (isConfirmed, isApplying) = (true, false);
                    }

                    NetworkStatus status = await verbs.GetStatusAsync(deadline.Token).ConfigureAwait(false);
                    if (status.Summary != last?.Summary)
                        channel.Tell($"State of the device: {status.Summary}.");
                    (last, problem) = (status, null);
                }
                catch (ProvisioningException exception) when (exception.Reason is not ProvisioningErrorReason.ReflectedResponse
                    && (!options.CallerRetries || (isApplying && applies < MaxApplies && LostOutcome.IsWorthRepeating(exception.Reason))))
                {
                    // The access point may have changed its channel, or ended after success: keep polling.
                    problem = exception.Message;
                    if (!IsAnswer(exception) && History.FindWitnessed(options.Witness) is { } seen)
                        return Report(seen);
                    continue;
                }

                History.IsOutcomeReported = last.Phase is not JoinPhase.Joining;
                options.Progress?.Report(last);
                if (last.Phase is JoinPhase.Joining)
                {
                    History.IsStatusOld = false;
                }
                else if (!History.IsStatusOld && !IsElsewhere(last))
                {
                    return new JoinResult(
                        last.Phase is JoinPhase.Joined ? ProvisioningOutcome.Connected : ProvisioningOutcome.Failed, last, last.FailName);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsOver)
        {
            // The timeout expired during an exchange.
        }

        if (History.FindWitnessed(options.Witness) is { } witnessed)
            return Report(witnessed);
        string within = string.Create(CultureInfo.InvariantCulture, $"within {options.Timeout.TotalSeconds:0.###} s");
        string applied = char.ToUpperInvariant(verbs.What[0]) + verbs.What[1..];
        string were = verbs.What.EndsWith('s') ? "were" : "was";
        string unknown = (problem, last, History.IsStatusOld) switch
        {
            (null, { } status, false) when IsElsewhere(status) =>
                $"The device says that it is connected to '{status.JoinedName}', which is not the requested network.",
            (not null, _, _) => $"{applied} {were} applied, and the outcome could not be read {within}. {problem}",
            (_, null, _) => $"{applied} {were} applied, and the device reported no outcome {within}.",
            (_, _, true) => $"{applied} may not have arrived: what the device reports, {last.PhaseName}, may be from before its reset.",
            _ => $"The device was still {last.PhaseName} {within}.{WifiFailureHints.After(last)}",
        };
        return new JoinResult(ProvisioningOutcome.Unknown, last, unknown);

        bool IsElsewhere(NetworkStatus status) => status.Phase is JoinPhase.Joined && !credential.IsOutcome(status);

        // The device answered, so it can be asked again.
        static bool IsAnswer(ProvisioningException exception) =>
            exception.Reason is ProvisioningErrorReason.DeviceError or ProvisioningErrorReason.InvalidDeviceState;

        JoinResult Report(JoinResult seen)
        {
            channel.Tell($"{seen.WitnessNotice}");
            return seen;
        }
    }
}
