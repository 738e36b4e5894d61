using System.Buffers;
using EspProv.Devices;
using EspProv.Wire;

namespace EspProv.Networks.Wifi;

/// <summary>Credentials for one network; limits are checked on construction (PROTOCOL.md §9).</summary>
public sealed class WifiCredential : NetworkCredential
{
    private const int RawPskDigits = 64;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    private const int ShortWepKeyLength = 5;

    /// <summary>Checks the limits: SSID 1…32 bytes, passphrase 0 or 8…63 bytes (5 for WEP too), BSSID 0 or 6 bytes.</summary>
    /// <param name="ssid">The network's name, usually UTF-8.</param>
    /// <param name="passphrase">Owned by the credential from now on, unless this throws; null or empty for an open network.</param>
    /// <param name="bssid">The preferred access point; null or empty for any.</param>
    /// <param name="channel">The preferred channel, 1 or more.</param>
    /// <param name="auth">The network's auth mode, if known. It is not sent; it decides which key lengths are valid.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="channel"/> is less than 1.</exception>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.InvalidSsid"/>, <see cref="ProvisioningErrorReason.InvalidPassphrase"/>,
    /// <see cref="ProvisioningErrorReason.RawPskNotSupported"/>, <see cref="ProvisioningErrorReason.InvalidBssid"/>,
    /// <see cref="ProvisioningErrorReason.EnterpriseNotSupported"/>.
    /// </exception>
    public WifiCredential(
        ReadOnlyMemory<byte> ssid, Secret? passphrase, ReadOnlyMemory<byte>? bssid = null, int? channel = null, WifiAuthMode? auth = null)
    {
        if (ssid.Length is 0 or > ProtocolLimits.MaxSsidLength)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidSsid,
                $"An SSID has 1 to {ProtocolLimits.MaxSsidLength} bytes in UTF-8; this one has {ssid.Length}.");
        }

        if (ssid.Span.Contains((byte)0))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidSsid,
                "An SSID with a null character in it cannot be sent: firmware takes that for its end.");
        }

        if (auth is { } mode && mode.IsEnterprise())
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.EnterpriseNotSupported,
                $"Wi-Fi network '{UntrustedText.Show(ssid.Span)}' wants a login of its own (802.1X), which provisioning cannot carry.");
        }

        CheckPassphrase(passphrase, auth);
        if (bssid is { Length: not (0 or HardwareAddress.Length) })
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidBssid, $"A BSSID has {HardwareAddress.Length} bytes; this one has {bssid.Value.Length}.");
        }

        if (channel is { } number)
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, nameof(channel));

        Ssid = ssid.ToArray();
        Passphrase = passphrase;
        if (bssid is { IsEmpty: false } accessPoint)
            Bssid = accessPoint.ToArray();
        Channel = channel;
    }

    /// <summary>The SSID's bytes.</summary>
    public ReadOnlyMemory<byte> Ssid { get; }

    /// <summary>The passphrase; null or empty for an open network.</summary>
    public Secret? Passphrase { get; }

    /// <summary>The preferred access point; stock firmware ignores it.</summary>
    public ReadOnlyMemory<byte>? Bssid { get; }

    /// <summary>The preferred channel; stock firmware ignores it.</summary>
    public int? Channel { get; }

    /// <summary>The SSID as text to show; see <see cref="UntrustedText"/>.</summary>
    public string SsidText => UntrustedText.Show(Ssid.Span);

    /// <inheritdoc/>
    public override ProvisioningNetwork Kind => ProvisioningNetwork.Wifi;

    internal override string DisplayName => SsidText;

    /// <summary>Zeroes the passphrase.</summary>
    public override void Dispose() => Passphrase?.Dispose();

    /// <summary>The network's name; never the passphrase.</summary>
    public override string ToString() => SsidText;

    internal override bool IsNetworkOf(NetworkStatus status) => status is WifiStatus wifi && wifi.IsConnectedTo(Ssid.Span);

    internal override byte[] EncodeSet() => WifiConfigCodec.EncodeSet(
        Ssid.Span, Passphrase is { } passphrase ? passphrase.Bytes : [], Bssid is { } bssid ? bssid.Span : [], (uint)(Channel ?? 0));

    private static void CheckPassphrase(Secret? passphrase, WifiAuthMode? auth)
    {
        if (passphrase is null || passphrase.IsEmpty || (auth is WifiAuthMode.WEP && passphrase.Length == ShortWepKeyLength))
            return;
        if (passphrase.Bytes.Contains((byte)0))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidPassphrase,
                "A passphrase with a null character in it cannot be sent: firmware takes that for its end.");
        }

        if (passphrase.Length == RawPskDigits && !passphrase.Bytes.ContainsAnyExcept(HexDigits))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.RawPskNotSupported,
                $"{RawPskDigits} hexadecimal digits are a raw pre-shared key, which the device refuses. Give the passphrase that it "
                + "was derived from.");
        }

        if (!ProtocolLimits.IsPassphraseLength(passphrase.Length))
        {
            // The length may be shown: no network accepts it.
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidPassphrase,
                $"A passphrase has {ProtocolLimits.MinPassphraseLength} to {ProtocolLimits.MaxPassphraseLength} bytes in UTF-8, or "
                + $"none for an open network; this one has {passphrase.Length}.");
        }
    }
}
