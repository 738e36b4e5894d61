using EspProv.Wire;

namespace EspProv.Sessions;

/// <summary>Turns a status in a reply into an error. The session remains usable: both sides are in step.</summary>
internal static class DeviceRefusal
{
    /// <summary>Throws unless <paramref name="status"/> is Success.</summary>
    /// <param name="status">The device's status.</param>
    /// <param name="command">The command, as in "refused to …".</param>
    /// <param name="endpoint">The endpoint that answered.</param>
    /// <param name="stateAdvice">For commands where InternalError means a wrong state: what to do.</param>
    public static void ThrowIfRefused(Status status, string command, string endpoint, string? stateAdvice = null)
    {
        if (status is Status.Success)
            return;
        bool wrongState = status is Status.InternalError && stateAdvice is not null;
        var name = (DeviceStatus)(int)status;
        string message = $"The device refused to {command} ({name}).";
        throw new ProvisioningException(
            wrongState ? ProvisioningErrorReason.InvalidDeviceState : ProvisioningErrorReason.DeviceError,
            wrongState ? $"{message} {stateAdvice}" : message)
        {
            DeviceStatus = name,
            Endpoint = endpoint,
        };
    }
}
