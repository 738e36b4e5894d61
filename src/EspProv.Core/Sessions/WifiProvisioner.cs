using System.Globalization;
using System.Text;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>Credentials in, state out: set, apply, and the way to the outcome (PROTOCOL.md §9).</summary>
internal sealed class WifiProvisioner(SecureChannel channel, TimeProvider timeProvider)
{
    private const string ResetAdvice =
        "It was given credentials before and has not been reset since: reset its Wi-Fi provisioning, then set the credentials again.";

    /// <summary>Whether Apply went out and was not refused, nor undone by a reset.</summary>
    public bool CredentialsApplied { get; private set; }

    /// <summary>SetWifiConfig. Setting the same again changes nothing, so it is safe to repeat.</summary>
    public async Task SetAsync(WifiCredential credential, CancellationToken cancellationToken)
    {
        Status status = await channel.RequestAsync(
            EndpointNames.Config,
            WifiConfigCodec.EncodeSet(
                credential.Ssid.Span,
                credential.Passphrase is { } passphrase ? passphrase.Bytes : [],
                credential.Bssid is { } bssid ? bssid.Span : [],
                (uint)(credential.Channel ?? 0)),
            WifiConfigCodec.ParseSetReply,
            cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "take the credentials", EndpointNames.Config);
    }

