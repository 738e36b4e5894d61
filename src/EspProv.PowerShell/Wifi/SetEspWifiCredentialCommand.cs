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
using EspProv.Wire;

namespace EspProv.Commands.Wifi;

/// <summary>Sends the credentials of a Wi-Fi network to a device, applies them, and waits for the outcome.</summary>
[Cmdlet(VerbsCommon.Set, "EspWifiCredential", DefaultParameterSetName = AddressSet, SupportsShouldProcess = true)]
[OutputType(typeof(EspWifiResult), typeof(EspProvSession), typeof(ProvisioningDevice))]
public sealed class SetEspWifiCredentialCommand : JoinCmdlet
{
    private readonly HashSet<(string Device, string Ssid)> _networks = [];
    private bool _isBssidTyped;
    private bool _isChannelTyped;

    /// <summary>The network's name.</summary>
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SsidCompleter))]
    [AllowEmptyString]
    [GivenText]
    public string? Ssid { get; set; }

    /// <summary>The network's name as bytes, if it is not UTF-8.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyCollection]
    public byte[]? SsidBytes { get; set; }

    /// <summary>The network's passphrase; omitted for an open network.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [SecretTransformation]
    [AllowEmptyString]
    [GivenText]
    public SecureString? Passphrase { get; set; }

    /// <summary>The name of the network's passphrase in a vault.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? PassphraseSecret { get; set; }

    /// <summary>The network's name and passphrase together.</summary>
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

    /// <summary>The network's channel.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [NumberTransformation(Empty = 0)]
    [ValidateRange(0, ProtocolLimits.LastWifiChannel)]
    public int Channel { get; set; }

    /// <summary>The network's authentication from a scan, which shows whether a passphrase is missing, and which keys are valid.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [WifiAuthTransformation]
    public WifiAuthMode? Auth { get; set; }

    /// <summary>Prefer the access point that was piped, and its channel, and not only its network.</summary>
    [Parameter]
    public SwitchParameter PinAccessPoint { get; set; }

    /// <summary>The signal strength, which only scanned access points have.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    public int? Rssi { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _isBssidTyped = MyInvocation.BoundParameters.ContainsKey(nameof(Bssid));
        _isChannelTyped = MyInvocation.BoundParameters.ContainsKey(nameof(Channel));
    }

    /// <summary>Provisions once for each network, however many of its access points are piped.</summary>
    protected override void ProcessRecord()
    {
        string device = string.Join(' ', Session?.Select(session => session.Id) ?? []) + string.Join(' ', Address ?? Name ?? []);
        if (IsScanned && !PinAccessPoint && !_networks.Add((device, Convert.ToHexString(SsidToSend().Span))))
            WriteVerbose($"'{SsidText}' was sent already: this is another access point of it.");
        else
            base.ProcessRecord();
    }

    private protected override string ActionDescription => $"Set and apply the credentials of Wi-Fi network '{SsidText}'";

    private bool IsScanned => Rssi is not null;

    private string SsidText => UntrustedText.Show(SsidToSend().Span);

    private protected override void Validate(EspProvSession? session)
    {
        if (NetworkCredential is not null && (Passphrase is not null || !string.IsNullOrEmpty(PassphraseSecret)))
        {
            ThrowTerminatingError(ErrorFactory.From(
                ModuleError.ParameterConflict,
                "-NetworkCredential has the passphrase; leave out -Passphrase and -PassphraseSecret.",
                target: null));
        }

        if (Ssid is null && SsidBytes is null && NetworkCredential is null)
            throw new ProvisioningException(ProvisioningErrorReason.InvalidSsid, "The name of the network is missing: give -Ssid.");

        SecureString? passphrase = PassphraseToSend();
        if (Password is not null && Credential is null && string.IsNullOrEmpty(Username) && passphrase is not { Length: > 0 })
            throw new ProvisioningException(ProvisioningErrorReason.InvalidPassphrase, FleetProblem.KeyInPassword.Message);

        // Made only to validate the values; Invoke makes the credential to send, with what its session knows.
        MakeCredential(passphrase, session is null ? [] : KnownAuth(session)).Dispose();
    }

    private protected override void Invoke(EspProvSession session, EspProvSession? kept)
    {
        SecureString? passphrase = PassphraseToSend();
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

        WifiProvisioningResult result = Join<WifiStatus, WifiProvisioningResult>(
            session,
            $"Sending the credentials of '{SsidText}'",
            Describe,
            (core, timeout, progress, witness, token) => core.ProvisionWifiAsync(credential, timeout, progress, witness, token));
        var failure = JoinFailure.Of(
            ProvisioningNetwork.Wifi, result.Outcome, result.LastStatus, session.Name, result.Ssid, result.Reason);
        if (credential.Passphrase is null && failure is { ErrorId: JoinFailure.WifiAuthError })
            failure = failure with { Message = $"{WifiFailureHints.NoPassphrase(result.Ssid)} {failure.Message}" };
        WriteResult(session, kept, new EspWifiResult(session.Session.Device, kept, result), failure);
    }

    private SecureString? PassphraseToSend() =>
        NetworkCredential?.Password ?? Secrets.Choose(nameof(Passphrase), Passphrase, PassphraseSecret);

    private string Describe(WifiStatus status) => status.State switch
    {
        WifiState.Connecting when status.AttemptsRemaining is { } attempts => $"Joining '{SsidText}', {attempts} attempts left",
        WifiState.Connecting => $"Joining '{SsidText}'",
        WifiState.Connected => $"Connected to '{SsidText}'",
        WifiState.ConnectionFailed => $"Could not join '{SsidText}'",
        _ => $"{status.State}",
    };

    // The network's authentication modes: -Auth, or those of the session's last scan; empty if both are unknown.
    private IReadOnlyList<WifiAuthMode> KnownAuth(EspProvSession session) =>
        Auth is { } auth ? [auth] : session.KnownAuth(SsidToSend());

    private WifiCredential MakeCredential(SecureString? passphrase, IReadOnlyList<WifiAuthMode> known) => new(
        SsidToSend(),
        passphrase?.ToSecret(),
        Bssid is null || (IsScanned && !PinAccessPoint && !_isBssidTyped) ? null : (ReadOnlyMemory<byte>?)Bssid,
        Channel == 0 || (IsScanned && !PinAccessPoint && !_isChannelTyped) ? null : Channel,
        known.Contains(WifiAuthMode.WEP) ? WifiAuthMode.WEP : Auth);

    // A piped access point has its name both as text and as bytes. The bytes are exact, and are used unless another -Ssid was given.
    private ReadOnlyMemory<byte> SsidToSend() =>
        SsidBytes is not null && (Ssid is null || Ssid == UntrustedText.Show(SsidBytes))
            ? SsidBytes
            : Encoding.UTF8.GetBytes(Ssid ?? NetworkCredential?.UserName ?? "");
}
