using System.Collections;
using System.Management.Automation;

namespace EspProv.Commands.Fleet;

/// <summary>The columns of a plan: their names and aliases.</summary>
internal static class FleetColumns
{
    internal const string Name = "Name";
    internal const string Transport = "Transport";
    internal const string Address = "Address";
    internal const string AccessPoint = "AccessPoint";
    internal const string SoftApKey = "SoftApKey";
    internal const string Adapter = "Adapter";
    internal const string BaudRate = "BaudRate";
    internal const string LineLimit = "LineLimit";
    internal const string MonitorPort = "MonitorPort";
    internal const string MonitorBaudRate = "MonitorBaudRate";
    internal const string BodyLimit = "BodyLimit";
    internal const string SecurityVersion = "SecurityVersion";
    internal const string ProofOfPossession = "ProofOfPossession";
    internal const string Username = "Username";
    internal const string Password = "Password";
    internal const string Network = "Network";
    internal const string Ssid = "Ssid";
    internal const string Passphrase = "Passphrase";
    internal const string Bssid = "Bssid";
    internal const string Channel = "Channel";
    internal const string Auth = "Auth";
    internal const string CustomData = "CustomData";
    internal const string Endpoint = "Endpoint";
    internal const string PassphraseSecret = "PassphraseSecret";
    internal const string ProofOfPossessionSecret = "ProofOfPossessionSecret";
    internal const string PasswordSecret = "PasswordSecret";
    internal const string DatasetTlvs = "DatasetTlvs";
    internal const string QrCode = "QrCode";

    // Columns with the data for one endpoint, such as Endpoint:certificate, or with the path of a file that has it.
    private const string EndpointPrefix = "Endpoint:";
    private const string EndpointPathPrefix = "EndpointPath:";

    private const string HasHeader = "does the file have a header row?";

    private const string SeparatorLine =
        "The file begins with the line 'sep=' of Excel, so that its second line is not read as the header row: remove that line, "
        + "or use Get-Content | Select-Object -Skip 1 | ConvertFrom-Csv.";

    // Removed around column names: spaces, quotes, and a byte order mark before the first column.
    private static readonly char[] TrimmedCharacters = ['\uFEFF', ' ', '"'];

    private static readonly char[] Delimiters = [';', '\t', '|', ','];

    private static readonly Dictionary<string, string> Canonical = new(StringComparer.OrdinalIgnoreCase)
    {
        [Name] = Name,
        ["Device"] = Name,
        ["DeviceName"] = Name,
        ["ServiceName"] = Name,
        [Transport] = Transport,
        [Address] = Address,
        ["Port"] = Address,
        [AccessPoint] = AccessPoint,
        [SoftApKey] = SoftApKey,
        [Adapter] = Adapter,
        [BaudRate] = BaudRate,
        ["Baud"] = BaudRate,
        [LineLimit] = LineLimit,
        [MonitorPort] = MonitorPort,
        [MonitorBaudRate] = MonitorBaudRate,
        [BodyLimit] = BodyLimit,
        [SecurityVersion] = SecurityVersion,
        ["Security"] = SecurityVersion,
        ["Sec"] = SecurityVersion,
        [ProofOfPossession] = ProofOfPossession,
        ["Pop"] = ProofOfPossession,
        [Username] = Username,
        ["User"] = Username,
        [Password] = Password,
        [Network] = Network,
        [Ssid] = Ssid,
        [Passphrase] = Passphrase,
        [Bssid] = Bssid,
        [Channel] = Channel,
        [Auth] = Auth,
        [CustomData] = CustomData,
        [Endpoint] = Endpoint,
        [PassphraseSecret] = PassphraseSecret,
        [ProofOfPossessionSecret] = ProofOfPossessionSecret,
        ["PopSecret"] = ProofOfPossessionSecret,
        [PasswordSecret] = PasswordSecret,
        [DatasetTlvs] = DatasetTlvs,
        ["Dataset"] = DatasetTlvs,
        [QrCode] = QrCode,
        ["Qr"] = QrCode,
        ["Payload"] = QrCode,
    };

    private static readonly HashSet<string> DeviceAndNetworkColumns = [Name, Address, AccessPoint, QrCode, Ssid, DatasetTlvs];

    // Columns that only results have. They are ignored, since filtered results can be used as a plan.
    private static readonly HashSet<string> ResultColumns = new(StringComparer.OrdinalIgnoreCase)
    {
        "Row", "Status", "Stage", "Reason", "Witness", "IPAddress", "Attempts", "Duration", "ErrorId", "Error", "Warning", "Timestamp",
    };

