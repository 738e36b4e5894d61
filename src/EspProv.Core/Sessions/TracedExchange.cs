using System.Globalization;
using EspProv.Transports;

namespace EspProv.Sessions;

/// <summary>Exchanges that are traced: endpoint, lengths and time.</summary>
internal static class TracedExchange
{
    /// <summary><see cref="ITransport.ExchangeAsync"/>, with a notice of it.</summary>
    public static async Task<byte[]> ExchangeAsync(
        this ITransport transport,
        string endpoint,
        ReadOnlyMemory<byte> request,
        TimeProvider timeProvider,
        Action<SessionNotice>? notify,
        CancellationToken cancellationToken)
    {
        if (notify is null)
            return await transport.ExchangeAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
        long start = timeProvider.GetTimestamp();
        try
        {
            byte[] reply = await transport.ExchangeAsync(endpoint, request, cancellationToken).ConfigureAwait(false);
            Tell(string.Create(CultureInfo.InvariantCulture, $"{reply.Length} bytes received"));
            return reply;
        }
        catch (Exception exception) when (exception is ProvisioningException or OperationCanceledException)
        {
            Tell(exception is ProvisioningException known ? $"no reply ({known.Reason})" : "cancelled");
            throw;
        }

        void Tell(string outcome)
        {
            double time = timeProvider.GetElapsedTime(start).TotalMilliseconds;
            string text = string.Create(
                CultureInfo.InvariantCulture, $"{endpoint}: {request.Length} bytes sent, {outcome}, {time:0.0} ms.");
            notify(new SessionNotice(text, SessionNoticeLevel.Debug));
        }
    }
}
