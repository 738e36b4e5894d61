using EspProv.Transports.Serial;

namespace EspProv.Board.Loader;

/// <summary>How to reach a board's ROM loader.</summary>
public sealed record BoardLoaderOptions
{
    /// <summary>The speed of the port, in bits per second. A ROM measures it.</summary>
    public int BaudRate { get; init; } = SerialTransportOptions.StockBaudRate;

    /// <summary>Leave DTR and RTS alone: the board is in its loader already.</summary>
    public bool IsInLoader { get; init; }

    /// <summary>How long to wait for a person to start the loader by the board's buttons, where DTR and RTS do not.</summary>
    public TimeSpan ManualTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Called when a person has to start the loader.</summary>
    public Action? OnManual { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