    /// <summary>
    /// ApplyWifiConfig, which is never repeated: when its reply is lost, <see cref="CredentialsApplied"/> stays true, because the
    /// device may have it.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        bool before = CredentialsApplied;
        CredentialsApplied = true;
        Status status = await channel.RequestAsync(
            EndpointNames.Config, WifiConfigCodec.EncodeApply(), WifiConfigCodec.ParseApplyReply, cancellationToken).ConfigureAwait(false);
        if (status is not Status.Success)
            CredentialsApplied = before;
        DeviceRefusal.ThrowIfRefused(status, "apply the credentials", EndpointNames.Config, ResetAdvice);
    }

    /// <summary>One status query; safe to repeat.</summary>
    public async Task<WifiStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        GetWifiStatusResp response = await channel.RequestAsync(
            EndpointNames.Config, WifiConfigCodec.EncodeGetStatus(), WifiConfigCodec.ParseStatusReply, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(response.Status, "report its Wi-Fi status", EndpointNames.Config);
        return ToStatus(response);
    }

    /// <summary>
    /// WifiReset. Not repeated: the second one is refused where the first one worked, and that refusal would be reported.
    /// </summary>
    public async Task ResetAsync(CancellationToken cancellationToken)
    {
        Status status = await channel.RequestAsync(
            EndpointNames.Control, ControlCodec.EncodeWifiReset(), ControlCodec.ParseWifiResetReply, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, "reset", EndpointNames.Control, "A device can be reset only after it failed to connect.");
        CredentialsApplied = false;
    }

    /// <summary>WifiReprov. Not repeated, for the reason of <see cref="ResetAsync"/>.</summary>
    public async Task ReprovisionAsync(CancellationToken cancellationToken)
    {
        Status status = await channel.RequestAsync(
            EndpointNames.Control, ControlCodec.EncodeWifiReprovision(), ControlCodec.ParseWifiReprovisionReply, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(
            status, "start over", EndpointNames.Control, "A device can start over only while it is connected; after a failure, reset it.");
        CredentialsApplied = false;
    }

    /// <summary>Set, apply, and follow until the device says how it ended or <paramref name="timeout"/> is over.</summary>
    public async Task<WifiProvisioningResult> ProvisionAsync(
        WifiCredential credential, TimeSpan timeout, IProgress<WifiStatus>? progress, CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
        string? lostApply = await SetAndApplyAsync(credential, cancellationToken).ConfigureAwait(false);
        Followed followed = timeout == TimeSpan.Zero
            ? lostApply is null ? new Followed(ProvisioningOutcome.Applied, null, null) : new Followed(ProvisioningOutcome.Unknown, null, lostApply)
            : await FollowAsync(timeout, lostApply, progress, cancellationToken).ConfigureAwait(false);
        WifiStatus? status = followed.Status;
        WifiStatus? connected = followed.Outcome is ProvisioningOutcome.Connected ? status : null;
        return new WifiProvisioningResult
        {
            Outcome = followed.Outcome,
            Ssid = credential.SsidText,
            Reason = followed.Reason,
            IPAddress = connected?.IPAddress,
            Bssid = connected?.Bssid,
            Channel = connected?.Channel,
            Auth = connected?.Auth,
            Duration = timeProvider.GetElapsedTime(start),
            LastStatus = status,
        };
    }

    /// <summary>
    /// Both commands in one security session, repeated together until Apply is on its way: a device that restarted has forgotten
    /// what was set.
    /// </summary>
    /// <returns>Null when the device confirmed Apply; why its reply was lost otherwise.</returns>
    private Task<string?> SetAndApplyAsync(WifiCredential credential, CancellationToken cancellationToken) =>
        channel.RepeatableAsync<string?>(
            async token =>
            {
                await SetAsync(credential, token).ConfigureAwait(false);
                try
                {
                    await ApplyAsync(token).ConfigureAwait(false);
                    return null;
                }
                catch (ProvisioningException e) when (e.Reason is not (ProvisioningErrorReason.DeviceError or ProvisioningErrorReason.InvalidDeviceState))
                {
                    return e.Message;
                }
            },
            cancellationToken);

    private async Task<Followed> FollowAsync(
        TimeSpan timeout, string? problem, IProgress<WifiStatus>? progress, CancellationToken cancellationToken)
    {
        using var deadline = new Deadline(timeout, timeProvider, cancellationToken);
        var schedule = new PollSchedule();
        WifiStatus? last = null;
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
                catch (ProvisioningException e)
                {
                    // The access point may have moved to another channel under us, or gone with its work done: keep asking.
                    problem = e.Message;
                    continue;
                }

                progress?.Report(last);
                if (last.State is WifiState.Connected)
                    return new Followed(ProvisioningOutcome.Connected, last, null);
                if (last.State is WifiState.ConnectionFailed)
                    return new Followed(ProvisioningOutcome.Failed, last, last.FailReason?.ToString());
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsOver)
        {
            // An exchange was under way when the time was up.
        }

        string within = string.Create(CultureInfo.InvariantCulture, $"within {timeout.TotalSeconds:0.###} s");
        string reason = problem is not null
            ? $"The credentials were applied, and the device could not be asked {within} what came of it. {problem}"
            : last is not null
                ? $"The device was still {last.State} {within}."
                : $"The credentials were applied, and the device did not answer {within} what came of it.";
        return new Followed(ProvisioningOutcome.Unknown, last, reason);
    }

    private static WifiStatus ToStatus(GetWifiStatusResp response) => new()
    {
        State = (WifiState)(int)response.StaState,
        FailReason = response.DetailCase is GetWifiStatusResp.DetailOneofCase.FailReason ? (WifiFailReason)(int)response.FailReason : null,

        // 0 attempts are not on the wire: the message's presence counts (PROTOCOL.md §3).
        AttemptsRemaining = response.AttemptFailed is { } attempt ? (int)Math.Min(attempt.AttemptsRemaining, int.MaxValue) : null,
        IPAddress = response.Connected?.Ip4Addr,
        Ssid = response.Connected is { } connected ? Encoding.UTF8.GetString(connected.Ssid.Span) : null,
        Bssid = response.Connected is { } accessPoint ? HardwareAddress.Format(accessPoint.Bssid.Span) : null,
        Channel = response.Connected?.Channel,
        Auth = (WifiAuthMode?)response.Connected?.AuthMode,
    };

    private readonly record struct Followed(ProvisioningOutcome Outcome, WifiStatus? Status, string? Reason);
}
