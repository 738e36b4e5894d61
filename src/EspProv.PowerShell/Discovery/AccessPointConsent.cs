using System.Management.Automation;
using System.Management.Automation.Host;

namespace EspProv.Commands.Discovery;

/// <summary>Asks before this machine joins a device's access point, whatever the cmdlet's own impact: that takes it off its network.</summary>
internal sealed class AccessPointConsent(PSCmdlet cmdlet)
{
    private bool _all;
    private bool _none;

    /// <summary>Whether to join it.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.AccessPointNotConfirmed"/>: nobody can be asked.</exception>
    internal bool Ask(string device, string accessPoint)
    {
        bool isDecided = cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm) && confirm is SwitchParameter { IsPresent: false };
        if (isDecided || cmdlet.SessionState.PSVariable.GetValue("ConfirmPreference")?.ToString() == nameof(ConfirmImpact.None))
            return true;
        string question = $"This machine leaves its Wi-Fi network and joins '{accessPoint}' until the session is closed.";
        try
        {
            return cmdlet.ShouldContinue(UntrustedText.Show(question),
                UntrustedText.Show($"Join the access point of {device}"), ref _all, ref _none);
        }
        catch (Exception exception) when (exception is HostException or PSInvalidOperationException or NotImplementedException)
        {
            // Cmdlets that only read have no -Confirm.
            string without = cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey("Confirm") ? "give -Confirm:$false" : "set $ConfirmPreference = 'None'";
            throw new ProvisioningException(
                ProvisioningErrorReason.AccessPointNotConfirmed, $"{question} That has to be confirmed, and nobody can be asked: {without}.", exception);
        }
    }
}
