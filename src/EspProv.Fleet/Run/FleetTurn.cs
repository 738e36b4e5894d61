namespace EspProv.Fleet.Run;

/// <summary>
/// A row's slot among those that are worked on at once: in its lane, and in the whole run where that has a limit of its own. It is left while
/// the row waits for its next attempt, so that devices that do not answer do not hold up those that would.
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

    /// <summary>Leaves the slot to another row; does nothing where there is none to leave.</summary>
    public void Leave()
    {
        if (!_isTaken)
            return;
        _isTaken = false;
        overall?.Release();
        lane.Release();
    }
}
