using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;
using EspProv.Wire;

namespace EspProv.Fleet.Plan;

/// <summary>Whether a row can be reached the way it says, and what it sends fits through there.</summary>
internal static class FleetLinkCheck
{
    // What security 2 adds to a command, and its first message without the username (PROTOCOL.md §5, §8).
    private const int GcmTag = 16;
    private const int Security2FirstMessage = 398;

    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    public static FleetProblem? Check(FleetRow row) => row.Transport switch
    {
        ProvisioningTransport.SoftAP => CheckAddress(row.Address) ?? CheckAccessPoint(row) ?? CheckBody(row),
        _ when row.AccessPoint is not null => new FleetProblem(FleetErrorIds.InvalidValue, $"AccessPoint is for devices that are reached over SoftAP, not over {row.Transport}."),
        ProvisioningTransport.Serial => CheckLine(row),
        _ => null,
    };

    private static FleetProblem? CheckAddress(string? address)
    {
        if (string.IsNullOrEmpty(address))
            return null;
        try
        {
            HttpDeviceAddress.Parse(address);
            return null;
        }
        catch (ProvisioningException e)
        {
            return new FleetProblem(e.Reason.ToString(), e.Message);
        }
    }

    private static FleetProblem? CheckAccessPoint(FleetRow row)
    {
        if (row.AccessPoint is { } name && Encoding.UTF8.GetByteCount(name) is 0 or > ProtocolLimits.MaxSsidLength)
            return new FleetProblem(FleetErrorIds.InvalidValue, string.Create(CultureInfo.InvariantCulture, $"AccessPoint has 1 to {ProtocolLimits.MaxSsidLength} bytes in UTF-8."));
        return row.SoftApKey is { } key && !ProtocolLimits.IsPassphraseLength(key.Length)
            ? new FleetProblem(
                nameof(ProvisioningErrorReason.InvalidSoftApKey), string.Create(CultureInfo.InvariantCulture, $"SoftApKey has {ProtocolLimits.MinPassphraseLength} to {ProtocolLimits.MaxPassphraseLength} bytes; this one has {key.Length}."))
            : null;
    }

    private static FleetProblem? CheckBody(FleetRow row)
    {
        if (row.BodyLimit is < HttpTransportOptions.MinBodyLimit or > HttpTransportOptions.MaxBodyLimit)
        {
            return new FleetProblem(
                FleetErrorIds.InvalidValue,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"BodyLimit is {HttpTransportOptions.MinBodyLimit} to {HttpTransportOptions.MaxBodyLimit}, not {row.BodyLimit}."));
        }

        int longest = row.BodyLimit - (row.SecurityVersion is SecurityVersion.Security0 or SecurityVersion.Security1 ? 0 : GcmTag);
        return row.CustomData.FirstOrDefault(entry => entry.Data.Length > longest) is { } tooLong
            ? new FleetProblem(
                nameof(ProvisioningErrorReason.RequestTooLarge),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{tooLong.Column} has {tooLong.Data.Length} bytes, and {longest} fit into the device's buffer of {row.BodyLimit}. "
                        + $"Firmware that was built with a larger one is named by BodyLimit."))
            : null;
    }

    private static FleetProblem? CheckLine(FleetRow row)
    {
        if (row.BaudRate is < 50 or > 12_000_000)
            return new FleetProblem(FleetErrorIds.InvalidValue, string.Create(CultureInfo.InvariantCulture, $"BaudRate is 50 to 12000000, not {row.BaudRate}."));
        if (row.LineLimit is < 64 or > 65536)
            return new FleetProblem(FleetErrorIds.InvalidValue, string.Create(CultureInfo.InvariantCulture, $"LineLimit is 64 to 65536, not {row.LineLimit}."));
        int tag = 0;
        if (row.SecurityVersion is SecurityVersion.Security2)
        {
            tag = GcmTag;
            if (TooLong(row, EndpointNames.Session, Security2FirstMessage + Encoding.UTF8.GetByteCount(row.Username ?? ""), "The first message of security 2") is { } login)
                return login;
        }

        foreach (FleetCustomData entry in row.CustomData)
        {
            if (TooLong(row, entry.Endpoint, entry.Data.Length + tag, entry.Column) is { } data)
                return data;
        }

        if (row.Dataset is not { } dataset)
            return null;
        byte[] command = ThreadConfigCodec.EncodeSet(dataset.Tlvs.Bytes);
        CryptographicOperations.ZeroMemory(command);
        return TooLong(row, EndpointNames.Config, command.Length + tag, "The command with the Thread dataset");
    }

    private static FleetProblem? TooLong(FleetRow row, string endpoint, int length, string what)
    {
        int longest = SerialTransport.LongestRequest(endpoint, row.LineLimit);
        return length <= longest
            ? null
            : new FleetProblem(
                nameof(ProvisioningErrorReason.RequestTooLarge),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{what} has {length} bytes, and {longest} fit into a console's line of {row.LineLimit}. Firmware that was built with longer lines is named by LineLimit."));
    }
}
