using System.Globalization;
using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Fleet.Plan;

/// <summary>Every limit of the protocol that can be checked before anything is sent (PROTOCOL.md §6 to §9).</summary>
internal static class FleetRowCheck
{
    private const int MaxEndpoint = 64;

    /// <summary>The first thing that is wrong with a row; null when nothing is.</summary>
    public static FleetProblem? Check(FleetRow row)
    {
        if (row.Problem is not null)
            return row.Problem;
        if (row.Session is null && string.IsNullOrEmpty(row.Address) && (string.IsNullOrEmpty(row.Name) || row.Transport is ProvisioningTransport.Serial))
            return new FleetProblem(FleetErrorIds.ValueRequired, "The row does not say which device: it needs Address, or a Name to find it by.");
        if (row.Session is null && FleetLinkCheck.Check(row) is { } link)
            return link;
        if (row.Ssid.IsEmpty && row.Dataset is null)
            return new FleetProblem(FleetErrorIds.ValueRequired, "The row does not say which network: it needs Ssid, or DatasetTlvs for Thread.");
        if (row.SecurityVersion is { } version && !Enum.IsDefined(version))
            return new FleetProblem(FleetErrorIds.InvalidValue, string.Create(CultureInfo.InvariantCulture, $"SecurityVersion is 0, 1 or 2, not {(int)version}."));
        if (row.SecurityVersion is Security.SecurityVersion.Security2 && (string.IsNullOrEmpty(row.Username) || row.Password is null) && row.Session is null)
            return new FleetProblem(nameof(ProvisioningErrorReason.UsernamePasswordRequired), "SecurityVersion 2 needs Username and Password.");
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
        if (row.Channel is < 1 or > 196)
            return new FleetProblem(FleetErrorIds.InvalidValue, string.Create(CultureInfo.InvariantCulture, $"Channel is 1 to 196, not {row.Channel}."));
        try
        {
            // Made for its checks.
            row.CreateWifiCredential().Dispose();
            return null;
        }
        catch (ProvisioningException e)
        {
            return new FleetProblem(e.Reason.ToString(), e.Message);
        }
    }

    private static FleetProblem? CheckCustomData(FleetCustomData entry)
    {
        if (entry.Data.IsEmpty)
            return new FleetProblem(FleetErrorIds.InvalidValue, $"{entry.Column} has nothing to send.");
        return entry.Data.Length > FleetCustomData.MaxLength
            ? new FleetProblem(
                nameof(ProvisioningErrorReason.RequestTooLarge),
                string.Create(CultureInfo.InvariantCulture, $"{entry.Column} has {entry.Data.Length} bytes; {FleetCustomData.MaxLength} can be sent."))
            : CheckEndpoint(entry.Endpoint);
    }

    private static FleetProblem? CheckEndpoint(string endpoint)
    {
        bool wellFormed = endpoint.Length is > 0 and <= MaxEndpoint && endpoint.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        if (!wellFormed)
            return new FleetProblem(FleetErrorIds.InvalidValue, "Endpoint is made of letters, digits, '-', '_' and '.'.");
        return endpoint is EndpointNames.Session or EndpointNames.Version or EndpointNames.Config or EndpointNames.Scan or EndpointNames.Control
            ? new FleetProblem(FleetErrorIds.InvalidValue, $"Endpoint '{endpoint}' is the protocol's own; CustomData goes to one of the application's.")
            : null;
    }
}
