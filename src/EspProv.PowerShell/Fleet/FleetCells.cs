using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Text;
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

namespace EspProv.Commands.Fleet;

/// <summary>The cells of one row, read as what their columns are for; a cell that is not there is null.</summary>
/// <param name="columns">Values by the canonical names of <see cref="FleetColumns"/>, in the order of the columns.</param>
internal sealed class FleetCells(IReadOnlyList<KeyValuePair<string, object>> columns)
{
    private readonly Dictionary<string, object> _values = new(columns, StringComparer.Ordinal);

    // What a device takes letter by letter. Of other columns, spaces and line breaks around the value do not count.
    private static readonly string[] Exact = [FleetColumns.Name, FleetColumns.AccessPoint, FleetColumns.Username, FleetColumns.Ssid];

    private const int BssidLength = 6;

    /// <summary>No cells: for devices, sessions and codes.</summary>
    internal static FleetCells None => new([]);

    /// <summary>One cell.</summary>
    internal static FleetCells Of(string column, object value) => new([new(column, value)]);

    /// <summary>The first thing that could not be read; null when all of it could.</summary>
    internal FleetProblem? Problem { get; private set; }

    /// <summary>Notes what cannot be read of the row, which keeps all that can: a row that is corrected is still the same device's.</summary>
    internal void Note(FleetProblem problem) => Problem ??= problem;

    /// <summary>Reads something of the row; null, and a note, where it cannot be read.</summary>
    internal T? Try<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (FleetColumnException e)
        {
            Note(new FleetProblem(FleetErrorIds.InvalidValue, e.Message));
        }
        catch (ProvisioningException e)
        {
            Note(new FleetProblem(e.Reason.ToString(), e.Message));
        }

