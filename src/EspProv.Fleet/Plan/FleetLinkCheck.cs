using System.Security.Cryptography;
using System.Text;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Transports.Serial;
using EspProv.Wire;

namespace EspProv.Fleet.Plan;

/// <summary>Checks the values of a row for its transport, and that its requests fit into the device's buffers.</summary>
internal static class FleetLinkCheck
{
    // The length of security 2's first message without the username (PROTOCOL.md §5, §8).
    private const int Security2FirstMessage = 398;

    private const string RaiseBodyLimit = "For firmware that was built with a larger buffer, give its size in BodyLimit.";
    private const string RaiseLineLimit = "For firmware that was built with longer lines, give their length in LineLimit.";

    /// <summary>The first problem; null for none.</summary>
    public static FleetProblem? Check(FleetRow row) => row.Transport switch
    {
        ProvisioningTransport.SoftAP => CheckAddress(row.Address) ?? CheckAccessPoint(row) ?? CheckBody(row),
        _ when row.AccessPoint is not null =>
            FleetProblem.InvalidValue($"AccessPoint is for devices that are reached over SoftAP, not over {row.Transport}."),
        ProvisioningTransport.Serial => CheckLine(row),
        _ => null,
    };

    /// <summary>The problem of a port's speed; null for none.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="value">The speed, in bits per second.</param>
    public static FleetProblem? CheckBaudRate(string column, int value) =>
        value is < SerialTransportOptions.MinBaudRate or > SerialTransportOptions.MaxBaudRate
            ? FleetProblem.InvalidValue(
                $"{column} is {SerialTransportOptions.MinBaudRate} to {SerialTransportOptions.MaxBaudRate}, not {value}.")
            : null;

    private static FleetProblem? CheckAddress(string? address)
    {
        if (string.IsNullOrEmpty(address))
            return null;
        try
        {
            HttpDeviceAddress.Parse(address);
            return null;
        }
        catch (ProvisioningException exception)
        {
            return FleetProblem.Of(exception);
        }
    }

    private static FleetProblem? CheckAccessPoint(FleetRow row)
    {
        if (row.AccessPoint is { } name && Encoding.UTF8.GetByteCount(name) is 0 or > ProtocolLimits.MaxSsidLength)
            return FleetProblem.InvalidValue($"AccessPoint has 1 to {ProtocolLimits.MaxSsidLength} bytes in UTF-8.");
        return row.SoftApKey is { } key && SoftApKeyCheck.FindError(key) is { } error ? FleetProblem.Of(error) : null;
    }

    private static FleetProblem? CheckBody(FleetRow row)
    {
        if (row.BodyLimit is < HttpTransportOptions.MinBodyLimit or > HttpTransportOptions.MaxBodyLimit)
        {
            return FleetProblem.InvalidValue(
                $"BodyLimit is {HttpTransportOptions.MinBodyLimit} to {HttpTransportOptions.MaxBodyLimit}, not {row.BodyLimit}.");
        }

        bool hasTag = row.SecurityVersion is not (SecurityVersion.Security0 or SecurityVersion.Security1);
        int longest = row.BodyLimit - (hasTag ? AesGcmTagged.TagLength : 0);
        return row.CustomData.FirstOrDefault(entry => entry.Data.Length > longest) is { } tooLong
            ? FleetProblem.RequestTooLarge(
                $"{tooLong.Column} has {tooLong.Data.Length} bytes, and {longest} fit into a buffer of {row.BodyLimit}. {RaiseBodyLimit}")
            : null;
    }

    private static FleetProblem? CheckLine(FleetRow row)
    {
        if (CheckBaudRate("BaudRate", row.BaudRate) is { } baudRate)
            return baudRate;
        if (row.LineLimit is < SerialTransportOptions.MinLineLimit or > SerialTransportOptions.MaxLineLimit)
        {
            return FleetProblem.InvalidValue(
                $"LineLimit is {SerialTransportOptions.MinLineLimit} to {SerialTransportOptions.MaxLineLimit}, not {row.LineLimit}.");
        }

        int tag = 0;
        if (row.SecurityVersion is SecurityVersion.Security2)
        {
            tag = AesGcmTagged.TagLength;
            int length = Security2FirstMessage + Encoding.UTF8.GetByteCount(row.Username ?? "");
            if (TooLong(row, EndpointNames.Session, length, "The first message of security 2") is { } login)
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
            : FleetProblem.RequestTooLarge(
                $"{what} has {length} bytes, and {longest} fit into a console's line of {row.LineLimit}. {RaiseLineLimit}");
    }
}
