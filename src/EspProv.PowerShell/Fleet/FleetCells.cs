using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Text;
using EspProv.Commands.Binding;
using EspProv.Datasets;
using EspProv.Fleet;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Commands.Fleet;

/// <summary>The cells of one row, read as what their columns are for; a cell that is not there is null.</summary>
/// <param name="values">Values by the canonical names of <see cref="FleetColumns"/>.</param>
internal sealed class FleetCells(IReadOnlyDictionary<string, object> values)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>No cells: for devices, sessions and codes.</summary>
    internal static FleetCells None { get; } = new(new Dictionary<string, object>());

    /// <summary>One cell.</summary>
    internal static FleetCells Of(string column, object value) => new(new Dictionary<string, object> { [column] = value });

    /// <summary>Whether the row says something in that column.</summary>
    internal bool Has(string column) => values.ContainsKey(column);

    /// <summary>Text as it is there.</summary>
    /// <exception cref="FleetColumnException">It is something else.</exception>
    internal string? Text(string column) => values.TryGetValue(column, out object? value)
        ? Text(value) ?? throw new FleetColumnException($"{column} is text.")
        : null;

    /// <summary>A whole number.</summary>
    /// <exception cref="FleetColumnException">It is something else.</exception>
    internal int? Number(string column)
    {
        if (Text(column) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new FleetColumnException($"{column} is a whole number, not '{text}'.");
    }

    /// <summary>A secret, as text or in PowerShell's wrappings; whoever gets it disposes of it.</summary>
    /// <exception cref="FleetColumnException">It is something else.</exception>
    internal Secret? Secret(string column) => values.GetValueOrDefault(column) switch
    {
        null => null,
        SecureString secure => secure.ToSecret(),
        PSCredential credential => credential.Password.ToSecret(),

        // The value itself is not shown: it may be the secret in an unexpected wrapping.
        object value when Text(value) is { } text => EspProv.Secret.FromUtf8(text),
        _ => throw new FleetColumnException($"{column} is text or a SecureString."),
    };

    /// <summary>Bytes as they are, or text in UTF-8; <paramref name="common"/> where the row says nothing.</summary>
    /// <exception cref="FleetColumnException">Text that has no UTF-8.</exception>
    internal byte[] Bytes(string column, string? common)
    {
        if (values.GetValueOrDefault(column) is byte[] bytes)
            return [.. bytes];
        return (Text(column) ?? common) is { } text ? Utf8(column, text) : [];
    }

    /// <summary>The bytes of text in UTF-8.</summary>
    /// <exception cref="FleetColumnException">It has none.</exception>
    internal static byte[] Utf8(string column, string text)
    {
        try
        {
            return StrictUtf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new FleetColumnException($"{column} is not well-formed text.");
        }
    }

    internal ProvisioningTransport? Transport()
    {
        if (values.GetValueOrDefault(FleetColumns.Transport) is ProvisioningTransport transport)
            return transport;
        return Text(FleetColumns.Transport)?.Trim().ToUpperInvariant() switch
        {
            null => null,
            "BLE" or "BLUETOOTH" => ProvisioningTransport.Ble,
            "SOFTAP" or "HTTP" or "WIFI" => ProvisioningTransport.SoftAP,
            "SERIAL" or "UART" => ProvisioningTransport.Serial,
            "CONSOLE" => ProvisioningTransport.Console,
            _ => throw new FleetColumnException($"Transport is Ble, SoftAP, Serial or Console, not '{Text(FleetColumns.Transport)}'."),
        };
    }

    internal SecurityVersion? Version()
    {
        if (values.GetValueOrDefault(FleetColumns.SecurityVersion) is SecurityVersion version)
            return version;
        string? text = Text(FleetColumns.SecurityVersion);
        return text?.Trim().ToUpperInvariant() switch
        {
            null => null,
            "0" or "SEC0" or "SECURITY0" => SecurityVersion.Security0,
            "1" or "SEC1" or "SECURITY1" => SecurityVersion.Security1,
            "2" or "SEC2" or "SECURITY2" => SecurityVersion.Security2,
            _ => throw new FleetColumnException($"SecurityVersion is 0, 1 or 2, not '{text}'."),
        };
    }

    internal ReadOnlyMemory<byte>? Bssid()
    {
        if (!values.TryGetValue(FleetColumns.Bssid, out object? value))
            return null;
        return new BssidTransformationAttribute().Transform(null!, value) switch
        {
            byte[] bytes => bytes,
            _ => throw new FleetColumnException("Bssid is six bytes in hexadecimal, such as 78:8a:20:84:19:96."),
        };
    }

    /// <summary>A Thread dataset; whoever gets it disposes of it.</summary>
    /// <param name="common">The digits of a dataset for rows without one.</param>
    /// <exception cref="FleetColumnException">It is not one that a device could take.</exception>
    internal ThreadDataset? Dataset(SecureString? common)
    {
        using Secret? digits = Secret(FleetColumns.DatasetTlvs) ?? common?.ToSecret();
        try
        {
            return digits is null ? null : ThreadDataset.ParseHex(digits);
        }
        catch (ProvisioningException e)
        {
            throw new FleetColumnException(e.Message, e.Reason.ToString());
        }
    }

    private static string? Text(object value) => value switch
    {
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}

/// <summary>A cell that cannot be read as what its column is for.</summary>
/// <param name="message">Names the column, and never shows a secret.</param>
/// <param name="errorId">The row's error.</param>
internal sealed class FleetColumnException(string message, string errorId = FleetErrorIds.InvalidValue) : Exception(message)
{
    /// <summary>The row's error.</summary>
    internal string ErrorId => errorId;

    /// <summary>The row's device, where it is known.</summary>
    internal string? Device { get; init; }
}
