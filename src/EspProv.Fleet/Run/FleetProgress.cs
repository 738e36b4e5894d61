namespace EspProv.Fleet.Run;

/// <summary>The progress of a run.</summary>
public sealed record FleetProgress
{
    /// <summary>Rows so far.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows that have their result.</summary>
    public required int Finished { get; init; }

    /// <summary>Of these, rows whose device was tried.</summary>
    public required int Tried { get; init; }

    /// <summary>Of these, rows whose device is connected.</summary>
    public required int Connected { get; init; }

    /// <summary>Since the first row.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Devices per second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Tried / Elapsed.TotalSeconds : 0;

    /// <summary>The estimated time for the remaining rows so far; null without a rate.</summary>
    public TimeSpan? Left => Tried > 0 ? TimeSpan.FromSeconds((Rows - Finished) / Rate) : null;

    /// <summary>The devices that are worked on.</summary>
    public required IReadOnlyList<FleetActivity> Active { get; init; }
}

/// <summary>A device that is worked on.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Device">Its name.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="Attempt">The attempt, from 1.</param>
public sealed record FleetActivity(int Row, string Device, FleetStage Stage, int Attempt);
