using EspProv.Devices;
using EspProv.Manufacturing.Labels;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Virtual;

/// <summary>The stock example's output when built with the QR option: the code, its text, and the URL of its page.</summary>
internal static class QrAnnouncement
{
    // The largest symbol that the vendor's QR component is configured to make.
    private const int LargestVersion = 10;

    /// <summary>The payload of firmware: no security field, a username for security 2 alone, a network on newer components.</summary>
    public static QrPayload PayloadOf(string name, VirtualDeviceOptions options)
    {
        (string? username, string? secret) = options.SecurityVersion switch
        {
            SecurityVersion.Security2 => (options.Username, options.Password),
            SecurityVersion.Security1 when options.ProofOfPossession.Length > 0 => (null, options.ProofOfPossession),
            _ => (null, (string?)null),
        };
        return new QrPayload
        {
            Name = name,
            Username = username,
            ProofOfPossession = secret is null ? null : Secret.FromUtf8(secret),
            Transport = ProvisioningTransport.SoftAP,
            Network = options.Component == ProvisioningComponent.NetworkProvisioning ? options.Network : null,
        };
    }

    /// <summary>Prints it.</summary>
    public static void Write(MonitorLog log, QrPayload payload)
    {
        string text = payload.ToJson();
        using var symbol = QrSymbol.Encode(text, QrErrorCorrection.Low);
        log.Info("app", "Scan this QR code from the provisioning application for Provisioning.");
        log.Info("QRCODE", $"Encoding below text with ECC LVL 0 & QR Code Version {LargestVersion}");
        if (symbol.Version <= LargestVersion)
            log.Info("QRCODE", text, [.. symbol.ToFirmwareConsole(), ""]);
        else
            log.Info("QRCODE", text);
        log.Info("app", "If QR code is not visible, copy paste the below URL in a browser.", payload.ToUrl(encode: false));
    }
}
