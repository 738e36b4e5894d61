using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Text;
using EspProv.Commands.Binding;
using EspProv.Discovery;
using EspProv.Fleet;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;

namespace EspProv.Commands.Fleet;

/// <summary>
/// Makes a row of a plan from what comes through the pipeline (a row of a CSV file, a device, a session, a QR code, an address)
/// and from the common values. What cannot be read becomes the row's problem, and not the end of the run.
/// </summary>
internal sealed class FleetRowReader(FleetCommonValues common, Action<string> warn)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly HashSet<string> _warned = new(StringComparer.OrdinalIgnoreCase);
    private int _number;

    /// <summary>The next row.</summary>
    internal FleetRow Read(PSObject? input)
    {
        int number = ++_number;
        object? item = input?.BaseObject;
        try
        {
            return item switch
            {
                EspProvSession session => Make(number, [], session.Session, payload: null, device: null),
                EspVirtualDevice device => Make(number, [], session: null, payload: null, device.ToProvisioningDevice(default)),
                ProvisioningDevice device => Make(number, [], session: null, payload: null, device),
                EspQrCode code => Make(number, [], session: null, code.Payload, device: null),
                string text when text.TrimStart().StartsWith('{') || text.Contains("?data=", StringComparison.Ordinal) =>
                    Make(number, new() { [FleetColumns.QrCode] = text }, session: null, payload: null, device: null),
                string text when text.Length > 0 => Make(number, new() { [FleetColumns.Address] = text }, session: null, payload: null, device: null),
                null or "" => new FleetRow { Number = number, IsEmpty = true },
                _ => FromColumns(number, input!),
            };
        }
        catch (ProvisioningException error)
        {
            return new FleetRow { Number = number, Problem = new FleetProblem(error.Reason.ToString(), error.Message) };
        }
        catch (FleetColumnException error)
        {
            return new FleetRow { Number = number, Name = error.Device, Problem = new FleetProblem(FleetErrorIds.InvalidValue, error.Message) };
        }
    }

    /// <summary>The row of the parameters alone.</summary>
    internal FleetRow ReadParameters()
    {
        int number = ++_number;
        try
        {
            return Make(number, [], session: null, payload: null, device: null);
        }
        catch (ProvisioningException error)
        {
            return new FleetRow { Number = number, Problem = new FleetProblem(error.Reason.ToString(), error.Message) };
        }
    }

    private FleetRow FromColumns(int number, PSObject input)
    {
        Dictionary<string, object> values = FleetColumns.ValuesOf(input, column =>
        {
            if (_warned.Add(column))
                warn($"The column '{column}' is not known, and ignored.");
        });
        return values.Count == 0
            ? new FleetRow { Number = number, IsEmpty = true }
            : Make(number, values, session: null, payload: null, device: null);
    }

    private FleetRow Make(
        int number, Dictionary<string, object> values, ProvisioningSession? session, QrPayload? payload, ProvisioningDevice? device)
    {
        QrPayload? own = null;
        try
        {
            string? code = Text(values, FleetColumns.QrCode) ?? (payload is null && device is null && session is null ? common.QrCode : null);
            if (payload is null && code is not null)
                payload = own = QrPayload.Parse(code);
            return Make(number, values, session, new Known(payload, device));
        }
        catch (FleetColumnException error)
        {
            throw new FleetColumnException(error.Message, Text(values, FleetColumns.Name) ?? Text(values, FleetColumns.Address) ?? payload?.Name);
        }
        finally
        {
            own?.Dispose();
        }
    }

    private FleetRow Make(int number, Dictionary<string, object> values, ProvisioningSession? session, Known known)
    {
        string? ssid = Text(values, FleetColumns.Ssid) ?? common.Ssid;
        SecurityVersion? version = Version(values) ?? known.Payload?.ExpectedSecurityVersion ?? common.SecurityVersion;
        bool login = version is SecurityVersion.Security2;
        FleetProblem? problem = values.ContainsKey(FleetColumns.DatasetTlvs)
            ? new FleetProblem(nameof(ProvisioningErrorReason.NotSupportedByDevice), "DatasetTlvs is for Thread; a plan gives devices Wi-Fi credentials.")
            : null;
        return new FleetRow
        {
            Number = number,
            Session = session,
            Name = Text(values, FleetColumns.Name) ?? known.Device?.Name ?? known.Payload?.Name ?? common.Name,
            Transport = Transport(values) ?? known.Device?.Transport ?? known.Payload?.Transport ?? common.Transport ?? ProvisioningTransport.SoftAP,
            Address = Text(values, FleetColumns.Address) ?? known.Device?.Address ?? (known.Payload is null ? common.Address : null),
            IsFromQrCode = known.Payload is not null,
            SecurityVersion = version,
            ProofOfPossession = Secret(values, FleetColumns.ProofOfPossession) ?? known.Payload?.ProofOfPossession?.Copy() ?? common.ProofOfPossession?.ToSecret(),
            Username = Text(values, FleetColumns.Username) ?? (login ? known.Payload?.LoginUsername : null) ?? common.Username,
            Password = Secret(values, FleetColumns.Password) ?? (login ? known.Payload?.ProofOfPossession?.Copy() : null) ?? common.Password?.ToSecret(),
            Ssid = ssid is null ? default : Bytes(FleetColumns.Ssid, ssid),
            SsidText = ssid ?? "",
            Passphrase = Secret(values, FleetColumns.Passphrase) ?? common.Passphrase?.ToSecret(),
            Bssid = Bssid(values) ?? common.Bssid,
            Channel = Channel(values) ?? common.Channel,
            CustomData = CustomData(values),
            Endpoint = Text(values, FleetColumns.Endpoint) ?? common.Endpoint,
            AllowUnencrypted = common.AllowUnencrypted,
            UseVendorToolHash = common.UseVendorToolHash,
            Problem = problem,
        };
    }

    private byte[] CustomData(Dictionary<string, object> values)
    {
        if (values.GetValueOrDefault(FleetColumns.CustomData) is byte[] bytes)
            return [.. bytes];
        string? text = Text(values, FleetColumns.CustomData) ?? common.CustomData;
        return text is null ? [] : Bytes(FleetColumns.CustomData, text);
    }

    private static byte[] Bytes(string column, string text)
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

    private static ProvisioningTransport? Transport(Dictionary<string, object> values)
    {
        if (values.GetValueOrDefault(FleetColumns.Transport) is ProvisioningTransport transport)
            return transport;
        return Text(values, FleetColumns.Transport)?.Trim().ToUpperInvariant() switch
        {
            null => null,
            "BLE" or "BLUETOOTH" => ProvisioningTransport.Ble,
            "SOFTAP" or "HTTP" or "WIFI" => ProvisioningTransport.SoftAP,
            "SERIAL" or "UART" => ProvisioningTransport.Serial,
            "CONSOLE" => ProvisioningTransport.Console,
            _ => throw new FleetColumnException($"Transport is Ble, SoftAP, Serial or Console, not '{Text(values, FleetColumns.Transport)}'."),
        };
    }

    private static SecurityVersion? Version(Dictionary<string, object> values)
    {
        if (values.GetValueOrDefault(FleetColumns.SecurityVersion) is SecurityVersion version)
            return version;
        string? text = Text(values, FleetColumns.SecurityVersion);
        return text?.Trim().ToUpperInvariant() switch
        {
            null => null,
            "0" or "SEC0" or "SECURITY0" => SecurityVersion.Security0,
            "1" or "SEC1" or "SECURITY1" => SecurityVersion.Security1,
            "2" or "SEC2" or "SECURITY2" => SecurityVersion.Security2,
            _ => throw new FleetColumnException($"SecurityVersion is 0, 1 or 2, not '{text}'."),
        };
    }

    private static ReadOnlyMemory<byte>? Bssid(Dictionary<string, object> values)
    {
        if (!values.TryGetValue(FleetColumns.Bssid, out object? value))
            return null;
        return new BssidTransformationAttribute().Transform(null!, value) switch
        {
            byte[] bytes => bytes,
            _ => throw new FleetColumnException("Bssid is six bytes in hexadecimal, such as 78:8a:20:84:19:96."),
        };
    }

    private static int? Channel(Dictionary<string, object> values)
    {
        if (Text(values, FleetColumns.Channel) is not { } text)
            return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int number))
            throw new FleetColumnException($"Channel is a whole number, not '{text}'.");
        return number == 0 ? null : number;
    }

    private static EspProv.Secret? Secret(Dictionary<string, object> values, string column) => values.GetValueOrDefault(column) switch
    {
        null => null,
        SecureString secure => secure.ToSecret(),
        PSCredential credential => credential.Password.ToSecret(),

        // The value itself is not shown: it may be the secret in an unexpected wrapping.
        object value when Text(value) is { } text => EspProv.Secret.FromUtf8(text),
        _ => throw new FleetColumnException($"{column} is text or a SecureString."),
    };

    private static string? Text(Dictionary<string, object> values, string column) => values.TryGetValue(column, out object? value)
        ? Text(value) ?? throw new FleetColumnException($"{column} is text.")
        : null;

    private static string? Text(object value) => value switch
    {
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private readonly record struct Known(QrPayload? Payload, ProvisioningDevice? Device);

    private sealed class FleetColumnException(string message, string? device = null) : Exception(message)
    {
        public string? Device { get; } = device;
    }
}
