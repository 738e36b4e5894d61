using System.Management.Automation;
using System.Security;
using System.Text;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Networks.Wifi;
using EspProv.Sessions;

namespace EspProv.Commands.Wifi;

/// <summary>Gives a device the credentials of a Wi-Fi network, makes it use them, and follows what comes of it.</summary>
[Cmdlet(VerbsCommon.Set, "EspWifiCredential", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspWifiResult), typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class SetEspWifiCredentialCommand : SessionCmdlet
{
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
    [ArgumentCompleter(typeof(BssidCompleter))]
    [BssidTransformation]
    [AllowEmptyCollection]
    [AllowNull]
    public byte[]? Bssid { get; set; }

    /// <summary>The channel to look on.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberTransformation(Empty = 0)]
    [ValidateRange(0, 196)]
    public int Channel { get; set; }

    /// <summary>The network's authentication as scanned, which tells whether a passphrase is missing, and which keys there are.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [WifiAuthTransformation]
    public WifiAuthMode? Auth { get; set; }

    /// <summary>How long to wait for the outcome, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double Timeout { get; set; } = 60;

    /// <summary>Do not wait for the outcome.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }

    /// <summary>Write the session too, after the result.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override string ActionDescription => $"Set and apply the credentials of Wi-Fi network '{SsidText}'";

    private string SsidText => UntrustedText.Show(SsidToSend().Span);

    private protected override void Validate(EspProvSession? session)
    {
        if (NetworkCredential is not null && Passphrase is not null)
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict, "-NetworkCredential and -Passphrase are two ways to say the same; give one of them.", null));
        }

        if (Password is not null && Credential is null && string.IsNullOrEmpty(Username) && Passphrase is not { Length: > 0 } && NetworkCredential is null)
            throw new ProvisioningException(ProvisioningErrorReason.InvalidPassphrase, FleetProblem.KeyInPassword.Message);

        // Made for its checks; the one that is sent is made when it is needed, by what its own session knows.
        MakeCredential(NetworkCredential?.Password ?? Passphrase, session is null ? [] : KnownAuth(session)).Dispose();
    }

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        SecureString? passphrase = NetworkCredential?.Password ?? Passphrase;
        IReadOnlyList<WifiAuthMode> known = KnownAuth(session);
        if (passphrase is null && known.Count > 0 && known.All(mode => mode.NeedsPassphrase()))
        {
            passphrase = UserPrompt.ForSecret(Host, session.Name, $"Passphrase for {SsidText}");
            if (passphrase is null)
            {
                WriteError(ErrorFactory.From(
                    ModuleError.PassphraseRequired, $"Wi-Fi network '{SsidText}' needs a passphrase, and none was given.", session));
                return;
            }
        }

        using WifiCredential credential = MakeCredential(passphrase, known);
        if (WifiFailureHints.BelowThreshold(SsidText, known, credential.Passphrase) is { } warning)
            WriteWarning($"{session.Name}: {warning}");

        WifiProvisioningResult result = WithProgress(
            $"Provisioning {session.Name}", $"Sending the credentials of '{SsidText}'", () => Provision(session, credential));
        WriteObject(new EspWifiResult(session.Session.Device, kept, result));
        if (PassThru)
            WriteTarget(session, kept);
        if (ErrorOf(session.Name, result) is var (id, message))
            WriteError(ErrorFactory.From(id, message, session));
    }

    private static (string Id, string Message)? ErrorOf(string device, WifiProvisioningResult result) => result switch
    {
        { Outcome: ProvisioningOutcome.Failed, LastStatus: { } status } when JoinFailure.Of(status, device, result.Ssid) is var failure =>
            (failure.ErrorId, failure.Message),
        { Outcome: ProvisioningOutcome.Unknown } => (JoinFailure.WifiOutcomeUnknown,
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

    // How the network's access points authenticate, as it was given, or as the session's last scan saw it; none where neither tells.
    private IReadOnlyList<WifiAuthMode> KnownAuth(EspProvSession session) => Auth is { } auth ? [auth] : session.KnownAuth(SsidToSend());

    private WifiCredential MakeCredential(SecureString? passphrase, IReadOnlyList<WifiAuthMode> known) => new(
        SsidToSend(),
        passphrase?.ToSecret(),
        Bssid is null ? null : (ReadOnlyMemory<byte>?)Bssid,
        Channel == 0 ? null : Channel,
        known.Contains(WifiAuthMode.WEP) ? WifiAuthMode.WEP : Auth);

    // An access point from the pipeline brings both forms of its name. The bytes are the truth, as long as they are the
    // bytes of the name that was asked for.
    private ReadOnlyMemory<byte> SsidToSend() =>
        SsidBytes is not null && (Ssid is null || Ssid == UntrustedText.Show(SsidBytes))
            ? SsidBytes
            : Encoding.UTF8.GetBytes(Ssid ?? NetworkCredential?.UserName ?? "");
}
