using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EspProv.Networks.Thread;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Fleet.Plan;

/// <summary>
/// The identities of rows and devices: digests of values that are not secret. So no secret can be guessed from a digest, and a row with a
/// corrected passphrase still belongs to the same plan.
/// </summary>
internal static class FleetIdentity
{
    /// <summary>The row's identity: 32 hexadecimal digits.</summary>
    public static string KeyOf(FleetRow row) => Digest(
    [
        row.Name,
        row.Transport.ToString(),
        AddressOf(row),
        row.SecurityVersion is { } version ? ((int)version).ToString(CultureInfo.InvariantCulture) : null,
        row.Username,
        Convert.ToHexString(row.Ssid.Span),
        row.Bssid is { } bssid ? Convert.ToHexString(bssid.Span) : null,
        row.Channel?.ToString(CultureInfo.InvariantCulture),
        row.CustomData.Count == 0 ? null : string.Join(' ', row.CustomData.Select(entry => entry.Endpoint)),
        .. NetworkOf(row.Dataset),
        .. row.AccessPoint is { } accessPoint ? new[] { accessPoint } : [],
    ]);

    /// <summary>The device's identity, equal for all rows of one device.</summary>
    public static UInt128 DeviceOf(FleetRow row)
    {
        string? address = NormalizedAddressOf(row)?.ToUpperInvariant();
        string digest = row.AccessPoint is { } accessPoint
            ? Digest(row.Transport.ToString(), HttpTransport.AccessPointAddress, accessPoint)
            : Digest(row.Transport.ToString(), address, IsNamed(address) ? row.Name : null);
        return UInt128.Parse(digest, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>The device's location in words, for the end of a sentence.</summary>
    public static string LocationOf(FleetRow row) => row.AccessPoint is { } accessPoint ? $"on access point {accessPoint}"
        : IsNamed(NormalizedAddressOf(row)) ? $"{row.Name}"
        : $"at {NormalizedAddressOf(row)}";

    /// <summary>A digest of keys in order.</summary>
    public static string Chain(string previous, string key) => Digest(previous, key);

    // The values of a dataset that are not secret.
    private static string?[] NetworkOf(ThreadDataset? dataset) => dataset is null
        ? []
        :
        [
            dataset.ExtendedPanId,
            dataset.NetworkName,
            dataset.PanId?.ToString(CultureInfo.InvariantCulture),
            dataset.Channel?.ToString(CultureInfo.InvariantCulture),
        ];

    // All devices have the same address on their own access points.
    private static bool IsNamed(string? address) => string.IsNullOrEmpty(address) || address == HttpTransport.AccessPointAddress;

    // The same address may be written as 127.0.0.1, 127.0.0.1:80 or http://127.0.0.1/.
    private static string? NormalizedAddressOf(FleetRow row)
    {
        string? address = AddressOf(row)?.Trim();
        if (row.Transport is not ProvisioningTransport.SoftAP || string.IsNullOrEmpty(address))
            return address;
        try
        {
            return HttpDeviceAddress.Parse(address).Display;
        }
        catch (ProvisioningException)
        {
            return address;
        }
    }

    private static string? AddressOf(FleetRow row) => row.Session?.Device.Address ?? row.Address;

    // Each value with its length, so that different lists of values have different digests.
    private static string Digest(params string?[] values)
    {
        var text = new StringBuilder();
        foreach (string? value in values)
            text.Append(CultureInfo.InvariantCulture, $"{value?.Length ?? -1}:{value};");
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return Convert.ToHexString(hash.AsSpan(0, 16)).ToLowerInvariant();
    }
}
