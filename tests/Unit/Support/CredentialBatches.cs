using EspProv.Manufacturing.Credentials;

namespace EspProv.Tests.Support;

/// <summary>Batches of credentials, for the unit tests and, as a linked file, for the benchmarks.</summary>
internal static class CredentialBatches
{
    /// <summary>The credentials of the requests, in their order, as the cmdlets make them of a pipeline.</summary>
    public static IEnumerable<Sec2Credential> Batch(
        Sec2CredentialGenerator generator, IEnumerable<Sec2CredentialRequest> requests, CancellationToken cancellationToken = default)
    {
        using var batch = new Sec2CredentialBatch(generator, cancellationToken);
        foreach (Sec2CredentialRequest request in requests)
        {
            batch.Add(request);
            while (batch.TryTake(drain: false, out Sec2Credential? credential))
                yield return credential;
        }

        while (batch.TryTake(drain: true, out Sec2Credential? credential))
            yield return credential;
    }
}
