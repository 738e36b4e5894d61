using EspProv.Transports;

namespace EspProv.Tests.Support;

/// <summary>Checks of a transport's state that a caller can make.</summary>
internal static class TransportAssert
{
    /// <summary>A closed transport refuses an exchange at once, without a cause from the network.</summary>
    public static async Task IsClosedAsync(ITransport transport)
    {
        ProvisioningException error = await Assert.ThrowsAsync<ProvisioningException>(() => transport.ExchangeAsync("proto-ver", new byte[] { 1 }, default));
        Assert.Equal(ProvisioningErrorReason.SessionLost, error.Reason);
        Assert.Null(error.InnerException);
        Assert.Matches("There is no link|is not open", error.Message);
    }
}
