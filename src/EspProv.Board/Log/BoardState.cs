namespace EspProv.Board.Log;

/// <summary>A state that a board's log can be watched for.</summary>
public enum BoardState
{
    /// <summary>The device waits for provisioning. The QR code that it prints right after is waited for too.</summary>
    Provisioning,

    /// <summary>The device has credentials and does not start provisioning.</summary>
    AlreadyProvisioned,

    /// <summary>The device has an address, or is attached to its Thread network.</summary>
    Connected,

    /// <summary>The device could not join the network, or its firmware crashed.</summary>
    Failed,
}

/// <summary>Maps events to states.</summary>
internal static class BoardStates
{
    /// <summary>The state; null for none.</summary>
    public static BoardState? Of(BoardEventKind kind) => kind switch
    {
        BoardEventKind.ProvisioningStarted => BoardState.Provisioning,
        BoardEventKind.AlreadyProvisioned => BoardState.AlreadyProvisioned,
        BoardEventKind.AddressAssigned or BoardEventKind.ThreadAttached => BoardState.Connected,
        BoardEventKind.ProvisioningFailed or BoardEventKind.Panic => BoardState.Failed,
        _ => null,
    };
}
