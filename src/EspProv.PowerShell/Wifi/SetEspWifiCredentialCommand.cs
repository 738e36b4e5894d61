using System.Management.Automation;
using System.Security;
using System.Text;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Fleet.Plan;
using EspProv.Networks.Wifi;
using EspProv.Sessions;

namespace EspProv.Commands.Wifi;

/// <summary>Gives a device the credentials of a Wi-Fi network, makes it use them, and follows what comes of it.</summary>
[Cmdlet(VerbsCommon.Set, "EspWifiCredential", DefaultParameterSetName = SessionSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspWifiResult), typeof(EspProvSession))]
public sealed class SetEspWifiCredentialCommand : SessionCmdlet
{
    // The driver's raw numbers of WPA2, WPA3 with 192 bits, WPA3, WPA2 or WPA3, and WPA, all Enterprise.
    private static readonly int[] EnterpriseModes = [5, 10, 14, 15, 16];

    /// <summary>The network's name.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SsidCompleter))]
    [AllowEmptyString]
    [GivenText]
    public string? Ssid { get; set; }

    /// <summary>The network's name as bytes, where it is not UTF-8.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection]
    public byte[]? SsidBytes { get; set; }

    /// <summary>The network's passphrase; none for an open network.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [AllowEmptyString]
    [GivenText]
    public SecureString? Passphrase { get; set; }

    /// <summary>The network's name and passphrase in one.</summary>
    [Parameter]
    [Credential]
    [GivenText]
    public PSCredential? NetworkCredential { get; set; }

    /// <summary>The access point to prefer.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [BssidTransformation]
    [AllowEmptyCollection]
    [AllowNull]
    public byte[]? Bssid { get; set; }

    /// <summary>The channel to look on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(0, 196)]
    public int Channel { get; set; }

    /// <summary>The network's authentication as scanned, which tells whether a passphrase is missing.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public WifiAuthMode? Auth { get; set; }

    /// <summary>How long to wait for the outcome, in seconds.</summary>
    [Parameter]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double Timeout { get; set; } = 60;

    /// <summary>Do not wait for the outcome.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Write the session instead of the result.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string ActionDescription => $"Set and apply the credentials of Wi-Fi network '{SsidText}'";

    private string SsidText => UntrustedText.Show(SsidToSend().Span);

    private protected override void Validate()
    {
        if (NetworkCredential is not null && Passphrase is not null)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "-NetworkCredential and -Passphrase are two ways to say the same; give one of them.", null));
        }

        if (Password is not null && Credential is null && string.IsNullOrEmpty(Username) && Passphrase is not { Length: > 0 } && NetworkCredential is null)
            throw new ProvisioningException(ProvisioningErrorReason.InvalidPassphrase, FleetProblem.KeyInPassword.Message);
        if (Auth is { } auth && EnterpriseModes.Contains((int)auth))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.EnterpriseNotSupported, $"Wi-Fi network '{SsidText}' wants a login of its own (802.1X), which provisioning cannot carry.");
        }

        // Made for its checks; the one that is sent is made when it is needed.
        MakeCredential(NetworkCredential?.Password ?? Passphrase).Dispose();
    }

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        SecureString? passphrase = NetworkCredential?.Password ?? Passphrase;
        if (passphrase is null && NeedsPassphrase(session))
        {
            passphrase = UserPrompt.ForSecret(Host, session.Name, $"Passphrase for {SsidText}");
            if (passphrase is null)
            {
                WriteError(ErrorFactory.From(
                    ModuleError.PassphraseRequired, $"Wi-Fi network '{SsidText}' needs a passphrase, and none was given.", session));
                return;
            }
        }

        using WifiCredential credential = MakeCredential(passphrase);
        WifiProvisioningResult result = WithProgress(
            $"Provisioning {session.Name}", $"Sending the credentials of '{SsidText}'", () => Provision(session, credential));
        if (PassThru && kept is not null)
            WriteObject(kept);
        else
            WriteObject(new EspWifiResult(session.Name, session.Address, kept, result));
        if (ErrorOf(session.Name, result) is var (error, message))
            WriteError(ErrorFactory.From(error, message, session));
    }

    private static (ModuleError Error, string Message)? ErrorOf(string device, WifiProvisioningResult result) => result.Outcome switch
    {
        ProvisioningOutcome.Failed => result.LastStatus?.FailReason switch
        {
            WifiFailReason.AuthError => (ModuleError.WifiAuthError,
                $"{device} could not join '{result.Ssid}': the network refused the passphrase."),
            WifiFailReason.NetworkNotFound => (ModuleError.WifiNetworkNotFound,
                $"{device} could not join '{result.Ssid}': it does not see such a network."),
            _ => (ModuleError.WifiConnectionFailed, $"{device} could not join '{result.Ssid}': {result.Reason}"),
        },
        ProvisioningOutcome.Unknown => (ModuleError.WifiOutcomeUnknown,
            $"{device} has the credentials of '{result.Ssid}', and what came of them is unknown: {result.Reason}"),
        _ => null,
    };

    private WifiProvisioningResult Provision(EspProvSession session, WifiCredential credential) => AwaitVerb(session, async (core, sink, token) =>
    {
        var progress = new StatusProgress<WifiStatus>(status => sink.Progress(new ProgressRecord(
            ProgressId, $"Provisioning {session.Name}", Describe(status))));
        TimeSpan timeout = NoWait ? TimeSpan.Zero : Patience(session, Timeout, nameof(Timeout));
        return await core.ProvisionWifiAsync(credential, timeout, progress, token).ConfigureAwait(false);
    });

    private string Describe(WifiStatus status) => status.State switch
    {
        WifiState.Connecting when status.AttemptsRemaining is { } attempts => $"Joining '{SsidText}', {attempts} attempts left",
        WifiState.Connecting => $"Joining '{SsidText}'",
        WifiState.Connected => $"Connected to '{SsidText}'",
        WifiState.ConnectionFailed => $"Could not join '{SsidText}'",
        _ => $"{status.State}",
    };

    private bool NeedsPassphrase(EspProvSession session) =>
        Auth is { } auth ? auth != WifiAuthMode.Open : session.IsKnownAsSecured(SsidToSend());

    private WifiCredential MakeCredential(SecureString? passphrase) => new(
        SsidToSend(),
        passphrase?.ToSecret(),
        Bssid is null ? null : (ReadOnlyMemory<byte>?)Bssid,
        Channel == 0 ? null : Channel);

    // An access point from the pipeline brings both forms of its name. The bytes are the truth, as long as they are the
    // bytes of the name that was asked for.
    private ReadOnlyMemory<byte> SsidToSend() =>
        SsidBytes is not null && (Ssid is null || Ssid == UntrustedText.Show(SsidBytes))
            ? SsidBytes
            : Encoding.UTF8.GetBytes(Ssid ?? NetworkCredential?.UserName ?? "");
}
