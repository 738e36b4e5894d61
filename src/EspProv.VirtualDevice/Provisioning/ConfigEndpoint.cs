using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual;

/// <summary>The <c>prov-config</c> endpoint: set, apply and status for Wi-Fi (PROTOCOL.md §3).</summary>
internal sealed class ConfigEndpoint(ProvisioningStateMachine machine)
{
    /// <summary>Its name.</summary>
    public const string Name = "prov-config";

    /// <summary>Answers one command; null for what the firmware cannot make sense of.</summary>
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

    // Status and Apply carry nothing, and are understood without their empty submessage too; Set is not.
    private ConfigPayload? Answer(ConfigPayload command) => command.Msg switch
    {
        ConfigMessage.ConfigGetWifiStatusCmd => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigGetWifiStatusResp,
            GetWifiStatusResp = machine.GetStatus(),
        },
        ConfigMessage.ConfigSetWifiConfigCmd when command.SetWifiConfigCmd is { } set => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigSetWifiConfigResp,
            SetWifiConfigResp = new SetConfigResp { Status = machine.Set(set) },
        },
        ConfigMessage.ConfigApplyWifiConfigCmd => new ConfigPayload
        {
            Msg = ConfigMessage.ConfigApplyWifiConfigResp,
            ApplyWifiConfigResp = new ApplyConfigResp { Status = machine.Apply() },
        },
        _ => null,
    };
}
