using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual.Provisioning;

/// <summary>
/// The <c>prov-ctrl</c> endpoint: reset and reprovision (PROTOCOL.md §3). Firmware is built for one kind of network, and answers
/// commands of the other kind with InvalidArgument; wifi_provisioning does not support them.
/// </summary>
internal sealed class ControlEndpoint(WifiStateMachine? wifi, ThreadStateMachine? thread, bool knowsThread)
{
    /// <summary>Its name.</summary>
    public const string Name = EndpointNames.Control;

    /// <summary>Answers a command; null for one that the firmware cannot parse.</summary>
    public Task<byte[]?> HandleAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        CtrlPayload command;
        try
        {
            command = CtrlPayload.Parser.ParseFrom(request.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return Task.FromResult<byte[]?>(null);
        }

        CtrlPayload? answer = command.Msg switch
        {
            CtrlMessage.CtrlWifiResetCmd => new CtrlPayload
            {
                Msg = CtrlMessage.CtrlWifiResetResp,
                Status = wifi?.Reset() ?? Status.InvalidArgument,
                WifiResetResp = new CtrlResp(),
            },
            CtrlMessage.CtrlWifiReprovCmd => new CtrlPayload
            {
                Msg = CtrlMessage.CtrlWifiReprovResp,
                Status = wifi?.Reprovision() ?? Status.InvalidArgument,
                WifiReprovResp = new CtrlResp(),
            },
            CtrlMessage.CtrlThreadResetCmd when knowsThread => new CtrlPayload
            {
                Msg = CtrlMessage.CtrlThreadResetResp,
                Status = thread?.Reset() ?? Status.InvalidArgument,
                ThreadResetResp = new CtrlResp(),
            },
            CtrlMessage.CtrlThreadReprovCmd when knowsThread => new CtrlPayload
            {
                Msg = CtrlMessage.CtrlThreadReprovResp,
                Status = thread?.Reprovision() ?? Status.InvalidArgument,
                ThreadReprovResp = new CtrlResp(),
            },
            _ => null,
        };
        return Task.FromResult(answer?.ToByteArray());
    }
}
