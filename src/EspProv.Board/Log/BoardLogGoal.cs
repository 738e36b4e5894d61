namespace EspProv.Board.Log;

/// <summary>Knows from events when one of the awaited states is reached.</summary>
internal sealed class BoardLogGoal(IReadOnlyCollection<BoardState> states)
{
    private readonly List<BoardState> _said = [];

    /// <summary>Whether there is anything to wait for.</summary>
    public bool IsAny => states.Count > 0;

    /// <summary>Whether a state is reached.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Whether a state is reached but for the QR code, which not every firmware prints.</summary>
    public bool IsNear { get; private set; }

    /// <summary>The states that the log told of, each once, in the order of the first.</summary>
    public IReadOnlyList<BoardState> Said => _said;

    /// <summary>Takes what the log tells of next.</summary>
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
