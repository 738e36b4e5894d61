using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Provisioning;

/// <summary>
/// The <c>prov-config</c> endpoint: set, apply and status (PROTOCOL.md §3). Firmware is built for one kind of network, and answers
/// commands of the other kind with InvalidArgument; wifi_provisioning does not support them.
/// </summary>
internal sealed class ConfigEndpoint(WifiStateMachine? wifi, ThreadStateMachine? thread, bool knowsThread)
{
    /// <summary>Its name.</summary>
    public const string Name = EndpointNames.Config;

    /// <summary>Answers a command; null for one that the firmware cannot parse.</summary>
    public Task<byte[]?> HandleAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        Task.FromResult(Parse(request) is { } command ? Answer(command)?.ToByteArray() : null);

    private static ConfigPayload? Parse(ReadOnlyMemory<byte> request)
    {
        try
        {
            return ConfigPayload.Parser.ParseFrom(request.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // Status and Apply are empty, and accepted without their submessage; Set is not.
    private ConfigPayload? Answer(ConfigPayload command) => command.Msg switch
    {
        ConfigMessage.ConfigGetWifiStatusCmd => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigGetWifiStatusResp,
            GetWifiStatusResp = wifi?.GetStatus() ?? new GetWifiStatusResp { Status = Status.InvalidArgument },
        },
        ConfigMessage.ConfigSetWifiConfigCmd when command.SetWifiConfigCmd is { } set => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigSetWifiConfigResp,
            SetWifiConfigResp = new SetConfigResp { Status = wifi?.Set(set) ?? Status.InvalidArgument },
        },
        ConfigMessage.ConfigApplyWifiConfigCmd => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigApplyWifiConfigResp,
            ApplyWifiConfigResp = new ApplyConfigResp { Status = wifi?.Apply() ?? Status.InvalidArgument },
        },
        ConfigMessage.ConfigGetThreadStatusCmd when knowsThread => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigGetThreadStatusResp,
            GetThreadStatusResp = thread?.GetStatus() ?? new GetThreadStatusResp { Status = Status.InvalidArgument },
        },
        ConfigMessage.ConfigSetThreadConfigCmd when knowsThread && command.SetThreadConfigCmd is { } set => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigSetThreadConfigResp,
            SetThreadConfigResp = new SetConfigResp { Status = thread?.Set(set) ?? Status.InvalidArgument },
        },
        ConfigMessage.ConfigApplyThreadConfigCmd when knowsThread => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigApplyThreadConfigResp,
            ApplyThreadConfigResp = new ApplyConfigResp { Status = thread?.Apply() ?? Status.InvalidArgument },
        },
        _ => null,
    };
}
