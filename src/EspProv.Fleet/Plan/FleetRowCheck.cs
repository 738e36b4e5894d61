using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Fleet.Plan;

/// <summary>Checks a row against the protocol's limits before anything is sent (PROTOCOL.md §6 to §9).</summary>
internal static class FleetRowCheck
{
    private const int MaxEndpoint = 64;

    private static readonly string[] OfProtocol =
        [EndpointNames.Session, EndpointNames.Version, EndpointNames.Config, EndpointNames.Scan, EndpointNames.Control];

    /// <summary>The first problem of a row; null for none.</summary>
    public static FleetProblem? Check(FleetRow row)
    {
        if (row.Problem is not null)
            return row.Problem;
        bool canBeFound = !string.IsNullOrEmpty(row.Name) && row.Transport is not ProvisioningTransport.Serial;
        if (row.Session is null && string.IsNullOrEmpty(row.Address) && !canBeFound)
            return FleetProblem.ValueRequired("The row does not say which device: it needs Address, or a Name to find it by.");
        if (row.Session is null && FleetLinkCheck.Check(row) is { } link)
            return link;
        if (FleetMonitorCheck.Check(row) is { } monitor)
            return monitor;
        if (row.Ssid.IsEmpty && row.Dataset is null)
            return FleetProblem.ValueRequired("The row does not say which network: it needs Ssid, or DatasetTlvs for Thread.");
        if (row.SecurityVersion is { } version && !Enum.IsDefined(version))
            return FleetProblem.InvalidValue($"SecurityVersion is 0, 1 or 2, not {(int)version}.");
        bool hasLogin = !string.IsNullOrEmpty(row.Username) && row.Password is not null;
        if (row.SecurityVersion is Security.SecurityVersion.Security2 && !hasLogin && row.Session is null)
        {
            return new FleetProblem(
                nameof(ProvisioningErrorReason.UsernamePasswordRequired), "SecurityVersion 2 needs Username and Password.");
        }

        if (row is { Password: not null, Passphrase: not { IsEmpty: false } } && string.IsNullOrEmpty(row.Username) && !row.Ssid.IsEmpty)
            return FleetProblem.KeyInPassword;
        foreach (FleetCustomData entry in row.CustomData)
        {
            if (CheckCustomData(entry) is { } problem)
                return problem;
        }

        return row.Ssid.IsEmpty ? null : CheckCredential(row);
    }

    private static FleetProblem? CheckCredential(FleetRow row)
    {
        if (row.Channel is < 1 or > ProtocolLimits.LastWifiChannel)
            return FleetProblem.InvalidValue($"Channel is 1 to {ProtocolLimits.LastWifiChannel}, not {row.Channel}.");
        try
        {
            // Creating it checks the values.
            row.CreateWifiCredential().Dispose();
            return null;
        }
        catch (ProvisioningException exception)
        {
            return FleetProblem.Of(exception);
        }
    }

    private static FleetProblem? CheckCustomData(FleetCustomData entry)
    {
        if (entry.Data.IsEmpty)
            return FleetProblem.InvalidValue($"{entry.Column} has nothing to send.");
        return entry.Data.Length > FleetCustomData.MaxLength
            ? FleetProblem.RequestTooLarge($"{entry.Column} has {entry.Data.Length} bytes; {FleetCustomData.MaxLength} can be sent.")
            : CheckEndpoint(entry.Endpoint);
    }

    private static FleetProblem? CheckEndpoint(string endpoint)
    {
        bool wellFormed = endpoint.Length is > 0 and <= MaxEndpoint
            && endpoint.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        if (!wellFormed)
            return FleetProblem.InvalidValue($"Endpoint is made of letters, digits, '-', '_' and '.'.");
        return OfProtocol.Contains(endpoint)
            ? FleetProblem.InvalidValue($"Endpoint '{endpoint}' belongs to the protocol; custom data goes to the application's endpoints.")
            : null;
    }
}
