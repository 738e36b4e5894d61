using System.Management.Automation;
using EspProv.Commands.Binding;
using EspProv.Datasets;
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
    // Where every device's own access point has it (PROTOCOL.md §6).
    private const string AccessPointAddress = "192.168.4.1";

    private readonly HashSet<string> _warned = new(StringComparer.OrdinalIgnoreCase);
    private int _number;

    /// <summary>The next row.</summary>
    internal FleetRow Read(PSObject? input) => Read(number => input?.BaseObject switch
    {
        EspProvSession session => Make(number, FleetCells.None, new Known { Session = session.Session }),
        EspVirtualDevice device => Make(number, FleetCells.None, new Known { Device = device.ToProvisioningDevice(default) }),
        ProvisioningDevice device => Make(number, FleetCells.None, new Known { Device = device }),
        EspQrCode code => Make(number, FleetCells.None, new Known { Payload = code.Payload }),
        string text when text.TrimStart().StartsWith('{') || text.Contains("?data=", StringComparison.Ordinal) =>
            Make(number, FleetCells.Of(FleetColumns.QrCode, text), default),
        string text when text.Length > 0 => Make(number, FleetCells.Of(FleetColumns.Address, text), default),
        null or "" => new FleetRow { Number = number, IsEmpty = true },
        _ => FromColumns(number, input!),
    });

    /// <summary>The row of the parameters alone.</summary>
    internal FleetRow ReadParameters() => Read(number => Make(number, FleetCells.None, default));

    private FleetRow Read(Func<int, FleetRow> make)
    {
        int number = ++_number;
        try
        {
            return make(number);
        }
        catch (ProvisioningException error)
        {
            return new FleetRow { Number = number, Problem = new FleetProblem(error.Reason.ToString(), error.Message) };
        }
        catch (FleetColumnException error)
        {
            return new FleetRow { Number = number, Name = error.Device, Problem = new FleetProblem(error.ErrorId, error.Message) };
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
            : Make(number, new FleetCells(values), default);
    }

    private FleetRow Make(int number, FleetCells cells, Known known)
    {
        QrPayload? own = null;
        try
        {
            string? code = cells.Text(FleetColumns.QrCode) ?? (known.IsNothing ? common.QrCode : null);
            if (known.Payload is null && code is not null)
                known = known with { Payload = own = QrPayload.Parse(code) };
            return Fill(number, cells, known);
        }
        catch (FleetColumnException error)
        {
            throw new FleetColumnException(error.Message, error.ErrorId)
            {
                Device = cells.Text(FleetColumns.Name) ?? cells.Text(FleetColumns.Address) ?? known.Payload?.Name ?? known.Device?.Name,
            };
        }
        finally
        {
            own?.Dispose();
        }
    }

    private FleetRow Fill(int number, FleetCells cells, Known known)
    {
        (QrPayload? payload, ProvisioningDevice? device) = (known.Payload, known.Device);
        string? name = cells.Text(FleetColumns.Name) ?? device?.Name ?? payload?.Name ?? common.Name;
        string? address = cells.Text(FleetColumns.Address) ?? device?.Address ?? (payload is null ? common.Address : null);
        ProvisioningTransport transport = cells.Transport() ?? device?.Transport ?? payload?.Transport ?? common.Transport ?? ProvisioningTransport.SoftAP;
        string? accessPoint = cells.Text(FleetColumns.AccessPoint) ?? device?.AccessPoint ?? common.AccessPoint
            ?? (common.JoinAccessPoint && transport is ProvisioningTransport.SoftAP && known.Session is null ? name : null);
        SecurityVersion? version = cells.Version() ?? payload?.ExpectedSecurityVersion ?? common.SecurityVersion;
        bool login = version is SecurityVersion.Security2;

        // The one cell that may be refused after a secret was read comes first.
        ThreadDataset? dataset = WantsThread(cells, payload) ? cells.Dataset(common.DatasetTlvs) : null;
        string? ssid = dataset is null || WantsWifi(cells, payload) ? cells.Text(FleetColumns.Ssid) ?? common.Ssid : null;
        return new FleetRow
        {
            Number = number,
            Session = known.Session,
            Name = name ?? accessPoint,
            Transport = transport,
            Address = address ?? (accessPoint is null ? null : AccessPointAddress),
            Found = device,
            AccessPoint = accessPoint,
            SoftApKey = cells.Secret(FleetColumns.SoftApKey) ?? payload?.SoftApKey?.Copy() ?? common.SoftApKey?.ToSecret(),
            Adapter = cells.Text(FleetColumns.Adapter) ?? common.Adapter ?? device?.Adapter,
            BaudRate = cells.Number(FleetColumns.BaudRate) ?? common.BaudRate,
            LineLimit = cells.Number(FleetColumns.LineLimit) ?? common.LineLimit,
            IsFromQrCode = payload is not null,
            SecurityVersion = version,
            ProofOfPossession = cells.Secret(FleetColumns.ProofOfPossession) ?? payload?.ProofOfPossession?.Copy() ?? common.ProofOfPossession?.ToSecret(),
            Username = cells.Text(FleetColumns.Username) ?? (login ? payload?.LoginUsername : null) ?? common.Username,
            Password = cells.Secret(FleetColumns.Password) ?? (login ? payload?.ProofOfPossession?.Copy() : null) ?? common.Password?.ToSecret(),
            Dataset = dataset,
            Ssid = ssid is null ? default : FleetCells.Utf8(FleetColumns.Ssid, ssid),
            SsidText = ssid ?? "",
            Passphrase = cells.Secret(FleetColumns.Passphrase) ?? common.Passphrase?.ToSecret(),
            Bssid = cells.Bssid() ?? common.Bssid,
            Channel = (cells.Number(FleetColumns.Channel) ?? common.Channel) is { } channel and not 0 ? channel : null,
            CustomData = cells.Bytes(FleetColumns.CustomData, common.CustomData),
            Endpoint = cells.Text(FleetColumns.Endpoint) ?? common.Endpoint,
            AllowUnencrypted = common.AllowUnencrypted,
            UseVendorToolHash = common.UseVendorToolHash,
        };
    }

    // With networks of both kinds among the common values, a row that names one, or whose code says which, wants that one. Where nothing does, the
    // row has both, and the device's firmware decides.
    private static bool WantsThread(FleetCells cells, QrPayload? payload) =>
        cells.Has(FleetColumns.DatasetTlvs) || (!cells.Has(FleetColumns.Ssid) && payload?.Network is not ProvisioningNetwork.Wifi);

    private static bool WantsWifi(FleetCells cells, QrPayload? payload) =>
        cells.Has(FleetColumns.Ssid) || (!cells.Has(FleetColumns.DatasetTlvs) && payload?.Network is not ProvisioningNetwork.Thread);

    /// <summary>What came through the pipeline instead of columns, or beside them.</summary>
    private readonly record struct Known
    {
        public ProvisioningSession? Session { get; init; }

        public QrPayload? Payload { get; init; }

        public ProvisioningDevice? Device { get; init; }

        public bool IsNothing => Session is null && Payload is null && Device is null;
    }
}
