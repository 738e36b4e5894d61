using System.Management.Automation;
using EspProv.Commands.Pipeline;

namespace EspProv.Commands.Discovery;

/// <summary>Asks before this machine joins a device's access point, since that disconnects it from its own network.</summary>
internal sealed class AccessPointConsent(PSCmdlet cmdlet)
{
    private bool _all;
    private bool _none;

    /// <summary>Asks the user whether to join the access point.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.AccessPointNotConfirmed"/>: this session cannot prompt.
    /// </exception>
    internal bool Ask(string device, string accessPoint)
    {
        bool isConfirmed = cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm)
            && confirm is SwitchParameter { IsPresent: false };
        if (isConfirmed || cmdlet.SessionState.PSVariable.GetValue("ConfirmPreference")?.ToString() == nameof(ConfirmImpact.None))
            return true;
        string question = $"This machine leaves its Wi-Fi network and joins '{accessPoint}' until the session is closed.";
        try
        {
            return cmdlet.ShouldContinue(UntrustedText.Show(question),
                UntrustedText.Show($"Join the access point of {device}"), ref _all, ref _none);
        }
        catch (Exception exception) when (UserPrompt.IsUnavailable(exception))
        {
            // Cmdlets that only read have no -Confirm.
            string remedy = cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey("Confirm")
                ? "give -Confirm:$false"
                : "set $ConfirmPreference = 'None'";
            throw new ProvisioningException(
                ProvisioningErrorReason.AccessPointNotConfirmed,
                $"{question} This must be confirmed, and this session cannot prompt: {remedy}.",
                exception);
        }
    }
}
