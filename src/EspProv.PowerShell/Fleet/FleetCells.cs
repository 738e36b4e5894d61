using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Text;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Wifi;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Plan;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Wire;

namespace EspProv.Commands.Fleet;

/// <summary>Reads the cells of one row as the types of their columns; a missing cell is null.</summary>
/// <param name="columns">Values by the canonical names of <see cref="FleetColumns"/>, in the order of the columns.</param>
internal sealed class FleetCells(IReadOnlyList<KeyValuePair<string, object>> columns)
{
    private readonly Dictionary<string, object> _values = new(columns, StringComparer.Ordinal);

    // Columns whose text is sent exactly. In other columns, spaces and line breaks around the value are ignored.
    private static readonly string[] ExactColumns = [FleetColumns.Name, FleetColumns.AccessPoint, FleetColumns.Username, FleetColumns.Ssid];

    /// <summary>No cells, for devices, sessions and QR codes.</summary>
    internal static FleetCells None => new([]);

    /// <summary>One cell.</summary>
    internal static FleetCells Of(string column, object value) => new([new(column, value)]);

    /// <summary>The first problem of the row; null if there is none.</summary>
    internal FleetProblem? Problem { get; private set; }

    /// <summary>Records a problem. The other cells are still read, to identify the device when the row is corrected later.</summary>
    internal void Note(FleetProblem problem) => Problem ??= problem;

    /// <summary>Reads a value; null, and a recorded problem, if it cannot be read.</summary>
    internal T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (FleetColumnException exception)
        {
            Note(new FleetProblem(FleetErrorIds.InvalidValue, exception.Message));
        }
        catch (ProvisioningException exception)
        {
            Note(new FleetProblem(exception.Reason.ToString(), exception.Message));
        }

