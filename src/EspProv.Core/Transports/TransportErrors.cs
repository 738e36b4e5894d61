using System.Globalization;

namespace EspProv.Transports;

/// <summary>Errors of any transport.</summary>
internal static class TransportErrors
{
    /// <summary>The connection was not made in time.</summary>
    /// <param name="what">What did not happen, as the start of a sentence: "192.168.4.1 could not be connected to".</param>
    /// <param name="timeout">The timeout.</param>
    /// <param name="cause">The cause.</param>
    /// <param name="hint">What may explain it, as the end of the sentence; empty for nothing.</param>
    public static ProvisioningException ConnectTimeout(string what, TimeSpan timeout, Exception cause, string hint = "") =>
        new(ProvisioningErrorReason.ConnectTimeout, $"{what} {Within(timeout)}{hint}.", cause);

    /// <summary>A request was not answered in time.</summary>
    public static ProvisioningException ExchangeTimeout(string address, string endpoint, TimeSpan timeout, Exception cause) =>
        new(ProvisioningErrorReason.ExchangeTimeout, $"{address} did not answer '{endpoint}' {Within(timeout)}.", cause)
        { Endpoint = endpoint };

    private static string Within(TimeSpan timeout) =>
        string.Create(CultureInfo.InvariantCulture, $"within {timeout.TotalSeconds:0.###} s");
}
