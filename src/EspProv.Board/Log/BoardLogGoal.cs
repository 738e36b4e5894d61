namespace EspProv.Board.Log;

/// <summary>Detects from events when one of the awaited states is reached.</summary>
internal sealed class BoardLogGoal(IReadOnlyCollection<BoardState> states)
{
    private readonly List<BoardState> _seen = [];

    /// <summary>Whether a state is reached.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Whether a state is reached except for the QR code, which not all firmware prints.</summary>
    public bool LacksQrCodeOnly { get; private set; }

    /// <summary>The states seen in the log, each once, in order of first appearance.</summary>
    public IReadOnlyList<BoardState> SeenStates => _seen;

    /// <summary>Adds the next entry of the log.</summary>
    public void Add(BoardLogEntry entry)
    {
        if (entry is not BoardEvent { Kind: var kind })
            return;
        if (BoardStates.Of(kind) is { } seen && !_seen.Contains(seen))
            _seen.Add(seen);
        LacksQrCodeOnly = kind switch
        {
            BoardEventKind.ProvisioningStarted => Awaits(BoardState.Provisioning),
            BoardEventKind.Reset => false,
            _ => LacksQrCodeOnly,
        };
        IsReached |= kind switch
        {
            BoardEventKind.QrCode => LacksQrCodeOnly,
            BoardEventKind.ProvisioningStarted => false,
            _ => BoardStates.Of(kind) is { } state && Awaits(state),
        };
    }

    private bool Awaits(BoardState state) => states.Contains(state);
}
