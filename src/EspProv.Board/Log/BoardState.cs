namespace EspProv.Board.Log;

/// <summary>What a board's log can be watched for.</summary>
public enum BoardState
{
    /// <summary>The device waits to be provisioned; its QR code, which it prints right after, is waited for.</summary>
    Provisioning,

    /// <summary>The device has credentials and does not start provisioning.</summary>
    AlreadyProvisioned,

    /// <summary>The device has an address, or is attached to its Thread network.</summary>
    Connected,

    /// <summary>The device could not join the network, or its firmware crashed.</summary>
    Failed,
}

/// <summary>Which state an event tells of.</summary>
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
