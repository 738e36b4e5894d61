using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Discovery;

/// <summary>
/// What a QR code says, as the pipeline sees it. It binds to every cmdlet that takes a device's address and proof.
/// </summary>
public sealed class EspQrCode
{
    internal EspQrCode(QrPayload payload)
    {
        Payload = payload;
        ProofOfPossession = payload.ProofOfPossession is { IsEmpty: true } ? SecureStringExtensions.None : payload.ProofOfPossession?.ToSecureString();
        SoftApKey = payload.SoftApKey?.ToSecureString();
        var extra = new Dictionary<string, string>();
        foreach ((string name, string json) in payload.Extra)
            extra[UntrustedText.Show(name)] = UntrustedText.ShowJson(json);
        Extra = new TextTable(extra);
    }

    /// <summary>The device's service name as text to show, which is its SSID when it is reached over its own access point.</summary>
    public string Name => UntrustedText.Show(Payload.Name);

    /// <summary>How the device is reached.</summary>
    public ProvisioningTransport Transport => Payload.Transport;

    /// <summary>Where: the address that every access point of a device's own has; over Bluetooth, the name that it advertises.</summary>
    public string Address => Transport == ProvisioningTransport.SoftAP ? HttpTransport.AccessPointAddress : Name;

    /// <summary>The scheme to expect; null when the code leaves it to the device.</summary>
    public SecurityVersion? SecurityVersion => Payload.ExpectedSecurityVersion;

    /// <summary>Security 2's username, of the code or as the phone apps assume it; null for the other schemes.</summary>
    public string? Username => IsLogin ? UntrustedText.Show(Payload.LoginUsername) : null;

    /// <summary>The code's <c>pop</c>.</summary>
    public SecureString? ProofOfPossession { get; }

    /// <summary>Security 2's password, which is the code's <c>pop</c> too; null for the other schemes.</summary>
    public SecureString? Password => IsLogin ? ProofOfPossession : null;

    /// <summary>The key of the device's own access point; null when it is open.</summary>
    public SecureString? SoftApKey { get; }

    /// <summary>The network that the device wants; null when the code does not say, which means Wi-Fi.</summary>
    public ProvisioningNetwork? Network => Payload.Network;

    /// <summary>The payload's version.</summary>
    public string Version => Payload.Version;

    /// <summary>Fields that are not part of the payload's format, each with its value as JSON.</summary>
    public TextTable Extra { get; }

    internal QrPayload Payload { get; }

    private bool IsLogin => Payload.ExpectedSecurityVersion == Security.SecurityVersion.Security2;

    /// <summary>The device's name.</summary>
    public override string ToString() => Name;
}
