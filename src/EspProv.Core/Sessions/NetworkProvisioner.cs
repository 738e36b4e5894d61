using System.Globalization;
using EspProv.Networks;
using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>
/// Credentials in, state out, whatever the kind of network: set, apply, and the way to the outcome (PROTOCOL.md §9).
/// </summary>
/// <remarks>
/// A device refuses a second Apply. So one whose answer was lost is sent again, in a new session: a device that has it refuses, and one
/// that does not takes it.
/// </remarks>
internal sealed class NetworkProvisioner(SecureChannel channel, NetworkVerbs verbs, TimeProvider timeProvider)
{
    /// <summary>How often Apply is sent to find out whether it arrived.</summary>
    private const int MaxApplies = 3;

    /// <summary>What is known of the device's way to its network.</summary>
    public JoinHistory History { get; set; } = new();

    /// <summary>Set; safe to repeat.</summary>
    public Task SetAsync(NetworkCredential credential, CancellationToken cancellationToken) => verbs.SetAsync(credential, cancellationToken);

    /// <summary>One status query; safe to repeat.</summary>
    public Task<NetworkStatus> GetStatusAsync(CancellationToken cancellationToken) => verbs.GetStatusAsync(cancellationToken);

    /// <summary>
    /// Apply. When its reply is lost, <see cref="JoinHistory.CredentialsApplied"/> stays true, because the device may have it.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        bool before = History.CredentialsApplied;
        History.CredentialsApplied = true;
        History.AppliedAt ??= timeProvider.GetTimestamp();
        Status status = await verbs.ApplyAsync(cancellationToken).ConfigureAwait(false);
        if (status is Status.Success)
            History.IsStatusOld = false;
        else
            History.CredentialsApplied = before;
        DeviceRefusal.ThrowIfRefused(status, $"apply {verbs.What}", EndpointNames.Config, ApplyAdvice);
    }

    /// <summary>
    /// Reset. Not repeated: the second one is refused where the first one worked, and that refusal would be reported.
    /// </summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        History.IsStatusOld = true;
        Status status = await verbs.ResetAsync(cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "reset", EndpointNames.Control, "A device can be reset only after it failed to connect.");
        History.CredentialsApplied = false;
    }

    /// <summary>Reprovision. Not repeated, for the reason of <see cref="ResetAsync"/>.</summary>
    public async Task ReprovisionAsync(CancellationToken cancellationToken)
    {
        History.IsStatusOld = true;
        Status status = await verbs.ReprovisionAsync(cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(
            status, "start over", EndpointNames.Control, "Only a device that keeps its service up can start over; after a failure, reset it.");
        History.CredentialsApplied = false;
    }

    /// <summary>
    /// Asks the device how it stands, so that nothing is done twice: clears a failure from before, and starts over on a device that is on
    /// another network where <paramref name="reprovision"/> allows it.
    /// </summary>
    /// <returns>
    /// Null when the device can be given the credentials. Connected when it is on that network already; Failed when what was applied before
    /// failed, or when it is on another network.
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
    /// Set, apply, and follow until the device says how it ended or the time is over. Of another network than the wanted one, Connected is
    /// no outcome: the device may not have left the one before, or somebody changed the traffic, from which security 1 does not protect it.
    /// </summary>
    public async Task<JoinResult> JoinAsync(NetworkCredential credential, JoinOptions options, CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
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
        catch (ProvisioningException e) when (e.Reason is ProvisioningErrorReason.InvalidDeviceState)
        {
            if (await verbs.FindRefusalAsync(cancellationToken).ConfigureAwait(false) is not { } status)
                throw;
            result = new JoinResult(ProvisioningOutcome.Failed, status, status.FailName);
        }

        return result with { Duration = timeProvider.GetElapsedTime(start) };
    }

    private string ApplyAdvice =>
        $"It was given {verbs.Some} before and has not been reset since: reset its {verbs.KindName} provisioning, then set {verbs.What} again.";

    private async Task ClearFailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ResetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException e) when (e.Reason is ProvisioningErrorReason.InvalidDeviceState)
        {
            // It was reset between the question and the command; what follows tells.
        }
    }

    /// <summary>
    /// Both commands in one security session, repeated together until Apply is on its way: a device that restarted has forgotten
    /// what was set.
    /// </summary>
    /// <returns>Null when the device confirmed Apply; why its reply was lost otherwise.</returns>
    private Task<string?> SetAndApplyAsync(NetworkCredential credential, bool mayHaveBeenApplied, CancellationToken cancellationToken) =>
        channel.RepeatableAsync<string?>(
            async token =>
            {
                await verbs.SetAsync(credential, token).ConfigureAwait(false);
                try
                {
                    await ApplyOrConfirmAsync(mayHaveBeenApplied, token).ConfigureAwait(false);
                    return null;
                }
                catch (ProvisioningException e) when (e.Reason is not (
                    ProvisioningErrorReason.DeviceError or
                    ProvisioningErrorReason.InvalidDeviceState or
                    ProvisioningErrorReason.ReflectedResponse))
                {
                    return e.Message;
                }
            },
            cancellationToken);

    /// <summary>Apply; where it may have been applied before, the device's refusal says that it was.</summary>
    private async Task ApplyOrConfirmAsync(bool mayHaveBeenApplied, CancellationToken cancellationToken)
    {
        try
        {
            await ApplyAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException e) when (mayHaveBeenApplied && e.Reason is ProvisioningErrorReason.InvalidDeviceState)
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
                        await verbs.SetAsync(credential, deadline.Token).ConfigureAwait(false);
                        await ApplyOrConfirmAsync(mayHaveBeenApplied: true, deadline.Token).ConfigureAwait(false);
                        (isConfirmed, isApplying) = (true, false);
                    }

                    last = await verbs.GetStatusAsync(deadline.Token).ConfigureAwait(false);
                    problem = null;
                }
                catch (ProvisioningException e) when (e.Reason is not ProvisioningErrorReason.ReflectedResponse
                    && (!options.CallerRetries || (isApplying && applies < MaxApplies && SecureChannel.IsLoss(e))))
                {
                    // The access point may have moved to another channel under us, or gone with its work done: keep asking.
                    problem = e.Message;
                    continue;
                }

                options.Progress?.Report(last);
                if (last.Phase is JoinPhase.Joining)
                    History.IsStatusOld = false;
                else if (!History.IsStatusOld && !IsElsewhere(last))
                    return new JoinResult(last.Phase is JoinPhase.Joined ? ProvisioningOutcome.Connected : ProvisioningOutcome.Failed, last, last.FailName);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsOver)
        {
            // An exchange was under way when the time was up.
        }

        string within = string.Create(CultureInfo.InvariantCulture, $"within {options.Timeout.TotalSeconds:0.###} s");
        string applied = char.ToUpperInvariant(verbs.What[0]) + verbs.What[1..];
        string were = verbs.What.EndsWith('s') ? "were" : "was";
        string unknown = (problem, last, History.IsStatusOld) switch
        {
            (null, { } status, false) when IsElsewhere(status) =>
                $"The device says that it is connected to '{status.JoinedName}', which is not the network that it was given.",
            (not null, _, _) => $"{applied} {were} applied, and the device could not be asked {within} what came of it. {problem}",
            (_, null, _) => $"{applied} {were} applied, and the device did not answer {within} what came of it.",
            (_, _, true) => $"{applied} may not have arrived: what the device reports, {last.PhaseName}, may be from before its reset.",
            _ => $"The device was still {last.PhaseName} {within}.{WifiFailureHints.After(last)}",
        };
        return new JoinResult(ProvisioningOutcome.Unknown, last, unknown);

        bool IsElsewhere(NetworkStatus status) => status.Phase is JoinPhase.Joined && !credential.IsOutcome(status);
    }
}