        return default;
    }

    /// <summary>Whether the row says something in that column.</summary>
    internal bool Has(string column) => _values.ContainsKey(column);

    /// <summary>Text as it is there.</summary>
    internal string? Text(string column) => Try(() =>
    {
        if (!_values.TryGetValue(column, out object? value))
            return null;
        string text = InvariantText.Of(value) ?? throw new FleetColumnException($"{column} is one text or number.");
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        if ((Exact.Contains(column) ? GivenText.FindError(column, utf8) : GivenText.FindEncodingError(column, utf8)) is { } error)
            Note(new FleetProblem(FleetErrorIds.InvalidValue, error));
        return text;
    });

    /// <summary>A whole number.</summary>
    internal int? Number(string column)
    {
        if (!_values.TryGetValue(column, out object? value))
            return null;
        if (InvariantText.TryNumber(value, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, out int number))
            return number;
        Note(new FleetProblem(FleetErrorIds.InvalidValue, $"{column} is a whole number{(InvariantText.Of(value) is { } text ? $", not '{text}'" : "")}."));
        return null;
    }

    /// <summary>A secret, as text or in PowerShell's wrappings; whoever gets it disposes of it.</summary>
    internal Secret? Secret(string column)
    {
        Secret? secret = Try(() => _values.GetValueOrDefault(column) switch
        {
            null => null,
            SecureString secure => secure.ToSecret(),
            PSCredential credential => credential.Password.ToSecret(),

            // The value itself is not shown: it may be the secret in an unexpected wrapping.
            object value when InvariantText.Of(value) is { } text => EspProv.Secret.FromUtf8(text),
            _ => throw new FleetColumnException($"{column} is text or a SecureString."),
        });

        // The digits of a dataset may have line breaks among them.
        if (secret is not null && column != FleetColumns.DatasetTlvs && GivenText.FindError(column, secret.Bytes) is { } error)
            Note(new FleetProblem(FleetErrorIds.InvalidValue, error));
        return secret;
    }

    /// <summary>A secret that is in a column itself, or by its name in another one; whoever gets it disposes of it.</summary>
    internal Secret? Secret(string column, string nameColumn, NamedSecrets secrets)
    {
        if (Text(nameColumn) is not { } name)
            return Secret(column);
        try
        {
            return Has(column) ? throw NamedSecrets.Conflict(column, nameColumn) : secrets.Get(name).ToSecret();
        }
        catch (ModuleException e)
        {
            Note(new FleetProblem(e.Error is ModuleError.ParameterConflict ? FleetErrorIds.InvalidValue : e.Error.ToString(), e.Message));
            return null;
        }
    }

    /// <summary>The columns with what the application's endpoints get, in their order.</summary>
    internal IEnumerable<KeyValuePair<string, object>> CustomData => columns.Where(column => FleetColumns.IsCustomData(column.Key));

    /// <summary>The bytes of text in UTF-8; none where it has none.</summary>
    internal byte[] Utf8(string column, string text)
    {
        try
        {
            return GivenText.ToUtf8(column, text);
        }
        catch (FormatException e)
        {
            Note(new FleetProblem(FleetErrorIds.InvalidValue, e.Message));
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
            _ => throw new FleetColumnException($"Transport is Ble, SoftAP, Serial or Console, not '{Text(FleetColumns.Transport)}'."),
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
            _ => throw new FleetColumnException($"SecurityVersion is 0, 1 or 2, not '{text}'."),
        });
    }

    internal ProvisioningNetwork? Network() => _values.GetValueOrDefault(FleetColumns.Network) is ProvisioningNetwork network
        ? network
        : Try<ProvisioningNetwork?>(() => Text(FleetColumns.Network)?.Trim().ToUpperInvariant() switch
        {
            null => null,
            "WIFI" or "WI-FI" => ProvisioningNetwork.Wifi,
            "THREAD" => ProvisioningNetwork.Thread,
            _ => throw new FleetColumnException($"Network is Wifi or Thread, not '{Text(FleetColumns.Network)}'."),
        });

    /// <summary>An access point. Of results it may be cut, as firmware reports it (PROTOCOL.md §9), and then it is none.</summary>
    internal ReadOnlyMemory<byte>? Bssid(bool mayBeCut) => Try<ReadOnlyMemory<byte>?>(() => !_values.TryGetValue(FleetColumns.Bssid, out object? value)
        ? null
        : new BssidTransformationAttribute().Transform(null!, value) switch
        {
            byte[] { Length: < BssidLength } when mayBeCut => null,
            byte[] bytes => bytes,
            _ => throw new FleetColumnException("Bssid is six bytes in hexadecimal, such as 78:8a:20:84:19:96."),
        });

    internal WifiAuthMode? Auth() => Try<WifiAuthMode?>(() => !_values.TryGetValue(FleetColumns.Auth, out object? value)
        ? null
        : new WifiAuthTransformationAttribute().Transform(null!, InvariantText.Of(value)?.Trim() ?? value) switch
        {
            WifiAuthMode mode => mode,
            string text when Enum.TryParse(text, ignoreCase: true, out WifiAuthMode mode) => mode,
            _ => throw new FleetColumnException("Auth is a name such as WPA2_PSK, WEP or OWE, or the driver's number."),
        });

    /// <summary>A Thread dataset; whoever gets it disposes of it.</summary>
    /// <param name="common">The digits of a dataset for rows without one.</param>
    internal ThreadDataset? Dataset(SecureString? common)
    {
        using Secret? digits = Secret(FleetColumns.DatasetTlvs) ?? common?.ToSecret();
        return digits is null ? null : Try(() => ThreadDataset.ParseHex(digits));
    }

    /// <summary>What a QR code says; whoever gets it disposes of it.</summary>
    internal QrPayload? Code(string? text) => text is null ? null : Try(() => QrPayload.Parse(text));

    /// <summary>A cell that cannot be read as what its column is for. The message names the column, and never shows a secret.</summary>
    private sealed class FleetColumnException(string message) : Exception(message);
}
