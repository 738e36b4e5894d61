using System.Text;
using EspProv.Security;
using EspProv.Virtual;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Virtual;

/// <summary>A client that follows the rules: one raw connection, the device's cookie, one security scheme.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly string _address;
    private readonly ISecurityScheme _scheme;
    private RawHttpConnection _connection;

    private TestClient(string address, RawHttpConnection connection, ISecurityScheme scheme)
    {
        _address = address;
        _connection = connection;
        _scheme = scheme;
    }

    public RawHttpConnection Connection => _connection;

    public string? Cookie { get; private set; }

    /// <summary>Connects and shakes hands with the secrets that the device was built with, or with others.</summary>
    public static async Task<TestClient> OpenAsync(VirtualDevice device, string? secret = null)
    {
        TestClient client = await ConnectAsync(device, secret);
        await client.EstablishAsync();
        return client;
    }

    /// <summary>Connects only.</summary>
    public static async Task<TestClient> ConnectAsync(VirtualDevice device, string? secret = null)
    {
        VirtualDeviceOptions options = device.Options;
        ISecurityScheme scheme = options.SecurityVersion switch
        {
            SecurityVersion.Security0 => new Security0(),
            SecurityVersion.Security1 => new Security1(Secret.FromUtf8(secret ?? options.ProofOfPossession), SystemRandomSource.Instance),
            _ => new Security2(
                options.Username,
                Secret.FromUtf8(secret ?? options.Password),
                options.Security2Patch == Security2Patch.Patch1 ? 1 : null,
                useVendorToolHash: false,
                SystemRandomSource.Instance),
        };
        return new TestClient(device.Address, await RawHttpConnection.OpenAsync(device.Address), scheme);
    }

    public Task EstablishAsync() => _scheme.EstablishAsync(
        async (request, _) => await PostAsync("prov-session", request.ToArray())
            ?? throw new ProvisioningException(ProvisioningErrorReason.SessionLost, "closed"),
        default);

    /// <summary>Takes a new connection, as a client does whose old one is gone.</summary>
    public async Task ReconnectAsync()
    {
        _connection.Dispose();
        _connection = await RawHttpConnection.OpenAsync(_address);
    }

    /// <summary>Posts a body as it is; null when the device closes.</summary>
    public async Task<byte[]?> PostAsync(string endpoint, byte[] body)
    {
        RawHttpResponse? response = await _connection.PostAsync(endpoint, body, Cookie);
        Cookie = response?.SetCookie ?? Cookie;
        return response?.Body;
    }

    /// <summary>Encrypts, posts, decrypts; null when the device closes.</summary>
    public async Task<byte[]?> SendAsync(string endpoint, byte[] plaintext) =>
        await PostAsync(endpoint, _scheme.Encrypt(plaintext)) is { } response ? _scheme.Decrypt(response) : null;

    public async Task<ConfigPayload?> ConfigAsync(ConfigPayload command) =>
        await SendAsync("prov-config", command.ToByteArray()) is { } response ? ConfigPayload.Parser.ParseFrom(response) : null;

    public async Task<ScanPayload?> ScanAsync(ScanPayload command) =>
        await SendAsync("prov-scan", command.ToByteArray()) is { } response ? ScanPayload.Parser.ParseFrom(response) : null;

    public async Task<Status> SetAsync(string ssid, string passphrase) => await SetAsync(new SetWifiConfigCmd
    {
        Ssid = ByteString.CopyFromUtf8(ssid),
        Passphrase = ByteString.CopyFromUtf8(passphrase),
    });

    public async Task<Status> SetAsync(SetWifiConfigCmd command) =>
        (await ConfigAsync(new ConfigPayload { Msg = ConfigMessage.ConfigSetWifiConfigCmd, SetWifiConfigCmd = command }))!.SetWifiConfigResp.Status;

    public async Task<Status> ApplyAsync() =>
        (await ConfigAsync(new ConfigPayload { Msg = ConfigMessage.ConfigApplyWifiConfigCmd, ApplyWifiConfigCmd = new ApplyConfigCmd() }))!.ApplyWifiConfigResp.Status;

    public async Task<GetWifiStatusResp> GetStatusAsync() =>
        (await ConfigAsync(new ConfigPayload { Msg = ConfigMessage.ConfigGetWifiStatusCmd, GetWifiStatusCmd = new GetWifiStatusCmd() }))!.GetWifiStatusResp;

    public async Task<Status> ControlAsync(CtrlMessage command)
    {
        byte[]? response = await SendAsync("prov-ctrl", new CtrlPayload { Msg = command }.ToByteArray());
        return CtrlPayload.Parser.ParseFrom(response!).Status;
    }

    public async Task<string> GetVersionAsync() => Encoding.UTF8.GetString((await PostAsync("proto-ver", "---"u8.ToArray()))!);

    public async Task ProvisionAsync(string ssid, string passphrase)
    {
        Assert.Equal(Status.Success, await SetAsync(ssid, passphrase));
        Assert.Equal(Status.Success, await ApplyAsync());
    }

    public void Dispose()
    {
        _connection.Dispose();
        _scheme.Dispose();
    }
}
