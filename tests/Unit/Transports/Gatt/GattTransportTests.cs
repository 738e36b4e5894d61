using EspProv.Devices;
using EspProv.Security;
using EspProv.Sessions;
using EspProv.Tests.Support;
using EspProv.Transports;
using EspProv.Transports.Gatt;
using EspProv.Virtual.Protocomm;
using EspProv.Virtual.Security;

namespace EspProv.Tests.Transports.Gatt;

public sealed class GattTransportTests
{
    private static readonly GattTransportOptions Short = new()
    {
        ConnectTimeout = TimeSpan.FromMilliseconds(100),
        ExchangeTimeout = TimeSpan.FromMilliseconds(100),
        PairingTimeout = TimeSpan.FromMilliseconds(100),
    };

    private static readonly GattTransportOptions Generous = new() { ConnectTimeout = TimeSpan.FromMinutes(5), ExchangeTimeout = TimeSpan.FromMinutes(5) };

    // The order in which firmware creates them, which is the order of their numbers.
    private static InMemoryGattLink Device(Func<byte[], byte[]?>? config = null) => InMemoryGattLink.To(
        ("prov-ctrl", Echo), ("prov-scan", Echo), ("prov-session", Echo), ("prov-config", config ?? Echo), ("proto-ver", _ => "v1"u8.ToArray()),
        ("custom-data", Echo), ("Second-Custom", Echo));

    private static byte[]? Echo(byte[] request) => request;

    [Fact]
    public async Task An_exchange_is_one_write_and_one_read_of_the_same_characteristic()
    {
        InMemoryGattLink link = Device(request => [.. request, 0xFF]);
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        link.Operations.Clear();

        Assert.Equal([1, 2, 0xFF], await transport.ExchangeAsync("prov-config", new byte[] { 1, 2 }, default));
        Assert.Equal(["write prov-config", "read prov-config"], link.Operations);
        Assert.Equal((4, 0, 512), (transport.ScanPageSize, transport.ScanGroupChannels, transport.MaxRequestLength));
    }

