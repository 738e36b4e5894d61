using EspProv.Wire;
using Google.Protobuf;

namespace EspProv.Security;

/// <summary>Shared by the client's handshakes: one round trip, and checks of a reply's scheme, shape and status.</summary>
internal static class SessionHandshake
{
    /// <summary>Sends a handshake message and reads the reply, which must be of the same scheme.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.MalformedResponse"/>, <see cref="ProvisioningErrorReason.SecurityMismatch"/>, and
    /// what <paramref name="exchange"/> throws.
    /// </exception>
    internal static async Task<SessionData> ExchangeAsync(
        HandshakeExchange exchange, SessionData request, CancellationToken cancellationToken)
    {
        byte[] reply = await exchange(request.ToByteArray(), cancellationToken).ConfigureAwait(false);
        SessionData response;
        try
        {
            response = SessionData.Parser.ParseFrom(reply);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw Malformed("it is not a session message", exception);
        }

        // Proto3 omits zeros: an empty reply would look like one of security 0.
        if (response.PayloadCase == SessionData.PayloadOneofCase.None)
            throw Malformed("it has no payload");
        return response.SecVer == request.SecVer
            ? response
            : throw new ProvisioningException(
                ProvisioningErrorReason.SecurityMismatch,
                $"The device answered a handshake of security {(int)request.SecVer} with one of security {(int)response.SecVer}.")
            {
                Endpoint = EndpointNames.Session,
            };
    }

    /// <summary>
    /// As <see cref="ExchangeAsync"/>, for the client's proof. Firmware closes the link when the proof is wrong (PROTOCOL.md §6), so a lost
    /// link is a refusal.
    /// </summary>
    /// <param name="exchange">The round trip.</param>
    /// <param name="request">The message.</param>
    /// <param name="advice">What the user should check, as a sentence.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal static async Task<SessionData> ExchangeProofAsync(
        HandshakeExchange exchange, SessionData request, string advice, CancellationToken cancellationToken)
    {
        try
        {
            return await ExchangeAsync(exchange, request, cancellationToken).ConfigureAwait(false);
        }
        catch (ProvisioningException exception) when (exception.Reason == ProvisioningErrorReason.SessionLost)
        {
            throw Refused(advice, null, exception);
        }
    }

    /// <summary>Requires the status Success in the reply to the first message.</summary>
    internal static void RequireSuccess(Status status)
    {
        if (status != Status.Success)
            throw NotSuccessful(status);
    }

    /// <summary>Requires the status Success in the reply to the proof; some other statuses mean that the proof was refused.</summary>
    internal static void RequireProofAccepted(Status status, string advice)
    {
        if (status is Status.CryptoError or Status.InvalidSession or Status.InvalidArgument)
            throw Refused(advice, (DeviceStatus)status, null);
        RequireSuccess(status);
    }

    /// <summary>The device's proof is wrong: another device, or the wrong secret.</summary>
    internal static ProvisioningException DeviceUnproven(string advice)
        => new(ProvisioningErrorReason.WrongCredentials, "The device could not prove that it knows the same secret. " + advice)
        {
            Endpoint = EndpointNames.Session,
        };

    /// <summary>A malformed handshake reply.</summary>
    internal static ProvisioningException Malformed(string what, Exception? innerException = null)
        => new(ProvisioningErrorReason.MalformedResponse, $"The device's handshake reply is malformed: {what}.", innerException)
        {
            Endpoint = EndpointNames.Session,
        };

    /// <summary>A reply to another step.</summary>
    internal static ProvisioningException Unexpected(string expected)
        => new(ProvisioningErrorReason.UnexpectedResponse, $"The device's handshake reply is for another step; {expected} was expected.")
        {
            Endpoint = EndpointNames.Session,
        };

    private static ProvisioningException Refused(string advice, DeviceStatus? status, Exception? innerException)
        => new(ProvisioningErrorReason.WrongCredentials, "The device refused the proof. " + advice, innerException)
        {
            DeviceStatus = status,
            Endpoint = EndpointNames.Session,
        };

    private static ProvisioningException NotSuccessful(Status status)
    {
        ProvisioningErrorReason reason = status == Status.InvalidSecScheme
            ? ProvisioningErrorReason.SecurityMismatch
            : ProvisioningErrorReason.DeviceError;
        return new ProvisioningException(reason, $"The device refused the handshake with status {status}.")
        {
            DeviceStatus = (DeviceStatus)status,
            Endpoint = EndpointNames.Session,
        };
    }
}
