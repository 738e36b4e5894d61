using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Sessions;

/// <summary>The console transport through the host's prompts, with a person who carries the hex to a virtual device over HTTP.</summary>
public sealed class ConsoleTransportTests : ModuleTest
{
    private static readonly Dictionary<string, string> Endpoints = new(StringComparer.Ordinal)
    {
        ["ff4f"] = "prov-ctrl",
        ["ff50"] = "prov-scan",
        ["ff51"] = "prov-session",
        ["ff52"] = "prov-config",
        ["ff53"] = "proto-ver",
    };

    private readonly HttpClient _tool = new(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 1 });
    private string? _cookie;

    public override void Dispose()
    {
        base.Dispose();
        _tool.Dispose();
    }

    [Fact]
    public void A_person_provisions_a_device_by_hand()
    {
        StartDevice();
        string address = RunClean<string>("(Get-EspVirtualDevice).Address");
        Host.ReadLine = () => Answer(address);

        RunClean("$session = Connect-EspProvSession -Transport Console -Address PROV_261FCC -ProofOfPossession abcd1234");
        Assert.Equal("Console Opened", RunClean<string>("\"$($session.Transport) $($session.State)\""));
        Assert.Equal("MyHomeWiFiAP", RunClean<string>("(Get-EspWifiScan $session -First 1).Ssid"));
        Assert.Equal("Connected", RunClean<string>("(Set-EspWifiCredential $session MyHomeWiFiAP mypassword).Status"));

        Assert.Contains("BLECLI >> Please connect to BLE device `PROV_261FCC` manually using your tool of choice", Host.Shown, StringComparison.Ordinal);
        Assert.Contains("    << ", Host.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("mypassword", Host.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_no_is_an_error_of_the_devices()
    {
        Host.ReadLine = () => "n";
        Assert.Equal("DeviceUnreachable", IdOf(RunToError("Connect-EspProvSession -Transport Console -Address PROV_261FCC")));
    }

    [Fact]
    public void A_host_without_a_person_says_so()
    {
        Host.ReadLine = () => throw new System.Management.Automation.Host.HostException("Nobody.");
        Assert.Equal("TransportUnavailable", IdOf(RunToError("Connect-EspProvSession -Transport Console -Address PROV_261FCC")));
    }

    // What a person would do who has the lines before them.
    private string Answer(string address)
    {
        string shown = Host.Shown;
        string last = shown[shown.LastIndexOf("BLECLI >> ", StringComparison.Ordinal)..].Trim();
        if (last.EndsWith("[y/n]", StringComparison.Ordinal))
            return !last.Contains("UUID", StringComparison.Ordinal) || last.Contains("9004", StringComparison.Ordinal) || Endpoints.ContainsKey(UuidDigits(last)) ? "y" : "n";
        string write = shown[shown.LastIndexOf("Write following data", StringComparison.Ordinal)..];
        string endpoint = Endpoints[UuidDigits(write)];
        string hex = Regex.Match(write, ">> ([0-9a-f]+)").Groups[1].Value;

        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{address}/{endpoint}");
        request.Content = new ByteArrayContent(Convert.FromHexString(hex));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
        if (_cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", _cookie);
        using HttpResponseMessage response = _tool.Send(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        if (response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set))
            _cookie = set.First().Split(';')[0];
        using var body = new MemoryStream();
        response.Content.CopyTo(body, null, CancellationToken.None);
        return Convert.ToHexString(body.ToArray()).ToLower(CultureInfo.InvariantCulture);
    }

    private static string UuidDigits(string line) => line.Split('\'')[1][4..8];
}