    [Theory]
    [InlineData(GattTransport.MaxValueLength, true)]
    [InlineData(GattTransport.MaxValueLength + 1, false)]
    public async Task A_value_that_no_attribute_can_hold_is_a_malformed_response(int length, bool isTaken)
    {
        await using var transport = new GattTransport(Device(_ => new byte[length]), Generous);
        await transport.OpenAsync(default);
        Task<byte[]> exchange = transport.ExchangeAsync("prov-config", new byte[] { 1 }, default);
        if (isTaken)
        {
            Assert.Equal(length, (await exchange).Length);
            return;
        }

        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => exchange);
        Assert.Equal((ProvisioningErrorReason.MalformedResponse, "prov-config"), (error.Reason, error.Endpoint));
        await TransportAssert.IsClosedAsync(transport);
    }

    [Fact]
    public async Task A_service_with_endpoints_without_end_is_read_so_far_and_listed_in_part()
    {
        Func<byte[], byte[]?> echo = Echo;
        IEnumerable<(string, Func<byte[], byte[]?>)> many = Enumerable.Range(0, 2000).Select(i => ($"endpoint-{i}", echo));
        var link = InMemoryGattLink.To([("proto-ver", Echo), ("prov-session", Echo), .. many]);
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        Assert.Equal(256, transport.Endpoints.Count);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("nobody", new byte[] { 1 }, default));
        Assert.EndsWith("endpoint-13, and 240 more.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endpoints_are_found_by_their_descriptors_whatever_the_case()
    {
        await using var transport = new GattTransport(Device(), Generous);
        await transport.OpenAsync(default);

        Assert.Contains("Second-Custom", transport.Endpoints);
        Assert.Equal([7], await transport.ExchangeAsync("second-custom", new byte[] { 7 }, default));
        Assert.Equal(ProvisioningService.ManagerDefault, transport.ServiceUuid);
    }

    [Fact]
    public async Task Without_descriptors_the_numbers_stand_for_the_names()
    {
        InMemoryGattLink link = Device();
        link.HasNames = false;
        link.Service = ProvisioningService.Firmware40;
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);

        Assert.Equal(["prov-ctrl", "prov-scan", "prov-session", "prov-config", "proto-ver", "custom-data", "ff55"], transport.Endpoints);
        Assert.Equal("v1"u8.ToArray(), await transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default));
        Assert.Equal([3], await transport.ExchangeAsync("FF55", new byte[] { 3 }, default));
    }

    [Fact]
    public async Task A_service_of_the_applications_own_is_found_without_knowing_its_uuid()
    {
        InMemoryGattLink link = Device();
        link.Service = new Guid("b4df5a1c-3f6b-f4bf-ea4a-820304901a02");
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        Assert.Equal(link.Service, transport.ServiceUuid);
    }

    [Fact]
    public async Task A_device_without_the_advertised_service_is_not_a_provisioning_device_and_is_left_alone()
    {
        InMemoryGattLink link = Device();
        await using var transport = new GattTransport(link, Generous with { ServiceUuid = Guid.NewGuid() });
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
        Assert.Equal(ProvisioningErrorReason.NotAProvisioningDevice, error.Reason);
        Assert.Contains(ProvisioningService.ManagerDefault.ToString(), error.Message, StringComparison.Ordinal);
        Assert.False(link.IsConnected);
    }

    [Fact]
    public async Task A_device_with_other_services_only_is_not_a_provisioning_device()
    {
        await using var transport = new GattTransport(InMemoryGattLink.To(("Heart Rate", Echo)), Generous);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.OpenAsync(default));
        Assert.Equal(ProvisioningErrorReason.NotAProvisioningDevice, error.Reason);
    }

    [Theory]
    [InlineData("no-such-endpoint", 1, ProvisioningErrorReason.EndpointNotFound)]
    [InlineData("custom-data", 513, ProvisioningErrorReason.RequestTooLarge)]
    public async Task What_cannot_be_sent_is_refused_before_anything_is_and_leaves_the_session(string endpoint, int length, ProvisioningErrorReason reason)
    {
        InMemoryGattLink link = Device();
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        link.Operations.Clear();

        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync(endpoint, new byte[length], default));
        Assert.Equal((reason, endpoint), (error.Reason, error.Endpoint));
        Assert.Empty(link.Operations);
        Assert.Equal([7], await transport.ExchangeAsync("custom-data", new byte[] { 7 }, default));
    }

    [Fact]
    public async Task The_longest_value_passes()
    {
        await using var transport = new GattTransport(Device(), Generous);
        await transport.OpenAsync(default);
        Assert.Equal(512, (await transport.ExchangeAsync("custom-data", new byte[512], default)).Length);
    }

    [Theory]
    [InlineData(AttError.InvalidPdu, ProvisioningErrorReason.SessionLost)]
    [InlineData(AttError.UnlikelyError, ProvisioningErrorReason.SessionLost)]
    [InlineData(AttError.Unknown, ProvisioningErrorReason.SessionLost)]
    [InlineData((AttError)0x80, ProvisioningErrorReason.SessionLost)]
    [InlineData((AttError)0x85, ProvisioningErrorReason.SessionLost)]
    [InlineData(AttError.InvalidValueLength, ProvisioningErrorReason.RequestTooLarge)]
    [InlineData(AttError.PrepareQueueFull, ProvisioningErrorReason.RequestTooLarge)]
    [InlineData(AttError.WriteNotPermitted, ProvisioningErrorReason.EndpointNotFound)]
    [InlineData(AttError.InvalidHandle, ProvisioningErrorReason.EndpointNotFound)]
    [InlineData(AttError.InsufficientResources, ProvisioningErrorReason.DeviceError)]
    [InlineData(AttError.InsufficientAuthorization, ProvisioningErrorReason.DeviceError)]
    public async Task Att_errors_have_a_meaning_and_end_the_link(AttError error, ProvisioningErrorReason reason)
    {
        InMemoryGattLink link = Device(_ => null);
        link.Refusal = error;
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);

        ProvisioningException thrown = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("prov-config", new byte[] { 1 }, default));
        Assert.Equal((reason, "prov-config"), (thrown.Reason, thrown.Endpoint));
        await TransportAssert.IsClosedAsync(transport);
        Assert.False(link.IsConnected);
    }

    [Fact]
    public async Task A_reply_that_the_device_has_no_room_for_is_named_beside_a_request_that_is_too_long()
    {
        InMemoryGattLink link = Device(_ => null);
        link.Refusal = AttError.InvalidValueLength;
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        ProvisioningException thrown = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("prov-config", new byte[] { 1 }, default));
        Assert.Contains("does not accept 1 bytes, or has no room for its reply", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AttError.InvalidPdu, false)] // NimBLE
    [InlineData((AttError)0x85, false)] // Bluedroid since 5.4.4, 5.5.5 and 6.0.2
    [InlineData((AttError)0x85, true)] // its disconnect, which follows, came first
    public async Task A_refused_proof_is_wrong_credentials_whatever_the_stack_answers(AttError refusal, bool disconnectsFirst)
    {
        using var device = new ProtocommService(
            new DeviceSecurity1("abcd1234", SystemRandomSource.Instance, _ => { }), "v1"u8.ToArray(), null, TimeProvider.System);
        device.AddOwn("prov-session");
        device.AddOwn("proto-ver");
        var link = new InMemoryGattLink(device) { Refusal = refusal };
        int proofs = 0;
        link.Step = (operation, endpoint, _) =>
        {
            if (disconnectsFirst && $"{operation} {endpoint}" == "write prov-session" && ++proofs == 2)
                link.Drop();
            return Task.CompletedTask;
        };

        ProvisioningException thrown = await Assert.ThrowsAsync<ProvisioningException>(() => ProvisioningSession.ConnectAsync(
            new ProvisioningDevice { Name = "PROV_TWIN", Address = link.Address, Transport = ProvisioningTransport.Ble },
            new GattTransport(link, Generous),
            new SessionOptions { SecurityVersion = SecurityVersion.Security1, Credential = new SecurityCredential { ProofOfPossession = Secret.FromUtf8("wrong") } },
            default));

        Assert.Equal(ProvisioningErrorReason.WrongCredentials, thrown.Reason);
    }

    [Theory]
    [InlineData(182, ProvisioningErrorReason.SessionLost)]
    [InlineData(183, ProvisioningErrorReason.RequestTooLarge)]
    public async Task A_build_without_long_writes_is_named_as_such_only_for_a_long_write(int length, ProvisioningErrorReason reason)
    {
        InMemoryGattLink link = Device(_ => null);
        link.Refusal = AttError.RequestNotSupported;
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        ProvisioningException thrown = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("prov-config", new byte[length], default));
        Assert.Equal(reason, thrown.Reason);
    }

    [Fact]
    public async Task A_device_that_asks_for_encryption_is_paired_once_and_forgotten_at_the_end()
    {
        InMemoryGattLink link = Device();
        link.WantsEncryption = true;
        var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        Assert.DoesNotContain("pair", link.Operations);

        link.Operations.Clear();
        Assert.Equal([5], await transport.ExchangeAsync("prov-config", new byte[] { 5 }, default));
        Assert.Equal(["write prov-config", "pair", "write prov-config", "read prov-config"], link.Operations);
        await transport.ExchangeAsync("prov-config", new byte[] { 6 }, default);
        Assert.Single(link.Operations, "pair");

        await transport.DisposeAsync();
        Assert.False(link.IsPaired);
        Assert.Contains("unpair", link.Operations);
    }

    [Fact]
    public async Task A_write_that_was_taken_is_not_sent_again_when_the_read_asks_for_pairing()
    {
        int writes = 0;
        InMemoryGattLink link = Device(request =>
        {
            writes++;
            return request;
        });
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        link.Step = (operation, _, _) => operation == "read" && !link.IsPaired ? throw new GattException(AttError.InsufficientAuthentication) : Task.CompletedTask;

        Assert.Equal([9], await transport.ExchangeAsync("prov-config", new byte[] { 9 }, default));
        Assert.Equal(1, writes);
        Assert.True(link.IsPaired);
    }

    [Fact]
    public async Task A_pairing_from_before_is_used_and_kept()
    {
        InMemoryGattLink link = Device();
        link.WantsEncryption = true;
        link.IsPaired = true;
        var transport = new GattTransport(link, Generous with { Pairing = GattPairing.Always });
        await transport.OpenAsync(default);
        await transport.ExchangeAsync("prov-config", new byte[] { 1 }, default);
        await transport.DisposeAsync();
        Assert.True(link.IsPaired);
        Assert.DoesNotContain("pair", link.Operations);
    }

    [Fact]
    public async Task Keys_that_the_device_does_not_know_any_more_are_not_tried_for_ever()
    {
        InMemoryGattLink link = Device();
        link.IsPaired = true;
        await using var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        link.Step = (operation, _, _) => operation == "write" ? throw new GattException(AttError.InsufficientEncryption) : Task.CompletedTask;
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("prov-config", new byte[] { 1 }, default));
        Assert.Equal(ProvisioningErrorReason.PairingFailed, error.Reason);
    }

    [Theory]
    [InlineData("connect", ProvisioningErrorReason.ConnectTimeout)]
    [InlineData("list", ProvisioningErrorReason.ConnectTimeout)]
    [InlineData("describe", ProvisioningErrorReason.ConnectTimeout)]
    [InlineData("write", ProvisioningErrorReason.ExchangeTimeout)]
    [InlineData("read", ProvisioningErrorReason.ExchangeTimeout)]
    public async Task A_step_that_hangs_ends_in_time(string step, ProvisioningErrorReason reason)
    {
        InMemoryGattLink link = Device();
        link.Step = (operation, _, token) => operation == step ? InMemoryGattLink.Hang(token) : Task.CompletedTask;
        GattTransportOptions options = reason == ProvisioningErrorReason.ConnectTimeout ? Short : Short with { ConnectTimeout = Generous.ConnectTimeout };
        await using var transport = new GattTransport(link, options);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(async () =>
        {
            await transport.OpenAsync(default);
            await transport.ExchangeAsync("prov-config", new byte[] { 1 }, default);
        });
        Assert.Equal(reason, error.Reason);
        Assert.False(link.IsConnected);
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("describe")]
    [InlineData("write")]
    [InlineData("read")]
    public async Task The_callers_token_stops_every_step_and_leaves_no_link(string step)
    {
        using var stop = new CancellationTokenSource();
        InMemoryGattLink link = Device();
        link.Step = (operation, _, token) =>
        {
            if (operation != step)
                return Task.CompletedTask;
            stop.Cancel();
            return InMemoryGattLink.Hang(token);
        };
        await using var transport = new GattTransport(link, Generous);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await transport.OpenAsync(stop.Token);
            await transport.ExchangeAsync("prov-config", new byte[] { 1 }, stop.Token);
        });
        Assert.False(link.IsConnected);
    }

    [Theory]
    [InlineData("describe", ProvisioningErrorReason.DeviceUnreachable)]
    [InlineData("write", ProvisioningErrorReason.SessionLost)]
    [InlineData("read", ProvisioningErrorReason.SessionLost)]
    public async Task A_link_that_is_lost_says_so_and_can_be_opened_again(string step, ProvisioningErrorReason reason)
    {
        InMemoryGattLink link = Device();
        bool broken = true;
        link.Step = (operation, _, _) =>
        {
            if (operation == step && broken)
                link.Drop();
            return Task.CompletedTask;
        };
        await using var transport = new GattTransport(link, Generous);
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(async () =>
        {
            await transport.OpenAsync(default);
            await transport.ExchangeAsync("prov-config", new byte[] { 1 }, default);
        });
        Assert.Equal(reason, error.Reason);

        broken = false;
        await transport.OpenAsync(default);
        Assert.Equal([2], await transport.ExchangeAsync("prov-config", new byte[] { 2 }, default));
    }

    [Fact]
    public async Task Closing_twice_and_after_the_device_is_gone_is_quiet()
    {
        InMemoryGattLink link = Device();
        var transport = new GattTransport(link, Generous);
        await transport.OpenAsync(default);
        link.Step = (operation, _, _) => operation == "disconnect"
            ? throw new ProvisioningException(ProvisioningErrorReason.BluetoothAdapterNotFound, "gone")
            : Task.CompletedTask;
        await transport.CloseAsync();
        await transport.CloseAsync();
        await transport.DisposeAsync();
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default));
        Assert.Equal(ProvisioningErrorReason.SessionLost, error.Reason);
    }
}
