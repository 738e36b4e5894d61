using EspProv.Networks;
using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>The requests for one kind of network (PROTOCOL.md §3), and its names for messages.</summary>
internal abstract class NetworkVerbs(SecureChannel channel)
{
    /// <summary>The kind: "Wi-Fi".</summary>
    public abstract string KindName { get; }

    /// <summary>What is applied: "the credentials".</summary>
    public abstract string What { get; }

    /// <summary><see cref="What"/> with an indefinite article, if it has one: "credentials".</summary>
    public abstract string Some { get; }

    /// <summary><see cref="What"/> was applied, as the start of a sentence.</summary>
    public abstract string WereApplied { get; }

    /// <summary>It is not known whether the device has received <see cref="What"/>, as the start of a sentence.</summary>
    public abstract string MayNotHaveArrived { get; }

    /// <summary>The channel for the requests.</summary>
    protected SecureChannel Channel => channel;

    /// <summary>Set; idempotent, so safe to repeat.</summary>
    public async Task SetAsync(NetworkCredential credential, CancellationToken cancellationToken)
    {
        Status status = await channel.RequestAsync(
            EndpointNames.Config, credential.EncodeSet(), ParseSetReply, cancellationToken).ConfigureAwait(false);
        DeviceRefusal.ThrowIfRefused(status, $"take {What}", EndpointNames.Config);
    }

    /// <summary>One status query; safe to repeat.</summary>
    public abstract Task<NetworkStatus> GetStatusAsync(CancellationToken cancellationToken);

    /// <summary>Apply.</summary>
    public abstract Task<Status> ApplyAsync(CancellationToken cancellationToken);

    /// <summary>Reset.</summary>
    public abstract Task<Status> ResetAsync(CancellationToken cancellationToken);

    /// <summary>Reprovision.</summary>
    public abstract Task<Status> ReprovisionAsync(CancellationToken cancellationToken);

    /// <summary>Whether a status after a refused Apply means that the device refused the credentials themselves.</summary>
    public virtual bool IsRefusal(NetworkStatus status) => false;

    /// <summary>Reads the reply to set.</summary>
    protected abstract Status ParseSetReply(byte[] reply);
}
