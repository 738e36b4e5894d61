namespace EspProv.Fleet.Run;

/// <summary>
/// A row's slot: one of its lane, and one of the whole run if that has a limit. It is released while the row waits for its next attempt, so
/// that unreachable devices do not delay others.
/// </summary>
internal sealed class FleetTurn(SemaphoreSlim lane, SemaphoreSlim? overall)
{
    private bool _isTaken;

    /// <summary>Waits for a slot.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        await lane.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (overall is not null)
                await overall.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            lane.Release();
            throw;
        }

        _isTaken = true;
    }

    /// <summary>Releases the slot, if it is taken.</summary>
    public void Leave()
    {
        if (!_isTaken)
            return;
        _isTaken = false;
        overall?.Release();
        lane.Release();
    }
}
