using System.Net.Sockets;
using EspProv.Devices;
using EspProv.Networks.Wifi;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Http;
using EspProv.Virtual;

namespace EspProv.Tests.Sessions;

/// <summary>The whole way, over HTTP on loopback, against the virtual device with the firmware's manners.</summary>
public class SessionOverHttpTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string, VirtualDeviceOptions> Devices => new()
    {
        { "security 0", Options with { SecurityVersion = SecurityVersion.Security0 } },
        { "security 1", Options },
        { "security 1, no_pop", Options with { ProofOfPossession = "" } },
        { "security 1, network_provisioning", Options with { Component = ProvisioningComponent.NetworkProvisioning } },
        { "security 1, no cookies", Options with { WithoutCookies = true } },
        { "security 2", Options with { SecurityVersion = SecurityVersion.Security2 } },
        { "security 2, 16-byte nonce", Options with { SecurityVersion = SecurityVersion.Security2, Security2Patch = Security2Patch.Patch0Nonce16 } },
        { "security 2, 12-byte nonce", Options with { SecurityVersion = SecurityVersion.Security2, Security2Patch = Security2Patch.Patch0Nonce12 } },
    };

    private static VirtualDeviceOptions Options => new()
    {
        ConnectDelay = TimeSpan.FromMilliseconds(5),
        ScanDelay = TimeSpan.FromMilliseconds(5),
        AccessPoints = [new VirtualAccessPoint { Ssid = "office", Passphrase = "secret123" }, new VirtualAccessPoint { Ssid = "guest", Rssi = -70 }],
    };

    [Theory]
    [MemberData(nameof(Devices))]
    public async Task Every_verb_works_on_every_kind_of_device(string what, VirtualDeviceOptions options)
    {
        Assert.NotEmpty(what);
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, CancellationToken.None);
        await using ProvisioningSession session = await ConnectAsync(device, options);
        Assert.Equal(options.SecurityVersion, session.SecurityVersion);

        IReadOnlyList<WifiAccessPoint> found = await session.ScanWifiAsync(new WifiScanOptions(), CancellationToken.None);
        Assert.Equal(["guest", "office"], found.Select(ap => ap.Ssid).Order());
        Assert.Equal("SUCCESS\0"u8.ToArray(), await session.SendCustomDataAsync("custom-data", "hello"u8.ToArray(), CancellationToken.None));
        Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(CancellationToken.None)).State);

        WifiProvisioningResult wrong = await ProvisionAsync(session, "office", "wrongpass");
        Assert.Equal((ProvisioningOutcome.Failed, "AuthError"), (wrong.Outcome, wrong.Reason));
        ProvisioningException refused = await Assert.ThrowsAsync<ProvisioningException>(() => ProvisionAsync(session, "office", "secret123"));
        Assert.Equal(ProvisioningErrorReason.InvalidDeviceState, refused.Reason);
        await session.ResetWifiAsync(CancellationToken.None);

        WifiProvisioningResult right = await ProvisionAsync(session, "office", "secret123");
        Assert.Equal((ProvisioningOutcome.Connected, device.IPAddress), (right.Outcome, right.IPAddress));
        Assert.Equal(1, session.HandshakeCount);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public async Task An_evicted_connection_costs_a_handshake_only_where_there_is_no_cookie(bool withoutCookies, int handshakes)
    {
        VirtualDeviceOptions options = Options with { WithoutCookies = withoutCookies };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, CancellationToken.None);
        await using ProvisioningSession session = await ConnectAsync(device, options);

        // The device serves one socket at a time, so a second one ends the session's.
        using (var intruder = new TcpClient())
        {
            string[] address = device.Address.Split(':');
            await intruder.ConnectAsync(address[0], int.Parse(address[1], System.Globalization.CultureInfo.InvariantCulture));
            await intruder.GetStream().WriteAsync("POST /nowhere HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"u8.ToArray());
            Assert.NotEqual(0, await intruder.GetStream().ReadAsync(new byte[1]));
        }

        Assert.Equal(WifiState.Connecting, (await session.GetWifiStatusAsync(CancellationToken.None)).State);
        Assert.Equal(handshakes, session.HandshakeCount);
    }

    [Theory]
    [InlineData(SecurityVersion.Security1)]
    [InlineData(SecurityVersion.Security2)]
    public async Task A_wrong_secret_is_refused_as_such(SecurityVersion version)
    {
        VirtualDeviceOptions options = Options with { SecurityVersion = version };
        await using VirtualDevice device = await VirtualDevice.StartAsync(options, CancellationToken.None);
        ProvisioningException refused = await Assert.ThrowsAsync<ProvisioningException>(
            () => ConnectAsync(device, options with { ProofOfPossession = "WRONG", Password = "WRONG" }));
        Assert.Equal(ProvisioningErrorReason.WrongCredentials, refused.Reason);

        // There is no lock-out: the right one is taken at once.
        await using ProvisioningSession session = await ConnectAsync(device, options);
        Assert.True(session.IsOpen);
    }

    [Fact]
    public async Task An_endpoint_that_the_device_lacks_is_named_and_the_session_goes_on()
    {
        await using VirtualDevice device = await VirtualDevice.StartAsync(Options, CancellationToken.None);
        await using ProvisioningSession session = await ConnectAsync(device, Options);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => session.SendCustomDataAsync("nowhere", new byte[1], CancellationToken.None));
        Assert.Equal((ProvisioningErrorReason.EndpointNotFound, "nowhere"), (error.Reason, error.Endpoint));
        await session.GetWifiStatusAsync(CancellationToken.None);
        Assert.Equal(2, session.HandshakeCount);
    }

    private static Task<ProvisioningSession> ConnectAsync(VirtualDevice device, VirtualDeviceOptions options) => ProvisioningSession.ConnectAsync(
        new ProvisioningDevice { Name = device.Name, Address = device.Address, Transport = ProvisioningTransport.SoftAP },
        new HttpTransport(device.Address),
        new SessionOptions
        {
            AllowUnencrypted = true,
            Credential = new SecurityCredential
            {
                ProofOfPossession = options is { SecurityVersion: SecurityVersion.Security1, ProofOfPossession.Length: > 0 } ? Secret.FromUtf8(options.ProofOfPossession) : null,
                Username = options.SecurityVersion is SecurityVersion.Security2 ? options.Username : null,
                Password = options.SecurityVersion is SecurityVersion.Security2 ? Secret.FromUtf8(options.Password) : null,
            },
        },
        CancellationToken.None);

    private static async Task<WifiProvisioningResult> ProvisionAsync(ProvisioningSession session, string ssid, string passphrase)
    {
        using var credential = new WifiCredential(System.Text.Encoding.UTF8.GetBytes(ssid), Secret.FromUtf8(passphrase));
        return await session.ProvisionWifiAsync(credential, Patience, null, CancellationToken.None);
    }
}
