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
    /// <summary>How often Apply is sent: once, and again after lost replies.</summary>
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
        NetworkCredential credential, JoinOptions options, string? lostApply, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(options.Timeout, timeProvider, cancellationToken);
        var schedule = new PollSchedule();
        var polled = new Polled(lostApply);
        try
        {
            while (!deadline.IsOver)
            {
                await Task.Delay(schedule.Next(deadline.Remaining), timeProvider, deadline.Token).ConfigureAwait(false);
                if (await PollAsync(credential, options, polled, deadline.Token).ConfigureAwait(false) is { } known)
                    return known;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsOver)
        {
            // The timeout expired during an exchange.
        }

        return FindWitnessed(options.Witness)
            ?? new JoinResult(ProvisioningOutcome.Unknown, polled.Last, DescribeUnknown(credential, polled, options.Timeout));
    }

    /// <summary>Queries the status once; before that, repeats an Apply that was not confirmed.</summary>
    /// <returns>The result of the join; null while it is not known.</returns>
    private async Task<JoinResult?> PollAsync(
        NetworkCredential credential, JoinOptions options, Polled polled, CancellationToken cancellationToken)
    {
        bool isApplying = false;
        NetworkStatus status;
        try
        {
            await channel.EnsureAsync(cancellationToken).ConfigureAwait(false);
            if (isApplying = !polled.IsConfirmed && polled.Applies < MaxApplies)
            {
                polled.Applies++;
                await SetAsync(credential, cancellationToken).ConfigureAwait(false);
                await ApplyOrConfirmAsync(mayHaveBeenApplied: true, cancellationToken).ConfigureAwait(false);
                (polled.IsConfirmed, isApplying) = (true, false);
            }

            status = await verbs.GetStatusAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException exception) when (exception.Reason is not ProvisioningErrorReason.ReflectedResponse
            && (!options.CallerRetries || (isApplying && polled.Applies < MaxApplies && LostOutcome.IsWorthRepeating(exception.Reason))))
        {
            // The access point may have changed its channel, or ended after success: keep polling. A device that answered with an error
            // can be asked again, so no witness is needed yet.
            polled.Problem = exception.Message;
            return exception.Reason is ProvisioningErrorReason.DeviceError or ProvisioningErrorReason.InvalidDeviceState
                ? null
                : FindWitnessed(options.Witness);
        }

        if (status.Summary != polled.Last?.Summary)
            channel.Tell($"State of the device: {status.Summary}.");
        (polled.Last, polled.Problem) = (status, null);
        History.IsOutcomeReported = status.Phase is not JoinPhase.Joining;
        options.Progress?.Report(status);
        if (status.Phase is JoinPhase.Joining)
        {
            History.IsStatusOld = false;
            return null;
        }

        return History.IsStatusOld || IsElsewhere(status, credential)
            ? null
            : new JoinResult(
                status.Phase is JoinPhase.Joined ? ProvisioningOutcome.Connected : ProvisioningOutcome.Failed, status, status.FailName);
    }

    private string DescribeUnknown(NetworkCredential credential, Polled polled, TimeSpan timeout)
    {
        string within = string.Create(CultureInfo.InvariantCulture, $"within {timeout.TotalSeconds:0.###} s");
        return (polled.Problem, polled.Last, History.IsStatusOld) switch
        {
            (null, { } status, false) when IsElsewhere(status, credential) =>
                $"The device says that it is connected to '{status.JoinedName}', which is not the requested network.",
            ({ } problem, _, _) => $"{verbs.WereApplied}, and the outcome could not be read {within}. {problem}",
            (_, null, _) => $"{verbs.WereApplied}, and the device reported no outcome {within}.",
            (_, { } last, true) =>
                $"{verbs.MayNotHaveArrived}: what the device reports, {last.PhaseName}, may be from before its reset.",
            (_, { } last, false) => $"The device was still {last.PhaseName} {within}.{WifiFailureHints.After(last)}",
        };
    }

    private static bool IsElsewhere(NetworkStatus status, NetworkCredential credential) =>
        status.Phase is JoinPhase.Joined && !credential.IsOutcome(status);

    private JoinResult? FindWitnessed(IJoinWitness? witness)
    {
        JoinResult? found = History.FindWitnessed(witness);
        if (found is { } seen)
            channel.Tell($"{seen.WitnessNotice}");
        return found;
    }

    /// <summary>What was found out since the first Apply.</summary>
    private sealed class Polled(string? lostApply)
    {
        /// <summary>Whether the device confirmed an Apply.</summary>
        public bool IsConfirmed { get; set; } = lostApply is null;

        /// <summary>How often Apply was sent.</summary>
        public int Applies { get; set; } = 1;

        /// <summary>The last status; null for none.</summary>
        public NetworkStatus? Last { get; set; }

        /// <summary>Why there is no newer status, as a sentence; null if there is nothing to explain.</summary>
        public string? Problem { get; set; } = lostApply;
    }
}
