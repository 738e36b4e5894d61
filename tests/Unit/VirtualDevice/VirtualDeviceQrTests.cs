using EspProv.Devices;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Manufacturing.Labels;
using EspProv.Transports.Http;
using EspProv.Virtual;
using Device = EspProv.Virtual.VirtualDevice;

namespace EspProv.Tests.Virtual;

public class VirtualDeviceQrTests
{
    private const string Page = "https://espressif.github.io/esp-jumpstart/qrcode.html?data=";

    [SkippableFact]
    public async Task A_device_with_the_qr_option_prints_what_stock_firmware_prints()
    {
        await using Device device = await Device.StartAsync(new() { Name = "PROV_EA69FC", ShowQr = true }, default);
        const string Text = """{"ver":"v1","name":"PROV_EA69FC","pop":"abcd1234","transport":"softap"}""";
        IReadOnlyList<string> log = device.MonitorLog;

        int scan = IndexOf(log, "app: Scan this QR code from the provisioning application for Provisioning.");
        Assert.EndsWith(" QRCODE: Encoding below text with ECC LVL 0 & QR Code Version 10", log[scan + 1], StringComparison.Ordinal);
        Assert.EndsWith(" QRCODE: " + Text, log[scan + 2], StringComparison.Ordinal);
        int url = IndexOf(log, "app: If QR code is not visible, copy paste the below URL in a browser.");
        Assert.Equal(Page + Text, log[url + 1]);

        IEnumerable<string> code = log.Skip(scan + 3).Take(url - scan - 3).TakeWhile(line => line.Length > 0);
        Assert.Equal([Text], OutsideReader.Decode(OutsideReader.Screenshot(code, lightText: false), ".pgm"));
    }

    [Fact]
    public async Task A_device_without_it_keeps_its_secret_to_itself()
    {
        await using Device device = await Device.StartAsync(new(), default);
        Assert.DoesNotContain(device.MonitorLog, line => line.Contains("abcd1234", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SecurityVersion.Security0, "abcd1234", ProvisioningComponent.WifiProvisioning, """{"ver":"v1","name":"x","transport":"softap"}""")]
    [InlineData(SecurityVersion.Security1, "", ProvisioningComponent.WifiProvisioning, """{"ver":"v1","name":"x","transport":"softap"}""")]
    [InlineData(SecurityVersion.Security2, "abcd1234", ProvisioningComponent.WifiProvisioning, """{"ver":"v1","name":"x","username":"wifiprov","pop":"abcd1234","transport":"softap"}""")]
    [InlineData(SecurityVersion.Security1, "abcd1234", ProvisioningComponent.NetworkProvisioning, """{"ver":"v1","name":"x","pop":"abcd1234","transport":"softap","network":"wifi"}""")]
    public async Task The_code_follows_from_how_the_device_is_built(SecurityVersion security, string pop, ProvisioningComponent component, string expected)
    {
        await using Device device = await Device.StartAsync(new() { Name = "x", SecurityVersion = security, ProofOfPossession = pop, Component = component }, default);
        using QrPayload payload = device.CreateQrPayload();
        Assert.Equal(expected, payload.ToJson());
    }

    [Theory]
    [InlineData(SecurityVersion.Security1)]
    [InlineData(SecurityVersion.Security2)]
    public async Task What_the_code_says_opens_a_session(SecurityVersion security)
    {
        await using Device device = await Device.StartAsync(new() { SecurityVersion = security, ShowQr = true }, default);
        using var payload = QrPayload.Parse(device.MonitorLog.Single(line => line.StartsWith(Page, StringComparison.Ordinal)));
        var found = new ProvisioningDevice { Name = payload.Name, Transport = payload.Transport, Address = device.Address };

        await using ProvisioningSession session = await ProvisioningSession.ConnectAsync(
            found, new HttpTransport(device.Address), new SessionOptions { Credential = payload.CreateCredential() }, default);

        Assert.Equal(security, session.SecurityVersion);
    }

    /// <summary>An object from a QR code carries its pop under both names; that is no reason to warn.</summary>
    [Theory]
    [InlineData("abcd1234", 0)]
    [InlineData("something", 1)]
    public void A_pop_that_is_the_password_is_not_an_unused_secret(string pop, int notices)
    {
        using var credential = new SecurityCredential { Username = "wifiprov", Password = Secret.FromUtf8("abcd1234"), ProofOfPossession = Secret.FromUtf8(pop) };
        SecurityChoice choice = SecurityNegotiation.Choose(new DeviceCapability { Version = "v1.1", SecurityVersion = SecurityVersion.Security2 }, null, credential, allowUnencrypted: false);
        Assert.Equal(notices, choice.Notices.Count);
    }

    private static int IndexOf(IReadOnlyList<string> log, string ending)
        => log.Select((line, index) => (line, index)).Single(entry => entry.line.EndsWith(ending, StringComparison.Ordinal)).index;
}