        return default;
    }

    /// <summary>Whether the row has a value in that column.</summary>
    internal bool Has(string column) => _values.ContainsKey(column);

    /// <summary>Text, unchanged.</summary>
    internal string? Text(string column) => Try(() =>
    {
        if (!_values.TryGetValue(column, out object? value))
            return null;
        string text = InvariantText.Of(value) ?? throw new FleetColumnException($"{column} must be a single text or number.");
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        if ((ExactColumns.Contains(column) ? GivenText.FindError(column, utf8) : GivenText.FindEncodingError(column, utf8)) is { } error)
            Note(new FleetProblem(FleetErrorIds.InvalidValue, error));
        return text;
    });

    /// <summary>The device's name.</summary>
    /// <param name="isFoundByIt">Whether the device is found by its name; otherwise the name is only shown.</param>
    internal string? Name(bool isFoundByIt) =>
        isFoundByIt ? NameOrAddress(FleetColumns.Name, transport: null) : Label(FleetColumns.Name);

    /// <summary>A name to find, or an address; null, and a recorded problem, for text that is neither.</summary>
    internal string? NameOrAddress(string column, ProvisioningTransport? transport) =>
        Checked(column, text => DeviceText.FindError(column, text, transport));

    /// <summary>A name that is only shown; null, and a recorded problem, for text that cannot be one.</summary>
    internal string? Label(string column) => Checked(column, text => DeviceText.FindLabelError(column, text));

    private string? Checked(string column, Func<string, string?> findError)
    {
        if (Text(column) is not { } text)
            return null;
        if (findError(text) is not { } error)
            return text;
        Note(new FleetProblem(FleetErrorIds.InvalidValue, error));
        return null;
    }

    /// <summary>A whole number.</summary>
    internal int? Number(string column)
    {
        if (!_values.TryGetValue(column, out object? value))
            return null;
        if (InvariantText.TryNumber(value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, out int number))
            return number;
        string shown = InvariantText.Of(value) is { } text ? $", not '{text}'" : "";
        Note(new FleetProblem(FleetErrorIds.InvalidValue, $"{column} must be a whole number{shown}."));
        return null;
    }

    /// <summary>A secret, given as text, SecureString or PSCredential; the caller disposes of it.</summary>
    internal Secret? Secret(string column)
    {
        Secret? secret = Try(() => _values.GetValueOrDefault(column) switch
        {
            null => null,
            SecureString secure => secure.ToSecret(),
            PSCredential credential => credential.Password.ToSecret(),

            // The message must not contain the value: it may be a secret in an unexpected type.
            object value when InvariantText.Of(value) is { } text => EspProv.Secret.FromUtf8(text),
            _ => throw new FleetColumnException($"{column} must be text or a SecureString."),
        });

        // Line breaks are allowed in the digits of a dataset.
        if (secret is not null && column != FleetColumns.DatasetTlvs && GivenText.FindError(column, secret.Bytes) is { } error)
            Note(new FleetProblem(FleetErrorIds.InvalidValue, error));
        return secret;
    }

    /// <summary>A secret, given in a column, or by its name in another column; the caller disposes of it.</summary>
    internal Secret? Secret(string column, string nameColumn, NamedSecrets secrets)
    {
        if (Text(nameColumn) is not { } name)
            return Secret(column);
        try
        {
            return Has(column) ? throw NamedSecrets.Conflict(column, nameColumn) : secrets.Get(name).ToSecret();
        }
        catch (ModuleException exception)
        {
            string id = exception.Error is ModuleError.ParameterConflict ? FleetErrorIds.InvalidValue : exception.Error.ToString();
            Note(new FleetProblem(id, exception.Message));
            return null;
        }
    }

    /// <summary>The columns with data for custom endpoints, in order.</summary>
    internal IEnumerable<KeyValuePair<string, object>> CustomData => columns.Where(column => FleetColumns.IsCustomData(column.Key));

    /// <summary>The text in UTF-8; empty, and a recorded problem, if it is not valid.</summary>
    internal byte[] Utf8(string column, string text)
    {
        try
        {
            return GivenText.ToUtf8(column, text);
        }
        catch (FormatException exception)
        {
            Note(new FleetProblem(FleetErrorIds.InvalidValue, exception.Message));
            return [];
        }
    }

    internal ProvisioningTransport? Transport() => _values.GetValueOrDefault(FleetColumns.Transport) is ProvisioningTransport transport
        ? transport
        : Try<ProvisioningTransport?>(() => Text(FleetColumns.Transport)?.Trim().ToUpperInvariant() switch
        {
            null => null,
            "BLE" or "BLUETOOTH" => ProvisioningTransport.Ble,
            "SOFTAP" or "HTTP" or "WIFI" => ProvisioningTransport.SoftAP,
            "SERIAL" or "UART" => ProvisioningTransport.Serial,
            "CONSOLE" => ProvisioningTransport.Console,
            _ => throw new FleetColumnException($"Transport must be Ble, SoftAP, Serial or Console, not '{Text(FleetColumns.Transport)}'."),
        });

    internal SecurityVersion? Version()
    {
        if (_values.GetValueOrDefault(FleetColumns.SecurityVersion) is SecurityVersion version)
            return version;
        string? text = Text(FleetColumns.SecurityVersion);
        return Try<SecurityVersion?>(() => text?.Trim().ToUpperInvariant() switch
        {
            null => null,
            "0" or "SEC0" or "SECURITY0" => SecurityVersion.Security0,
            "1" or "SEC1" or "SECURITY1" => SecurityVersion.Security1,
            "2" or "SEC2" or "SECURITY2" => SecurityVersion.Security2,
            _ => throw new FleetColumnException($"SecurityVersion must be 0, 1 or 2, not '{text}'."),
        });
    }

    internal ProvisioningNetwork? Network() => _values.GetValueOrDefault(FleetColumns.Network) is ProvisioningNetwork network
        ? network
        : Try<ProvisioningNetwork?>(() => Text(FleetColumns.Network)?.Trim().ToUpperInvariant() switch
        {
            null => null,
            "WIFI" or "WI-FI" => ProvisioningNetwork.Wifi,
            "THREAD" => ProvisioningNetwork.Thread,
            _ => throw new FleetColumnException($"Network must be Wifi or Thread, not '{Text(FleetColumns.Network)}'."),
        });

    /// <summary>An access point. In results, firmware may have cut it off (PROTOCOL.md §9); it is then ignored.</summary>
    internal ReadOnlyMemory<byte>? Bssid(bool mayBeCut) => Try<ReadOnlyMemory<byte>?>(() =>
        !_values.TryGetValue(FleetColumns.Bssid, out object? value)
            ? null
            : BssidTransformationAttribute.ToBytes(value) switch
            {
                byte[] { Length: < HardwareAddress.Length } when mayBeCut => null,
                byte[] bytes => bytes,
                _ => throw new FleetColumnException("Bssid must be six bytes in hexadecimal, such as 78:8a:20:84:19:96."),
            });

    internal WifiAuthMode? Auth() => Try<WifiAuthMode?>(() => !_values.TryGetValue(FleetColumns.Auth, out object? value)
        ? null
        : new WifiAuthTransformationAttribute().Transform(null!, InvariantText.Of(value)?.Trim() ?? value) switch
        {
            WifiAuthMode mode => mode,
            string text when Enum.TryParse(text, ignoreCase: true, out WifiAuthMode mode) => mode,
            _ => throw new FleetColumnException("Auth must be a name such as WPA2_PSK, WEP or OWE, or the driver's number."),
        });

    /// <summary>A Thread dataset; the caller disposes of it.</summary>
    /// <param name="common">The digits of the dataset for rows without one.</param>
    internal ThreadDataset? Dataset(SecureString? common)
    {
        using Secret? digits = Secret(FleetColumns.DatasetTlvs) ?? common?.ToSecret();
        return digits is null ? null : Try(() => ThreadDataset.ParseHex(digits));
    }

    /// <summary>The payload of a QR code; the caller disposes of it.</summary>
    internal QrPayload? Code(string? text) => text is null ? null : Try(() => QrPayload.Parse(text));

    /// <summary>A cell does not have the type of its column. The message names the column, and never contains a secret.</summary>
    private sealed class FleetColumnException(string message) : Exception(message);
}
