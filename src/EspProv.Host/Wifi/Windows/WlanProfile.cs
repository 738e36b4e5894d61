using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace EspProv.Host.Wifi.Windows;

/// <summary>
/// A profile in Windows' XML, with the key in it: in a pinned buffer that is zeroed on <see cref="Dispose"/>, and never in a string.
/// </summary>
internal sealed class WlanProfile : IDisposable
{
    private readonly char[] _buffer;
    private int _length;

    private WlanProfile(int capacity) => _buffer = GC.AllocateArray<char>(capacity, pinned: true);

    /// <summary>The XML, with a zero at its end.</summary>
    public ReadOnlySpan<char> Text => _buffer.AsSpan(0, _length + 1);

    /// <summary>Writes the profile of a network.</summary>
    /// <param name="name">The profile's own name, of letters, digits and hyphens.</param>
    /// <param name="ssid">The network's exact name.</param>
    /// <param name="security">The security to join with.</param>
    /// <param name="key">Its key; null for an open network.</param>
    /// <param name="isHidden">Whether the network is hidden, so must be probed by name.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.InvalidSoftApKey"/>: Windows does not accept this key.
    /// </exception>
    public static WlanProfile Create(string name, ReadOnlySpan<byte> ssid, WlanSecurity security, Secret? key, bool isHidden)
    {
        if (key is not null && key.Bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.InvalidSoftApKey,
                "Windows accepts only printable ASCII characters in the key of an access point; this one has others.");
        }

        // Escaping makes at most 6 characters of each one of the key.
        var profile = new WlanProfile(1024 + (6 * (key?.Length ?? 0)));
        profile.Add("<?xml version=\"1.0\"?><WLANProfile xmlns=\"http://www.microsoft.com/networking/WLAN/profile/v1\"><name>");
        profile.Add(name);

        // In hexadecimal digits only: the optional name cannot represent every SSID.
        profile.Add("</name><SSIDConfig><SSID><hex>");
        profile.Add(Convert.ToHexString(ssid));
        profile.Add("</hex></SSID><nonBroadcast>");
        profile.Add(isHidden ? "true" : "false");
        profile.Add("</nonBroadcast></SSIDConfig><connectionType>ESS</connectionType><connectionMode>manual</connectionMode>"
            + "<MSM><security><authEncryption><authentication>");
        profile.Add(security switch { WlanSecurity.Open => "open", WlanSecurity.Wpa3 => "WPA3SAE", _ => "WPA2PSK" });
        profile.Add("</authentication><encryption>");
        profile.Add(security is WlanSecurity.Open ? "none" : "AES");
        profile.Add("</encryption><useOneX>false</useOneX></authEncryption>");
        if (key is not null)
        {
            profile.Add("<sharedKey><keyType>passPhrase</keyType><protected>false</protected><keyMaterial>");
            profile.AddEscaped(key.Bytes);
            profile.Add("</keyMaterial></sharedKey>");
        }

        profile.Add("</security></MSM></WLANProfile>");
        return profile;
    }

    /// <summary>Zeroes the text.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_buffer.AsSpan()));

    /// <summary>Never the text.</summary>
    public override string ToString() => "***";

    private void Add(ReadOnlySpan<char> text)
    {
        text.CopyTo(_buffer.AsSpan(_length));
        _length += text.Length;
    }

    private void AddEscaped(ReadOnlySpan<byte> ascii)
    {
        foreach (byte character in ascii)
        {
            switch (character)
            {
                case (byte)'&':
                    Add("&amp;");
                    break;
                case (byte)'<':
                    Add("&lt;");
                    break;
                case (byte)'>':
                    Add("&gt;");
                    break;
                case (byte)'"':
                    Add("&quot;");
                    break;
                case (byte)'\'':
                    Add("&apos;");
                    break;
                case (byte)' ':
                    // An XML reader may trim an unescaped space.
                    Add("&#32;");
                    break;
                default:
                    _buffer[_length++] = (char)character;
                    break;
            }
        }
    }
}
