using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Virtual;

/// <summary>The <c>prov-ctrl</c> endpoint: reset and reprovision for Wi-Fi (PROTOCOL.md §3).</summary>
internal sealed class ControlEndpoint(ProvisioningStateMachine machine)
{
    /// <summary>Its name.</summary>
    public const string Name = "prov-ctrl";

    /// <summary>Answers one command; null for what the firmware cannot make sense of.</summary>
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
                Status = machine.Reset(),
                WifiResetResp = new CtrlResp(),
            },
            CtrlMessage.CtrlWifiReprovCmd => new CtrlPayload
            {
                Msg = CtrlMessage.CtrlWifiReprovResp,
                Status = machine.Reprovision(),
                WifiReprovResp = new CtrlResp(),
            },
            _ => null,
        };
        return Task.FromResult(answer?.ToByteArray());
    }
}
