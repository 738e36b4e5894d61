using System.Globalization;
using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>
/// Credentials in, state out, whatever the kind of network: set, apply, and the way to the outcome (PROTOCOL.md §9).
/// </summary>
/// <typeparam name="TStatus">An answer to a status query.</typeparam>
internal abstract class NetworkProvisioner<TStatus>(SecureChannel channel, TimeProvider timeProvider)
    where TStatus : class
{
    // A reset leaves what the device reports as it was. Until Apply was answered, or the device says that it is under way, an outcome
    // may be the one from before.
    private bool _statusIsOld;

    /// <summary>Whether Apply went out and was not refused, nor undone by a reset.</summary>
    public bool CredentialsApplied { get; private set; }

    /// <summary>The requests go out over this.</summary>
    protected SecureChannel Channel => channel;

    /// <summary>What is applied, in messages: "the credentials".</summary>
    protected abstract string What { get; }

    /// <summary><see cref="What"/> with an indefinite article, where it has one: "credentials".</summary>
    protected abstract string Some { get; }

    /// <summary>The network's kind, in messages: "Wi-Fi".</summary>
    protected abstract string Kind { get; }

    /// <summary>One status query; safe to repeat.</summary>
    public abstract Task<TStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Apply, which is never repeated: when its reply is lost, <see cref="CredentialsApplied"/> stays true, because the device
    /// may have it.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        bool before = CredentialsApplied;
        CredentialsApplied = true;
        Status status = await SendApplyAsync(cancellationToken).ConfigureAwait(false);
        if (status is Status.Success)
            _statusIsOld = false;
        else
            CredentialsApplied = before;
        DeviceRefusal.ThrowIfRefused(status, $"apply {What}", EndpointNames.Config, ApplyAdvice);
    }

    /// <summary>
    /// Reset. Not repeated: the second one is refused where the first one worked, and that refusal would be reported.
    /// </summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        _statusIsOld = true;
        Status status = await SendResetAsync(cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "reset", EndpointNames.Control, "A device can be reset only after it failed to connect.");
        CredentialsApplied = false;
    }

    /// <summary>Reprovision. Not repeated, for the reason of <see cref="ResetAsync"/>.</summary>
    public async Task ReprovisionAsync(CancellationToken cancellationToken)
    {
        _statusIsOld = true;
        Status status = await SendReprovisionAsync(cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(
            status, "start over", EndpointNames.Control, "Only a device that keeps its service up can start over; after a failure, reset it.");
        CredentialsApplied = false;
    }

    /// <summary>Apply, on the wire.</summary>
    protected abstract Task<Status> SendApplyAsync(CancellationToken cancellationToken);

    /// <summary>Reset, on the wire.</summary>
    protected abstract Task<Status> SendResetAsync(CancellationToken cancellationToken);

    /// <summary>Reprovision, on the wire.</summary>
    protected abstract Task<Status> SendReprovisionAsync(CancellationToken cancellationToken);

    /// <summary>The outcome that a status means; null while it goes on.</summary>
    protected abstract (ProvisioningOutcome Outcome, string? Reason)? Conclude(TStatus status);

    /// <summary>The state in a status, in messages.</summary>
    protected abstract string NameState(TStatus status);

    /// <summary>The network in a status, as text to show; null when there is no name in it.</summary>
    protected abstract string? NameNetwork(TStatus status);

    /// <summary>
    /// Set, apply, and follow until the device says how it ended or <paramref name="timeout"/> is over. Of another network than the wanted
    /// one, Connected is no outcome: the device may not have left the one before, or somebody changed the traffic, from which security 1
    /// does not protect it.
    /// </summary>
    protected async Task<Followed> ProvisionAsync(
        Func<CancellationToken, Task> set, Func<TStatus, bool> isWanted, TimeSpan timeout, IProgress<TStatus>? progress,
        CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
        string? lostApply = await SetAndApplyAsync(set, cancellationToken).ConfigureAwait(false);
        Followed followed = timeout == TimeSpan.Zero
            ? lostApply is null ? new Followed(ProvisioningOutcome.Applied, null, null) : new Followed(ProvisioningOutcome.Unknown, null, lostApply)
            : await FollowAsync(isWanted, timeout, lostApply, progress, cancellationToken).ConfigureAwait(false);
        return followed with { Duration = timeProvider.GetElapsedTime(start) };
    }

    private string ApplyAdvice =>
        $"It was given {Some} before and has not been reset since: reset its {Kind} provisioning, then set {What} again.";

    /// <summary>
    /// Both commands in one security session, repeated together until Apply is on its way: a device that restarted has forgotten
    /// what was set.
    /// </summary>
    /// <returns>Null when the device confirmed Apply; why its reply was lost otherwise.</returns>
    private Task<string?> SetAndApplyAsync(Func<CancellationToken, Task> set, CancellationToken cancellationToken) =>
        channel.RepeatableAsync<string?>(
            async token =>
            {
                await set(token).ConfigureAwait(false);
                try
                {
                    await ApplyAsync(token).ConfigureAwait(false);
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

    private async Task<Followed> FollowAsync(
        Func<TStatus, bool> isWanted, TimeSpan timeout, string? problem, IProgress<TStatus>? progress, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(timeout, timeProvider, cancellationToken);
        var schedule = new PollSchedule();
        TStatus? last = null;
        try
        {
            while (!deadline.IsOver)
            {
                await Task.Delay(schedule.Next(deadline.Remaining), timeProvider, deadline.Token).ConfigureAwait(false);
                try
                {
                    await channel.EnsureAsync(deadline.Token).ConfigureAwait(false);
                    last = await GetStatusAsync(deadline.Token).ConfigureAwait(false);
                    problem = null;
                }
                catch (ProvisioningException e) when (e.Reason is not ProvisioningErrorReason.ReflectedResponse)
                {
                    // The access point may have moved to another channel under us, or gone with its work done: keep asking.
                    problem = e.Message;
                    continue;
                }

                progress?.Report(last);
                (ProvisioningOutcome Outcome, string? Reason)? concluded = Conclude(last);
                if (concluded is null)
                    _statusIsOld = false;
                else if (!_statusIsOld && !IsElsewhere(last))
                    return new Followed(concluded.Value.Outcome, last, concluded.Value.Reason);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsOver)
        {
            // An exchange was under way when the time was up.
        }

        string within = string.Create(CultureInfo.InvariantCulture, $"within {timeout.TotalSeconds:0.###} s");
        string applied = char.ToUpperInvariant(What[0]) + What[1..];
        string were = What.EndsWith('s') ? "were" : "was";
        string unknown = (problem, last, _statusIsOld) switch
        {
            (null, { } status, false) when IsElsewhere(status) =>
                $"The device says that it is connected to '{NameNetwork(status)}', which is not the network that it was given.",
            (not null, _, _) => $"{applied} {were} applied, and the device could not be asked {within} what came of it. {problem}",
            (_, null, _) => $"{applied} {were} applied, and the device did not answer {within} what came of it.",
            (_, _, true) => $"{applied} may not have arrived: what the device reports, {NameState(last)}, may be from before its reset.",
            _ => $"The device was still {NameState(last)} {within}.{WifiFailureHints.After(last)}",
        };
        return new Followed(ProvisioningOutcome.Unknown, last, unknown);

        bool IsElsewhere(TStatus status) => Conclude(status) is { Outcome: ProvisioningOutcome.Connected } && !isWanted(status);
    }

    /// <summary>How it ended.</summary>
    protected readonly record struct Followed(ProvisioningOutcome Outcome, TStatus? Status, string? Reason, TimeSpan Duration = default);
}