    /// <summary>The delimiter of a file that was read with a wrong one, so that one column's name contains several known names.</summary>
    private static char? DelimiterOf(string column)
    {
        foreach (char delimiter in Delimiters)
        {
            if (column.Split(delimiter).Count(name => IsKnown(name.Trim(TrimmedCharacters))) > 1)
                return delimiter;
        }

        return null;
    }

    private static bool IsKnown(string column) => CanonicalOf(column) is not null || ResultColumns.Contains(column);

    /// <summary>The column for an endpoint's data.</summary>
    internal static string OfEndpoint(string endpoint) => EndpointPrefix + endpoint;

    /// <summary>The endpoint of a column, and whether the column has the path of a file; null for other columns.</summary>
    internal static (string Endpoint, bool IsPath)? EndpointOf(string column) =>
        column.StartsWith(EndpointPrefix, StringComparison.OrdinalIgnoreCase) ? (column[EndpointPrefix.Length..].Trim(), false)
        : column.StartsWith(EndpointPathPrefix, StringComparison.OrdinalIgnoreCase) ? (column[EndpointPathPrefix.Length..].Trim(), true)
        : null;

    /// <summary>Whether a column has data for a custom endpoint.</summary>
    internal static bool IsCustomData(string canonical) => canonical == CustomData || EndpointOf(canonical) is not null;

    private static string? CanonicalOf(string column) =>
        Canonical.GetValueOrDefault(column) ?? (EndpointOf(column) is { Endpoint.Length: > 0 } ? column : null);

    /// <summary>Whether a row is a result, or a row of a report.</summary>
    internal static bool IsResultRow(PSObject row) => row.Properties["Status"] is not null && row.Properties["Attempts"] is not null;

    /// <summary>The values of a row, by canonical names and in the order of the columns; empty text counts as missing.</summary>
    /// <param name="row">A row of a CSV file, a hashtable, or any object with properties.</param>
    internal static FleetColumnValues ValuesOf(PSObject row)
    {
        var values = new List<KeyValuePair<string, object>>();
        var unknown = new List<string>();
        string? fileError = null, conflict = null;
        bool isKnown = false, namesDeviceOrNetwork = false;
        if (row.BaseObject is IDictionary table)
        {
            foreach (DictionaryEntry entry in table)
                Take(entry.Key.ToString() ?? "", entry.Value);
        }
        else
        {
            foreach (PSPropertyInfo property in row.Properties)
                Take(property.Name, property);
        }

        // Without a header row, the first device's values are the names of the columns, with its secrets.
        if (!isKnown && unknown.Count > 0)
            fileError ??= $"None of the columns is known; {HasHeader}";
        return new FleetColumnValues(
            values,
            fileError,
            conflict,
            namesDeviceOrNetwork ? [.. unknown.Select(column => $"The column '{column}' is unknown, and ignored.")]
                : unknown.Count > 0 ? [$"None of the columns that name a device or a network is known; {HasHeader}"]
                : []);

        void Take(string column, object? value)
        {
            column = column.Trim(TrimmedCharacters);
            if (CanonicalOf(column) is not { } canonical)
            {
                if (column.StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
                    fileError = SeparatorLine;
                else if (DelimiterOf(column) is { } delimiter)
                    fileError ??= WrongDelimiter(delimiter);
                else if (!ResultColumns.Contains(column))
                    unknown.Add(column);
                return;
            }

            isKnown = true;
            namesDeviceOrNetwork |= DeviceAndNetworkColumns.Contains(canonical);
            if (value is PSPropertyInfo property)
                value = property.Value;
            value = value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;
            if (value is null or "")
                return;
            int known = values.FindIndex(other => other.Key == canonical);
            if (known < 0)
                values.Add(new(canonical, value));
            else if (!values[known].Value.Equals(value))
                conflict ??= canonical;
        }
    }

    private static string WrongDelimiter(char delimiter) =>
        "The columns are separated by another character: read the file with Import-Csv -Delimiter "
        + $"{(delimiter == '\t' ? "\"`t\"" : $"'{delimiter}'")}.";
}

/// <summary>The columns of a row.</summary>
/// <param name="Values">The values by canonical names, in the order of the columns.</param>
/// <param name="FileError">How the file was misread, so that the row cannot be used; null if it was not.</param>
/// <param name="Conflict">The first column that has different values under two of its aliases; null if there is none.</param>
/// <param name="Warnings">A warning about each column that is ignored.</param>
internal sealed record FleetColumnValues(
    IReadOnlyList<KeyValuePair<string, object>> Values, string? FileError, string? Conflict, IReadOnlyList<string> Warnings)
{
    /// <summary>Without the values, which may be secret.</summary>
    public override string ToString() => nameof(FleetColumnValues);
}
