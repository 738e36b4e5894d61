using System.Security;
using EspProv.Commands.Pipeline;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Discovery;

/// <summary>
/// The content of a QR code. It binds to every cmdlet that takes a device's address and proof.
/// </summary>
public class EspQrCode
{
    internal EspQrCode(QrPayload payload)
    {
        Payload = payload;
        ProofOfPossession = payload.ProofOfPossession is { IsEmpty: true }
            ? SecureStringExtensions.None
            : payload.ProofOfPossession?.ToSecureString();
        SoftApKey = payload.SoftApKey?.ToSecureString();
        var extra = new Dictionary<string, string>();
        foreach ((string name, string json) in payload.Extra)
            extra[UntrustedText.Show(name)] = UntrustedText.ShowJson(json);
        Extra = new TextTable(extra);
    }

    /// <summary>The device's service name, with control characters escaped; over SoftAP also its SSID.</summary>
    public string Name => UntrustedText.Show(Payload.Name);

    /// <summary>How the device is reached.</summary>
    public ProvisioningTransport Transport => Payload.Transport;

    /// <summary>The device's address: over SoftAP the same for all devices, over Bluetooth the advertised name.</summary>
    public string Address => Transport == ProvisioningTransport.SoftAP ? HttpTransport.AccessPointAddress : Name;

    /// <summary>The expected security scheme; null when the code does not name one.</summary>
    public SecurityVersion? SecurityVersion => Payload.ExpectedSecurityVersion;

    /// <summary>Security 2's username, from the code or the phone apps' default; null for the other schemes.</summary>
    public string? Username => IsLogin ? UntrustedText.Show(Payload.LoginUsername) : null;

    /// <summary>The code's <c>pop</c>.</summary>
    public SecureString? ProofOfPossession { get; }

    /// <summary>Security 2's password, which is the code's <c>pop</c> too; null for the other schemes.</summary>
    public SecureString? Password => IsLogin ? ProofOfPossession : null;

    /// <summary>The key of the device's own access point; null when it is open.</summary>
    public SecureString? SoftApKey { get; }

    /// <summary>The kind of network that the device needs; null when the code does not name one, which means Wi-Fi.</summary>
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
