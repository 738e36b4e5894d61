using System.Management.Automation;
using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Sessions;

/// <summary>
/// Connects to devices. Prompts for missing secrets, and again for wrongly typed ones, if the session is interactive; never replaces
/// parameters.
/// </summary>
/// <param name="cmdlet">The cmdlet whose host and streams are used.</param>
/// <param name="version">The security scheme to use; null for the device's own.</param>
/// <param name="allowUnencrypted">Whether to accept security 0, although the reply that asks for it is not authenticated.</param>
internal sealed class SessionConnector(AsyncCmdlet cmdlet, SecurityVersion? version, bool allowUnencrypted)
{
    /// <summary>Whether steps are shown at the prompt.</summary>
    internal bool ShowSteps { get; init; }

    /// <summary>Connects.</summary>
    /// <param name="device">The device.</param>
    /// <param name="createLink">Makes a link to it, for each attempt.</param>
    /// <param name="proof">The secrets that the user gave.</param>
    /// <exception cref="ProvisioningException">The connection failed, and prompting cannot help.</exception>
    internal EspProvSession Connect(ProvisioningDevice device, Func<ITransport> createLink, DeviceProof proof)
    {
        bool isTyped = false;
        bool mayBeUnencrypted = allowUnencrypted;
        while (true)
        {
            try
            {
                return ConnectOnce(device, createLink(), proof, mayBeUnencrypted);
            }
            catch (ProvisioningException exception) when (
                exception.Reason is ProvisioningErrorReason.SecurityDowngrade && !mayBeUnencrypted && version is null && proof.IsEmpty)
            {
                // Without a secret, the only possible downgrade is to no security.
                if (!UserPrompt.ForYes(cmdlet.Host, device.Name, $"{exception.Message} Send everything unencrypted?"))
                    throw;
                mayBeUnencrypted = true;
            }
            catch (ProvisioningException exception) when (
                (exception.Reason is ProvisioningErrorReason.ProofOfPossessionRequired && !proof.HasProofOfPossession)
                || (isTyped && exception.Reason is ProvisioningErrorReason.WrongCredentials && proof.HasProofOfPossession))
            {
                SecureString typed = Ask(
                    exception,
                    isTyped,
                    () => UserPrompt.ForSecret(cmdlet.Host, device.Name, "Proof of possession"),
                    "-ProofOfPossession");
                proof = proof with { ProofOfPossession = typed };
                isTyped = true;
            }
            catch (ProvisioningException exception) when (
                (exception.Reason is ProvisioningErrorReason.UsernamePasswordRequired && !proof.HasUsernameAndPassword)
                || (isTyped && exception.Reason is ProvisioningErrorReason.WrongCredentials))
            {
                PSCredential typed = Ask(
                    exception,
                    isTyped,
                    () => UserPrompt.ForCredential(cmdlet.Host, device.Name, proof.Credential?.UserName ?? proof.Username),
                    "-Username and -Password");
                proof = proof with { Credential = typed };
                isTyped = true;
            }
        }
    }

    private T Ask<T>(ProvisioningException exception, bool isAgain, Func<T?> question, string parameters)
        where T : class
    {
        if (isAgain)
            UserPrompt.Say(cmdlet.Host, exception.Message);
        cmdlet.StopToken.ThrowIfCancellationRequested();
        return question() ?? throw (isAgain
            ? exception
            : new ProvisioningException(
                exception.Reason, $"{exception.Message} Give {parameters}.", exception));
    }

    private EspProvSession ConnectOnce(ProvisioningDevice device, ITransport link, DeviceProof proof, bool mayBeUnencrypted) =>
        cmdlet.WithProgress($"Connecting to {device.Name}", $"Handshake with {device.Address}", () => cmdlet.Await(
            async (sink, token) =>
            {
                sink.Step($"Connecting to {device.Name} at {device.Address} over {device.Transport}.", ShowSteps);
                var options = new SessionOptions
                {
                    SecurityVersion = version,
                    AllowUnencrypted = mayBeUnencrypted,
                    Credential = proof.ToSecurityCredential(),
                    OnNotice = notice => sink.Notice(device.Name, notice.Message, notice.Level, ShowSteps),
                };
                return new EspProvSession(await ProvisioningSession.ConnectAsync(device, link, options, token).ConfigureAwait(false));
            },
            abandon: session => session.CloseInBackground()));
}
