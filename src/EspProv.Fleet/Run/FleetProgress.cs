namespace EspProv.Fleet.Run;

/// <summary>How a run stands.</summary>
public sealed record FleetProgress
{
    /// <summary>Rows that were handed over so far.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows that have their result.</summary>
    public required int Finished { get; init; }

    /// <summary>Of these, rows that a device was tried for.</summary>
    public required int Tried { get; init; }

    /// <summary>Of these, rows whose device is connected.</summary>
    public required int Connected { get; init; }

    /// <summary>Since the first row.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Devices per second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Tried / Elapsed.TotalSeconds : 0;

    /// <summary>How long the rows that are known will take; null before there is a rate.</summary>
    public TimeSpan? Left => Tried > 0 ? TimeSpan.FromSeconds((Rows - Finished) / Rate) : null;

    /// <summary>The devices at work: row, name, stage, attempt.</summary>
    public required IReadOnlyList<FleetActivity> Active { get; init; }
}

/// <summary>A device at work.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Device">Its name.</param>
/// <param name="Stage">What is being done.</param>
/// <param name="Attempt">For which time.</param>
public sealed record FleetActivity(int Row, string Device, FleetStage Stage, int Attempt);
