using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using EspProv.Board.Partitions;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;

namespace EspProv.Board.Log;

/// <summary>
/// Finds events in lines. The messages are those of ESP-IDF's bootloader, panic handler and provisioning manager, and of the stock
/// examples, from ESP-IDF 4.4 to 6.x; the tag of the application's own messages does not matter.
/// </summary>
internal sealed partial class LogEventReader
{
    private const int MaxPartitions = 128;

    private readonly List<BoardPartition> _partitions = [];
    private bool _isInTable;
    private bool _awaitsSsid;
    private LogPosition? _failure;
    private string? _qrCode;
    private IPAddress? _address;
    private SecurityVersion? _security;
    private ProvisioningTransport? _transport;

    /// <summary>Finds the QR code's text in a line. Firmware prints it twice, which is one event.</summary>
    /// <param name="at">The line's position.</param>
    /// <param name="line">The line, including its secrets.</param>
    public BoardQrCodeEvent? ReadQrCode(LogPosition at, string line)
    {
        int start = line.IndexOf('{', StringComparison.Ordinal), end = line.LastIndexOf('}');
        string? text = start >= 0 && end > start && line.Contains("\"transport\"", StringComparison.Ordinal)
            ? line[start..(end + 1)]
            : Url().Match(line) is { Success: true, Value: var url } ? url : null;
        if (text is null)
            return null;
        try
        {
            var payload = QrPayload.Parse(text);
            string json = payload.ToJson();
            if (json == _qrCode)
            {
                payload.Dispose();
                return null;
            }

            _qrCode = json;
            return new BoardQrCodeEvent(at, payload);
        }
        catch (ProvisioningException)
        {
            return null;
        }
    }

    /// <summary>Finds the events that a message completes, in the text to show.</summary>
    public void Read(LogPosition at, LogHeader header, string text, List<BoardLogEntry> events)
    {
        if (header.Level is BoardLogLevel.None)
            ReadPlain(at, text, events);
        else
            ReadMessage(at, header, text, events);
    }

    /// <summary>Adds the events that waited for a further line.</summary>
    public void Complete(List<BoardLogEntry> events)
    {
        if (_failure is { } failure)
            events.Add(new BoardFailureEvent(failure, null));
        _failure = null;
    }

