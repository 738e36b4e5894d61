using Google.Protobuf;

namespace EspProv.Wire;

/// <summary>Checks of every decrypted reply: that it parses, and that it answers the request.</summary>
internal static class Reply
{
    /// <summary>Parses a payload.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.MalformedResponse"/>.</exception>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> reply, string endpoint)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(reply);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.MalformedResponse,
                $"The reply of '{endpoint}' cannot be parsed: it is truncated or malformed.",
                exception)
            { Endpoint = endpoint };
        }
    }

    /// <summary>Parses a reply of <c>prov-config</c> to one command.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.MalformedResponse"/>, <see cref="ProvisioningErrorReason.UnexpectedResponse"/>.
    /// </exception>
    public static ConfigPayload ParseConfig(byte[] reply, ConfigMessage expected)
    {
        ConfigPayload payload = Parse(ConfigPayload.Parser, reply, EndpointNames.Config);
        Expect(expected, payload.Msg, EndpointNames.Config);
        return payload;
    }

    /// <summary>Parses a reply of <c>prov-scan</c> to one command.</summary>
    /// <inheritdoc cref="ParseConfig"/>
    public static ScanPayload ParseScan(byte[] reply, ScanMessage expected)
    {
        ScanPayload payload = Parse(ScanPayload.Parser, reply, EndpointNames.Scan);
        Expect(expected, payload.Msg, EndpointNames.Scan);
        return payload;
    }

    /// <summary>Throws if the reply is for another command.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.UnexpectedResponse"/>.</exception>
    public static void Expect<T>(T expected, T actual, string endpoint)
        where T : struct, Enum
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.UnexpectedResponse, $"'{endpoint}' answered with {actual}; {expected} was expected.")
            { Endpoint = endpoint };
        }
    }

    /// <summary>Throws if a submessage is missing.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.MalformedResponse"/>.</exception>
    public static T Require<T>(T? submessage, string what, string endpoint)
        where T : class =>
        submessage ?? throw Malformed($"it has no {what}", endpoint);

    /// <summary>Throws if a field has a wrong length.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.MalformedResponse"/>.</exception>
    public static void RequireLength(bool holds, string what, int length, string endpoint)
    {
        if (!holds)
            throw Malformed($"{what} has {length} bytes", endpoint);
    }

    /// <summary>Throws if a number is out of range.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.MalformedResponse"/>.</exception>
    public static void RequireRange(long value, long first, long last, string what, string endpoint)
    {
        if (value < first || value > last)
            throw Malformed($"{what} is {value}", endpoint);
    }

    /// <summary>A reply that parses but has invalid values.</summary>
    public static ProvisioningException Malformed(string why, string endpoint) =>
        new(ProvisioningErrorReason.MalformedResponse, $"The reply of '{endpoint}' is malformed: {why}.") { Endpoint = endpoint };
}
