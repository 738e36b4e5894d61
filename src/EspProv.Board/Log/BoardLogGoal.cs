namespace EspProv.Board.Log;

/// <summary>Detects from events when one of the awaited states is reached.</summary>
internal sealed class BoardLogGoal(IReadOnlyCollection<BoardState> states)
{
    private readonly List<BoardState> _said = [];

    /// <summary>Whether there is anything to wait for.</summary>
    public bool IsAny => states.Count > 0;

    /// <summary>Whether a state is reached.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Whether a state is reached except for the QR code, which not all firmware prints.</summary>
    public bool IsNear { get; private set; }

    /// <summary>The states seen in the log, each once, in order of first appearance.</summary>
    public IReadOnlyList<BoardState> Said => _said;

    /// <summary>Adds the next entry of the log.</summary>
    public void Add(BoardLogEntry entry)
    {
        if (entry is not BoardEvent { Kind: var kind })
            return;
        if (BoardStates.Of(kind) is { } said && !_said.Contains(said))
            _said.Add(said);
        IsNear = kind switch
        {
            BoardEventKind.ProvisioningStarted => Awaits(BoardState.Provisioning),
            BoardEventKind.Reset => false,
            _ => IsNear,
        };
        IsReached |= kind switch
        {
            BoardEventKind.QrCode => IsNear,
            BoardEventKind.ProvisioningStarted => false,
            _ => BoardStates.Of(kind) is { } state && Awaits(state),
        };
    }

    private bool Awaits(BoardState state) => states.Contains(state);
}