    private void ReadPlain(LogPosition at, string text, List<BoardLogEntry> events)
    {
        if (_awaitsSsid && Ssid().Match(text) is { Success: true } ssid)
        {
            // After new credentials, the same address is a new event.
            (_awaitsSsid, _address) = (false, null);
            events.Add(new BoardCredentialsEvent(at, TextOf(ssid.Groups[1])));
        }
        else if (_failure is not null && Reason().Match(text) is { Success: true } reason)
        {
            _failure = null;
            events.Add(new BoardFailureEvent(at, TextOf(reason.Groups[1]).Trim()));
        }
        else if (Reset().Match(text) is { Success: true } reset)
        {
            // A restart prints everything again.
            (_qrCode, _address, _security, _transport, _awaitsSsid, _isInTable) = (null, null, null, null, false, false);
            Complete(events);
            int code = int.Parse(reset.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            events.Add(new BoardResetEvent(at with { Milliseconds = null }, code, TextOf(reset.Groups[2]), TextOf(reset.Groups[3])));
        }
        else if (PanicOf(text) is { } panic)
        {
            events.Add(new BoardPanicEvent(at, panic));
        }
    }

    private void ReadMessage(LogPosition at, LogHeader header, string text, List<BoardLogEntry> events)
    {
        Complete(events);
        _awaitsSsid = false;
        if (TransportOf(header.Tag) is { } transport)
            AddTransport(at, transport, isConnected: null, events);
        if (header.Tag == "boot")
            ReadBootloader(at, text, events);
        else if (header.Tag is "security0" or "security1" or "security2")
            AddSecurity(at, (SecurityVersion)(header.Tag[^1] - '0'), events);
        else if (ServiceName().Match(text) is { Success: true } name)
            events.Add(new BoardServiceNameEvent(at, TextOf(name.Groups[1])));
        else if (DisconnectReason().Match(text) is { Success: true } reason)
            AddDisconnected(at, int.Parse(reason.Groups[1].Value, CultureInfo.InvariantCulture), events);
        else if (Address().Match(text) is { Success: true } address)
            AddAddress(at, address.Groups[1].Value, events);
        else if (PanicOf(text) is { } panic)
            events.Add(new BoardPanicEvent(at, panic));
        else
            ReadSentence(at, text, events);
    }

    private void ReadSentence(LogPosition at, string text, List<BoardLogEntry> events)
    {
        switch (text.TrimEnd())
        {
            case "Provisioning failed!":
                _failure = at;
                break;
            case FirmwareMessages.CredentialsReceived:
                _awaitsSsid = true;
                break;
            case "Provisioning successful":
                events.Add(new BoardEvent(at, BoardEventKind.ProvisioningSucceeded, ""));
                break;
            case "Provisioning stopped":
                events.Add(new BoardEvent(at, BoardEventKind.ProvisioningStopped, ""));
                break;
            case "Thread attached":
                events.Add(new BoardEvent(at, BoardEventKind.ThreadAttached, ""));
                break;
            case "Secured session established!":
                events.Add(new BoardEvent(at, BoardEventKind.SessionEstablished, ""));
                break;
            case "Received invalid security parameters for establishing secure session!":
                events.Add(new BoardEvent(at, BoardEventKind.SessionRefused, "invalid security parameters"));
                break;
            case "Received incorrect username and/or PoP for establishing secure session!":
                events.Add(new BoardEvent(at, BoardEventKind.SessionRefused, "incorrect username or proof of possession"));
                break;
            case "Development mode: using hard coded salt":
                AddSecurity(at, SecurityVersion.Security2, events);
                break;
            case "BLE transport: Connected!" or "BLE transport: Disconnected!":
                AddTransport(at, ProvisioningTransport.Ble, IsConnected(text), events);
                break;
            case "SoftAP transport: Connected!" or "SoftAP transport: Disconnected!":
                AddTransport(at, ProvisioningTransport.SoftAP, IsConnected(text), events);
                break;
            case var other when other.StartsWith("Already provisioned", StringComparison.Ordinal):
                events.Add(new BoardEvent(at, BoardEventKind.AlreadyProvisioned, ""));
                break;
        }
    }

    private void ReadBootloader(LogPosition at, string text, List<BoardLogEntry> events)
    {
        if (text.StartsWith("Partition Table:", StringComparison.Ordinal))
        {
            _isInTable = true;
            _partitions.Clear();
        }
        else if (_isInTable && text.StartsWith("End of partition table", StringComparison.Ordinal))
        {
            _isInTable = false;
            events.Add(new BoardPartitionTableEvent(at, _partitions.ToArray()));
        }
        else if (_isInTable && _partitions.Count < MaxPartitions && Partition().Match(text) is { Success: true } row)
        {
            _partitions.Add(new BoardPartition
            {
                Label = TextOf(row.Groups[1]).TrimEnd(),
                Type = byte.Parse(row.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                SubType = byte.Parse(row.Groups[3].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                Offset = uint.Parse(row.Groups[4].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                Size = uint.Parse(row.Groups[5].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            });
        }
    }

    private void AddSecurity(LogPosition at, SecurityVersion version, List<BoardLogEntry> events)
    {
        if (_security != version)
            events.Add(new BoardSecurityEvent(at, version));
        _security = version;
    }

    private void AddTransport(LogPosition at, ProvisioningTransport transport, bool? isConnected, List<BoardLogEntry> events)
    {
        if (isConnected is not null || _transport != transport)
            events.Add(new BoardTransportEvent(at, transport, isConnected));
        _transport = transport;
    }

    // Tags of firmware components that belong to one transport only.
    private static ProvisioningTransport? TransportOf(string? tag) => tag switch
    {
        "network_prov_scheme_ble" or "wifi_prov_scheme_ble" or "protocomm_ble" or "protocomm_nimble" or "simple_ble" =>
            ProvisioningTransport.Ble,
        "network_prov_scheme_softap" or "wifi_prov_scheme_softap" or "protocomm_httpd" => ProvisioningTransport.SoftAP,
        "network_prov_scheme_console" or "wifi_prov_scheme_console" or "protocomm_console" => ProvisioningTransport.Serial,
        _ => null,
    };

    private void AddDisconnected(LogPosition at, int reason, List<BoardLogEntry> events)
    {
        _address = null;
        events.Add(new BoardDisconnectedEvent(at, reason));
    }

    // ESP-IDF and the example both print the address.
    private void AddAddress(LogPosition at, string text, List<BoardLogEntry> events)
    {
        if (!IPAddress.TryParse(text, out IPAddress? address)
            || address.AddressFamily is not AddressFamily.InterNetwork
            || address.Equals(_address))
        {
            return;
        }

        _address = address;
        events.Add(new BoardAddressEvent(at, address));
    }

    // Escaped again: a character that is safe within a text may not be safe at the start of a part of it.
    private static string TextOf(Group part) => UntrustedText.Show(part.Value);

    private static bool IsConnected(string text) => !text.Contains("Disconnected", StringComparison.Ordinal);

    private static string? PanicOf(string text)
    {
        if (Panic().Match(text) is { Success: true } panic)
            return TextOf(panic.Groups[1]);
        if (StackOverflow().Match(text) is { Success: true } overflow)
            return $"stack overflow in task {TextOf(overflow.Groups[1])}";
        if (text.StartsWith(FirmwareMessages.Abort, StringComparison.Ordinal))
            return "abort()";
        if (text.StartsWith(FirmwareMessages.AssertFailed + " ", StringComparison.Ordinal))
            return text;
        return text.StartsWith(FirmwareMessages.Brownout, StringComparison.Ordinal) ? "brownout" : null;
    }

    [GeneratedRegex(FirmwareMessages.SsidPattern + "(.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Ssid();

    [GeneratedRegex(@"^ {2,}Reason : (.*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Reason();

    [GeneratedRegex(
        FirmwareMessages.Reset + @"([0-9a-fA-F]{1,4}) \(([^)]{0,40})\),boot:0x[0-9a-fA-F]{1,4} \((.{0,60})\)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Reset();

    [GeneratedRegex(
        "^" + FirmwareMessages.Panic + @" (?:Core +[0-9]+ panic'ed )?\(([^)]{0,80})\)", RegexOptions.CultureInvariant)]
    private static partial Regex Panic();

    [GeneratedRegex(@"^\*\*\*ERROR\*\*\* A stack overflow in task (.{0,40}) has been detected", RegexOptions.CultureInvariant)]
    private static partial Regex StackOverflow();

    [GeneratedRegex(@"^Provisioning started with service name : (.*?) *$", RegexOptions.CultureInvariant)]
    private static partial Regex ServiceName();

    [GeneratedRegex(@"^Disconnect reason : ([0-9]{1,5})$", RegexOptions.CultureInvariant)]
    private static partial Regex DisconnectReason();

    [GeneratedRegex(@"^(?:sta ip: |Connected with IP Address: ?)([0-9.]{7,15})", RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(
        @"^ *[0-9]{1,3} (.{16}) .{16,32} ([0-9a-f]{2}) ([0-9a-f]{2}) ([0-9a-f]{8}) ([0-9a-f]{8})$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Partition();

    [GeneratedRegex(@"https?://\S+[?&]data=\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Url();
}
