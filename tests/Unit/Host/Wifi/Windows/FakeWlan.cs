using System.Net;
using System.Text;
using System.Threading.Channels;
using EspProv.Host.Wifi.Windows;

namespace EspProv.Tests.Host.Wifi.Windows;

/// <summary>A Wi-Fi service of our own in Windows' place: it keeps what it was asked, and does what its properties say.</summary>
internal sealed class FakeWlan : IWlanApi
{
    public static readonly Guid Wifi = new("11111111-2222-3333-4444-555555555555");
    public static readonly Guid Stick = new("99999999-2222-3333-4444-555555555555");

    private readonly List<string> _log = [];

    public List<WlanInterface> Interfaces { get; set; } = [new(Wifi, "Wireless adapter", IsReady: true, IsConnected: true)];

    public Dictionary<Guid, List<WlanAccessPoint>> AccessPoints { get; } = new() { [Wifi] = [AccessPoint("PROV_261FCC", 1, -60, "wpa2"), AccessPoint("PROV_OPEN", 2, -70)] };

    /// <summary>Heard by a scan only.</summary>
    public List<WlanAccessPoint> Later { get; } = [];

    public WlanConnection? Connection { get; set; } = new("office & co", "office"u8.ToArray(), 1);

    public WlanRadio Radio { get; set; } = WlanRadio.On;

    /// <summary>Functions that fail, with their errors.</summary>
    public Dictionary<string, uint> Errors { get; } = [];

    /// <summary>What comes of joining the device's network: reasons of attempts, and the end's. Null for nothing at all.</summary>
    public uint[]? Outcome { get; set; } = [0];

    /// <summary>Whether a scan says when it is over.</summary>
    public bool SaysScanEnded { get; set; } = true;

    /// <summary>The addresses on the device's network, as one looks again and again; the last stays.</summary>
    public Queue<IPAddress[]> Addresses { get; } = new([[IPAddress.Loopback]]);

    public IPAddress[] FormerAddresses { get; set; } = [IPAddress.Parse("192.168.1.20")];

    public List<string> Profiles { get; } = [];

    public int Open { get; private set; }

    /// <summary>Called for each call, with what was asked.</summary>
    public Action<string>? Asked { get; set; }

    public string[] Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    public bool HasRestored => Log.Contains("ConnectByName office & co 1");

    public static WlanAccessPoint AccessPoint(string ssid, byte number, int rssi, string security = "open") => new(
        Encoding.UTF8.GetBytes(ssid),
        [0x24, 0x0A, 0xC4, 0, 0, number],
        rssi,
        (ushort)(security == "open" ? 0x0401 : 0x0411),
        security == "open" ? [] : Convert.FromHexString("30140100000fac040100000fac040100000fac" + (security == "wpa3" ? "08" : "02") + "0000"));

    IWlanClient IWlanApi.Open()
    {
        Do("Open");
        return new Client(this);
    }

    private void Do(string what)
    {
        lock (_log)
            _log.Add(what);
        if (Errors.TryGetValue(what.Split(' ')[0], out uint error))
            throw new WlanException("Wlan" + what.Split(' ')[0], error);
        Asked?.Invoke(what);
    }

    private sealed class Client : IWlanClient
    {
        private readonly FakeWlan _fake;
        private readonly Channel<WlanNotification> _notifications = Channel.CreateUnbounded<WlanNotification>();
        private bool _isOnDevice;

        public Client(FakeWlan fake)
        {
            _fake = fake;
            fake.Open++;

            // Left over from what was before, and none of it is an answer.
            Say(WlanEvent.ConnectEnded, "PROV_261FCC"u8.ToArray(), 0x38002);
        }

        public ChannelReader<WlanNotification> Notifications => _notifications.Reader;

        public IReadOnlyList<WlanInterface> GetInterfaces()
        {
            _fake.Do("GetInterfaces");
            return _fake.Interfaces;
        }

        public WlanRadio GetRadio(Guid interfaceId)
        {
            _fake.Do("GetRadio");
            return _fake.Radio;
        }

        public void Scan(Guid interfaceId)
        {
            _fake.Do("Scan");
            if (_fake.AccessPoints.TryGetValue(interfaceId, out List<WlanAccessPoint>? list))
                list.AddRange(_fake.Later);
            if (_fake.SaysScanEnded)
                _notifications.Writer.TryWrite(new WlanNotification(interfaceId, WlanEvent.ScanEnded, [], 0));
        }

        public IReadOnlyList<WlanAccessPoint> GetAccessPoints(Guid interfaceId)
        {
            _fake.Do("GetAccessPoints");
            return _fake.AccessPoints.GetValueOrDefault(interfaceId) ?? [];
        }

        public WlanConnection? GetConnection(Guid interfaceId)
        {
            _fake.Do("GetConnection");
            return _fake.Connection;
        }

        public void ConnectByXml(Guid interfaceId, ReadOnlySpan<char> profileXml)
        {
            string text = profileXml.TrimEnd('\0').ToString();
            _fake.Profiles.Add(text);
            _fake.Do($"ConnectByXml {interfaceId.ToString()[..1]}");
            string hex = text[(text.IndexOf("<hex>", StringComparison.Ordinal) + 5)..text.IndexOf("</hex>", StringComparison.Ordinal)];
            byte[] ssid = Convert.FromHexString(hex);

            // Of another interface, and of another network: not what is waited for.
            _notifications.Writer.TryWrite(new WlanNotification(Guid.NewGuid(), WlanEvent.ConnectEnded, ssid, 0));
            Say(WlanEvent.ConnectEnded, "elsewhere"u8.ToArray(), 0, interfaceId);
            for (int i = 0; i < _fake.Outcome?.Length; i++)
                Say(i == _fake.Outcome.Length - 1 ? WlanEvent.ConnectEnded : WlanEvent.AttemptFailed, ssid, _fake.Outcome[i], interfaceId);
            _isOnDevice = true;
        }

        public void ConnectByName(Guid interfaceId, string profile, int bssType)
        {
            _fake.Do($"ConnectByName {profile} {bssType}");
            _isOnDevice = false;
            Say(WlanEvent.ConnectEnded, _fake.Connection!.Ssid, 0, interfaceId);
        }

        public void Disconnect(Guid interfaceId) => _fake.Do("Disconnect");

        public string Describe(uint reason) => "Something of Windows'.\r\n";

        public (string Name, IReadOnlyList<IPAddress> Addresses)? GetAddresses(Guid interfaceId)
        {
            if (!_isOnDevice)
                return ("lo", _fake.FormerAddresses);
            return ("lo", _fake.Addresses.Count > 1 ? _fake.Addresses.Dequeue() : _fake.Addresses.Peek());
        }

        public void Dispose() => _fake.Open--;

        private void Say(WlanEvent what, byte[] ssid, uint reason, Guid? interfaceId = null) =>
            _notifications.Writer.TryWrite(new WlanNotification(interfaceId ?? Wifi, what, ssid, reason));
    }
}
