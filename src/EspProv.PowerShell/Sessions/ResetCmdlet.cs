using System.Management.Automation;
using EspProv.Sessions;

namespace EspProv.Commands.Sessions;

/// <summary>A command that makes devices accept other credentials.</summary>
public abstract class ResetCmdlet : SessionCmdlet
{
    private protected ResetCmdlet()
    {
    }

    /// <summary>Start over on a device that has joined and whose provisioning service is still up.</summary>
    [Parameter]
    public SwitchParameter Reprovision { get; set; }

    /// <summary>Write the session.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What ShouldProcess asks about with -Reprovision.</summary>
    private protected abstract string ReprovisionDescription { get; }

    private protected sealed override string ActionDescription => Reprovision ? ReprovisionDescription : "Clear the failed attempt";

    /// <summary>Clears a failed attempt.</summary>
    private protected abstract Task ResetAsync(ProvisioningSession session, CancellationToken cancellationToken);

    /// <summary>Makes a device that has joined start over.</summary>
    private protected abstract Task ReprovisionAsync(ProvisioningSession session, CancellationToken cancellationToken);

    private protected sealed override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        AwaitInSession(session, async (core, _, token) =>
        {
            await (Reprovision ? ReprovisionAsync(core, token) : ResetAsync(core, token)).ConfigureAwait(false);
            return true;
        });
        if (PassThru)
            WriteTarget(session, kept);
    }
}
