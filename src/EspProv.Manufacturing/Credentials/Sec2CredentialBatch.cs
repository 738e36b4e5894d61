using System.Diagnostics.CodeAnalysis;
using EspProv.Srp;
using EspProv.Srp.Montgomery;

namespace EspProv.Manufacturing.Credentials;

/// <summary>
/// Computes credentials on all processors: requests are added, and credentials taken in the same order. For a single thread that adds and
/// takes.
/// </summary>
public sealed class Sec2CredentialBatch : IDisposable
{
    /// <summary>The number of requests from which the table of powers is faster.</summary>
    private const int TablePaysFrom = 3;

    private readonly Sec2CredentialGenerator _generator;
    private readonly CancellationTokenSource _cancellation;
    private readonly Queue<Task<Sec2Credential>> _underWay = new();
    private readonly int _limit = 8 * Environment.ProcessorCount;
    private int _added;

    /// <summary>Starts an empty batch.</summary>
    public Sec2CredentialBatch(Sec2CredentialGenerator generator, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        _generator = generator;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    }

    /// <summary>Starts a request; its password may be disposed of afterwards.</summary>
    /// <exception cref="ArgumentException">The request is not valid.</exception>
    /// <exception cref="OperationCanceledException">The batch was cancelled.</exception>
    public void Add(Sec2CredentialRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        request.Validate();
        _cancellation.Token.ThrowIfCancellationRequested();
        if (++_added == TablePaysFrom)
            ModularPower.PrepareMany(SrpGroup.Rfc5054_3072);
        Sec2Draft draft = _generator.Draw(request);
        _underWay.Enqueue(Task.Run(() => Run(draft), CancellationToken.None));
    }

    /// <summary>Takes the next credential in order.</summary>
    /// <param name="drain">
    /// Whether to wait for it. Otherwise only a completed one is taken, unless the limit of running requests is reached.
    /// </param>
    /// <param name="credential">The credential.</param>
    /// <returns>Whether one was taken.</returns>
    /// <exception cref="OperationCanceledException">The batch was cancelled.</exception>
    public bool TryTake(bool drain, [NotNullWhen(true)] out Sec2Credential? credential)
    {
        credential = null;
        _cancellation.Token.ThrowIfCancellationRequested();
        if (!_underWay.TryPeek(out Task<Sec2Credential>? next) || (!drain && !next.IsCompleted && _underWay.Count < _limit))
            return false;
        next.Wait(_cancellation.Token);
        credential = _underWay.Dequeue().GetAwaiter().GetResult();
        return true;
    }

    /// <summary>Cancels running requests, and zeroes their passwords.</summary>
    public void Dispose()
    {
        _cancellation.Cancel();
        foreach (Task<Sec2Credential> task in _underWay)
        {
            _ = task.ContinueWith(
                finished =>
                {
                    if (finished.IsCompletedSuccessfully)
                        finished.Result.Dispose();
                },
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }

        _underWay.Clear();
        _cancellation.Dispose();
    }

    private Sec2Credential Run(Sec2Draft draft)
    {
        if (_cancellation.IsCancellationRequested)
        {
            draft.Password.Dispose();
            throw new OperationCanceledException();
        }

        return Sec2CredentialGenerator.Compute(draft);
    }
}
