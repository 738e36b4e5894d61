using System.Globalization;
using System.Net.Sockets;
using EspProv.Devices;
using EspProv.Security;
using EspProv.Tests.Support;
using EspProv.Tests.Virtual.Recorded;
using EspProv.Virtual;
using EspProv.Virtual.Worlds;
using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Tests.Virtual;

/// <summary>The virtual device in the place of the vendor's firmware for Thread: every recorded request has to get the recorded bytes, or none.</summary>
[Trait("Category", "Vectors")]
public class RecordedHandlersTests
{
    private static readonly TimeSpan JoinTime = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Cases => new(Recording.Handlers.Cases.Select(recorded => recorded.Name));

    public static TheoryData<string> Datasets => new(Recording.Datasets.Select(dataset => dataset.Name));

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_device_answers_as_the_firmware_did(string name)
    {
        RecordedCase recorded = Recording.Handlers.Cases.Single(recorded => recorded.Name == name);
        var time = new ManualTimeProvider();
        var driver = new StubbedDriver();
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            new VirtualDeviceOptions
            {
                Component = ProvisioningComponent.NetworkProvisioning,
                Network = recorded.Network == "thread" ? ProvisioningNetwork.Thread : ProvisioningNetwork.Wifi,
                SecurityVersion = SecurityVersion.Security0,
                ThreadNetworks = recorded.Hears ?? Recording.Handlers.Hears,
                World = driver,
                KeepServiceUp = recorded.KeepServiceUp,
                ConnectDelay = JoinTime,
                ScanDelay = TimeSpan.Zero,
                TimeProvider = time,
            },
            default);
        using TestClient client = await TestClient.OpenAsync(device);

        for (int i = 0; i < recorded.Steps.Count; i++)
        {
            RecordedStep step = recorded.Steps[i];
            string what = string.Create(CultureInfo.InvariantCulture, $"step {i}, {step.Endpoint} {Hex(step.RequestHex)}");
            if (step.WaitMs is { } wait)
            {
                driver.Joins = step.Joins;
                time.Advance(TimeSpan.FromMilliseconds(wait));
            }
            else if (step.Stopped)
            {
                Assert.True(await IsGoneAsync(device, client), what);
            }
            else
            {
                byte[]? response = await client.SendAsync(step.Endpoint!, step.RequestHex!);
                Assert.True(Hex(step.ResponseHex) == Hex(response), $"{what}: {Hex(response)} instead of {Hex(step.ResponseHex)}");
                if (response is null)
                    await client.ReconnectAsync();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task The_device_takes_the_datasets_that_OpenThread_takes(string name)
    {
        RecordedDataset dataset = Recording.Datasets.Single(dataset => dataset.Name == name);
        await using VirtualDevice device = await VirtualDevice.StartAsync(
            new VirtualDeviceOptions
            {
                Component = ProvisioningComponent.NetworkProvisioning,
                Network = ProvisioningNetwork.Thread,
                SecurityVersion = SecurityVersion.Security0,
                ConnectDelay = TimeSpan.FromHours(1),
            },
            default);
        using TestClient client = await TestClient.OpenAsync(device);

        ConfigPayload set = (await client.ConfigAsync(new ConfigPayload
        {
            Msg = ConfigMessage.ConfigSetThreadConfigCmd,
            SetThreadConfigCmd = new SetThreadConfigCmd { Dataset = ByteString.CopyFrom(dataset.TlvsHex) },
        }))!;
        ConfigPayload apply = (await client.ConfigAsync(new ConfigPayload { Msg = ConfigMessage.ConfigApplyThreadConfigCmd }))!;
        ConfigPayload status = (await client.ConfigAsync(new ConfigPayload { Msg = ConfigMessage.ConfigGetThreadStatusCmd }))!;

        Assert.Equal(Status.Success, set.SetThreadConfigResp.Status);
        Assert.Equal(dataset.Accepted ? Status.Success : Status.InternalError, apply.ApplyThreadConfigResp.Status);
        Assert.Equal(
            dataset.Accepted ? new GetThreadStatusResp { ThreadState = global::EspProv.Wire.ThreadState.ThreadAttaching }
                : new GetThreadStatusResp { ThreadState = global::EspProv.Wire.ThreadState.ThreadAttachingFailed, FailReason = ThreadFailReason.ThreadDatasetInvalid },
            status.GetThreadStatusResp);
    }

    // The service ends on a thread of its own.
    private static async Task<bool> IsGoneAsync(VirtualDevice device, TestClient client)
    {
        if (await client.Connection.WaitForEndAsync(TimeSpan.FromSeconds(30)) != ConnectionEnd.Closed)
            return false;
        for (int i = 0; i < 3000; i++)
        {
            try
            {
                (await RawHttpConnection.OpenAsync(device.Address)).Dispose();
                await Task.Delay(10);
            }
            catch (SocketException)
            {
                return true;
            }
        }

        return false;
    }

    private static string Hex(byte[]? bytes) => bytes is null ? "nothing" : Convert.ToHexStringLower(bytes);

    /// <summary>The stubbed Wi-Fi driver: two access points, of which the first is the one that is joined, whatever was asked for.</summary>
    private sealed class StubbedDriver : IWifiWorld
    {
        private static readonly HeardAccessPoint[] Heard =
        [
            new("net0"u8.ToArray(), Convert.FromHexString("010203040506"), 1, -40, 3),
            new("net1"u8.ToArray(), Convert.FromHexString("111213141516"), 2, -41, 3),
        ];

        public bool Joins { get; set; }

        public IReadOnlyList<HeardAccessPoint> Scan() => Heard;

        public VirtualJoin Join(ReadOnlySpan<byte> ssid, Func<string, bool> acceptsPassphrase) =>
            Joins ? new VirtualJoin(JoinOutcome.Connected, Heard[0], "192.168.43.7") : new VirtualJoin(JoinOutcome.NetworkNotFound);
    }
}
