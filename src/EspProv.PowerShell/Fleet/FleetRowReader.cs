using System.Management.Automation;
using EspProv.Commands.Discovery;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Plan;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Transports;
using EspProv.Transports.Http;

namespace EspProv.Commands.Fleet;

/// <summary>
/// Makes a row of a plan from pipeline input (a row of a CSV file, a device, a session, a QR code, an address) and the common values. Input
/// that cannot be read is recorded as the row's problem, and does not stop the run.
/// </summary>
internal sealed class FleetRowReader(
    FleetCommonValues common,
    NamedSecrets secrets,
    FleetCustomDataReader customData,
    Func<string, bool> isFile,
    Action<string> warn,
    Action<string> verbose)
{
    private static readonly FleetProblem FileProblem = new(
        FleetErrorIds.InvalidValue, "This is a file, and not a row: read it with Import-Csv, and pipe its rows.");

    private readonly HashSet<string> _warned = new(StringComparer.OrdinalIgnoreCase);
    private int _number;

    /// <summary>The next row. Exceptions from reading it become the row's problem.</summary>
    internal FleetRow Read(PSObject? input)
    {
        int number = ++_number;
        try
        {
            return Read(number, input);
        }
        catch (Exception exception) when (
            exception is not (PipelineStoppedException or FlowControlException or ActionPreferenceStopException))
        {
            verbose($"Row {number}: {UnexpectedError.TypesOf(exception)}.");
            return new FleetRow { Number = number, Problem = FleetProblem.Unexpected };
        }
    }

    private FleetRow Read(int number, PSObject? input) => input?.BaseObject switch
    {
        EspProvSession session =>
            Make(number, FleetCells.None, new PipelineInput { Session = session.Session, KnownAuth = session.KnownAuth }),
        EspVirtualDevice device => Make(number, FleetCells.None, new PipelineInput
        {
            Device = device.ToProvisioningDevice(default),
            MonitorPort = device.MonitorPort,
        }),
        ProvisioningDevice device => Make(number, FleetCells.None, new PipelineInput { Device = device }),
        EspProvisioningResult result => FromColumns(number, input!, result.Result.SsidBytes),
        EspQrCode code => Make(number, FleetCells.None, new PipelineInput { Payload = code.Payload }),
        null or "" => new FleetRow { Number = number, IsEmpty = true },
        string text => FromText(number, text),
        ValueType value => new FleetRow
        {
            Number = number,
            Problem = new FleetProblem(
                FleetErrorIds.InvalidValue,
                $"A {value.GetType().Name} is not a row: rows are objects with columns, devices, sessions, QR codes or addresses."),
        },
        FileInfo => new FleetRow { Number = number, Problem = FileProblem },
        _ => FromColumns(number, input!),
    };

    private FleetRow FromText(int number, string text)
    {
        if (QrPayload.IsCode(text))
            return Make(number, FleetCells.Of(FleetColumns.QrCode, text), default);
        if (isFile(text))
            return new FleetRow { Number = number, Problem = FileProblem };
        return DeviceText.FindError("This", text, common.Transport) is { } error
            ? new FleetRow { Number = number, Problem = new FleetProblem(FleetErrorIds.InvalidValue, error) }
            : Make(number, FleetCells.Of(FleetColumns.Address, text), default);
    }

    /// <summary>The row of the parameters alone.</summary>
    /// <param name="isDeviceChosenLater">Whether the user chooses the device from a menu.</param>
    internal FleetRow ReadParameters(bool isDeviceChosenLater = false) =>
        Make(++_number, FleetCells.None, new PipelineInput { IsDeviceChosenLater = isDeviceChosenLater });

    private FleetRow FromColumns(int number, PSObject input, ReadOnlyMemory<byte>? exactSsid = null)
    {
        FleetColumnValues columns;
        try
        {
            columns = FleetColumns.ValuesOf(input);
        }
        catch (GetValueException exception)
        {
            // A script property that throws.
            return new FleetRow { Number = number, Problem = new FleetProblem(FleetErrorIds.InvalidValue, exception.Message) };
        }

        if (columns.FileError is { } misread)
        {
            WarnOnce(misread);
            return new FleetRow { Number = number, Problem = new FleetProblem(FleetErrorIds.InvalidValue, misread) };
        }

        foreach (string warning in columns.Warnings)
            WarnOnce(warning);
        IReadOnlyList<KeyValuePair<string, object>> values = columns.Values;
        if (values.Count == 0)
            return new FleetRow { Number = number, IsEmpty = true };
        var cells = new FleetCells(values);
        if (columns.Conflict is { } conflict)
            cells.Note(new FleetProblem(FleetErrorIds.InvalidValue, $"Two columns for {conflict} have different values."));
        return Make(number, cells, new PipelineInput { Ssid = exactSsid, IsResult = FleetColumns.IsResultRow(input) });
    }

    private void WarnOnce(string warning)
    {
        if (_warned.Add(warning))
            warn(warning);
    }

    private FleetRow Make(int number, FleetCells cells, PipelineInput input)
    {
        string? code = input.Payload is null ? cells.Text(FleetColumns.QrCode) ?? (input.IsNothing ? common.QrCode : null) : null;
        using QrPayload? own = cells.Code(code);
        return Fill(number, cells, own is null ? input : input with { Payload = own });
    }

    private FleetRow Fill(int number, FleetCells cells, PipelineInput input)
    {
        (QrPayload? payload, ProvisioningDevice? device) = (input.Payload, input.Device);
        bool isFoundByName = !cells.Has(FleetColumns.Address) && !cells.Has(FleetColumns.AccessPoint) && common.Address is null;
        string? name = cells.Name(isFoundByName) ?? device?.Name ?? payload?.Name ?? common.Name;
        ProvisioningTransport transport = cells.Transport()
            ?? device?.Transport ?? payload?.Transport ?? common.Transport ?? ProvisioningTransport.SoftAP;
        string? accessPoint = cells.Label(FleetColumns.AccessPoint) ?? device?.GetAccessPointSsid() ?? common.AccessPoint
            ?? (common.JoinAccessPoint && transport is ProvisioningTransport.SoftAP && input.Session is null ? name : null);
        string? address = cells.NameOrAddress(FleetColumns.Address, transport)
            ?? device?.Address ?? (payload is null ? common.Address : null) ?? DefaultAddress(name, accessPoint, transport);
        if (common.JoinAccessPoint
            && transport is ProvisioningTransport.SoftAP
            && input.Session is null
            && accessPoint is null
            && !input.IsDeviceChosenLater)
        {
            cells.Note(new FleetProblem(
                FleetErrorIds.ValueRequired, "The row does not name the access point to join: it needs Name or AccessPoint."));
        }

        SecurityVersion? version = cells.Version() ?? payload?.ExpectedSecurityVersion ?? common.SecurityVersion;
        bool login = version is SecurityVersion.Security2;

        (bool isForWifi, bool isForThread) = NetworksOf(cells, payload);
        string? ssid = isForWifi ? cells.Text(FleetColumns.Ssid) ?? common.Ssid : null;
        ReadOnlyMemory<byte> exactSsid = ssid is null ? default : input.Ssid ?? cells.Utf8(FleetColumns.Ssid, ssid);
        WifiAuthMode? auth = cells.Auth() ?? common.Auth;
        return new FleetRow
        {
            Number = number,
            Session = input.Session,
            Name = name ?? accessPoint,
            Transport = transport,
            Address = address,
            Found = device,
            AccessPoint = accessPoint,
            SoftApKey = cells.Secret(FleetColumns.SoftApKey) ?? payload?.SoftApKey?.Copy() ?? common.SoftApKey?.ToSecret(),
            Adapter = cells.Text(FleetColumns.Adapter) ?? common.Adapter ?? device?.Adapter,
            BaudRate = cells.Number(FleetColumns.BaudRate) ?? common.BaudRate,
            LineLimit = cells.Number(FleetColumns.LineLimit) ?? common.LineLimit,
            MonitorPort = MonitorPortOf(cells, input),
            MonitorBaudRate = cells.Number(FleetColumns.MonitorBaudRate) ?? common.MonitorBaudRate,
            BodyLimit = cells.Number(FleetColumns.BodyLimit) ?? common.BodyLimit,
            IsFromQrCode = payload is not null,
            SecurityVersion = version,
            ProofOfPossession = cells.Secret(FleetColumns.ProofOfPossession, FleetColumns.ProofOfPossessionSecret, secrets)
                ?? payload?.ProofOfPossession?.Copy() ?? common.ProofOfPossession?.ToSecret(),
            Username = cells.Text(FleetColumns.Username) ?? (login ? payload?.LoginUsername : null) ?? common.Username,
            Password = cells.Secret(FleetColumns.Password, FleetColumns.PasswordSecret, secrets)
                ?? (login ? payload?.ProofOfPossession?.Copy() : null) ?? common.Password?.ToSecret(),
            Dataset = isForThread ? cells.Dataset(common.DatasetTlvs) : null,
            Ssid = exactSsid,
            SsidText = ssid ?? "",
            Passphrase = cells.Secret(FleetColumns.Passphrase, FleetColumns.PassphraseSecret, secrets) ?? common.Passphrase?.ToSecret(),
            KnownAuth = auth is { } mode ? [mode] : input.KnownAuth?.Invoke(exactSsid) ?? [],
            Bssid = cells.Bssid(input.IsResult) ?? common.Bssid,
            Channel = (cells.Number(FleetColumns.Channel) ?? common.Channel) is { } channel and not 0 ? channel : null,
            CustomData = customData.Read(cells),
            AllowUnencrypted = common.AllowUnencrypted,
            UseVendorToolHash = common.UseVendorToolHash,

            // Last, after all cells are read.
            Problem = cells.Problem,
        };
    }

    // A session that already watches the port continues to do so.
    private string? MonitorPortOf(FleetCells cells, PipelineInput input) =>
        (cells.Text(FleetColumns.MonitorPort) ?? input.MonitorPort ?? common.MonitorPort)?.Trim() is { Length: > 0 } port
        && (input.Session is not { } session || !BoardMonitor.IsOf(session, port))
            ? port
            : null;

    // All devices have the same address on their own access point. On the console transport the address is only shown to the user.
    private static string? DefaultAddress(string? name, string? accessPoint, ProvisioningTransport transport) =>
        accessPoint is not null ? HttpTransport.AccessPointAddress : transport is ProvisioningTransport.Console ? name : null;

    // The common values may have networks of both kinds. A row that has a network, or names the kind, uses that kind; otherwise it keeps
    // both, and the device's firmware decides. A row that names Thread may have the network's name in its Ssid column.
    private static (bool Wifi, bool Thread) NetworksOf(FleetCells cells, QrPayload? payload)
    {
        if (cells.Network() is { } kind)
            return (kind is ProvisioningNetwork.Wifi, kind is ProvisioningNetwork.Thread);
        bool hasSsid = cells.Has(FleetColumns.Ssid), hasDataset = cells.Has(FleetColumns.DatasetTlvs);
        return hasSsid || hasDataset
            ? (hasSsid, hasDataset)
            : (payload?.Network is not ProvisioningNetwork.Thread, payload?.Network is not ProvisioningNetwork.Wifi);
    }

    /// <summary>Pipeline input other than columns.</summary>
    private readonly record struct PipelineInput
    {
        public ProvisioningSession? Session { get; init; }

        public QrPayload? Payload { get; init; }

        public ProvisioningDevice? Device { get; init; }

        /// <summary>The port with the log of the device's board.</summary>
        public string? MonitorPort { get; init; }

        /// <summary>The bytes of the SSID, if the text in the column has escapes.</summary>
        public ReadOnlyMemory<byte>? Ssid { get; init; }

        /// <summary>The authentication modes of a network in a session's last scan.</summary>
        public Func<ReadOnlyMemory<byte>, IReadOnlyList<WifiAuthMode>>? KnownAuth { get; init; }

        /// <summary>The columns are of a result, whose Bssid was reported by the device, not requested by the user.</summary>
        public bool IsResult { get; init; }

        /// <summary>There is no device yet: the user chooses it from a menu.</summary>
        public bool IsDeviceChosenLater { get; init; }

        public bool IsNothing => Session is null && Payload is null && Device is null;
    }
}
