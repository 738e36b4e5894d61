using EspProv.Transports.Serial;

namespace EspProv.Board.Loader;

/// <summary>Options for connecting to a board's ROM loader.</summary>
public sealed record BoardLoaderOptions
{
    /// <summary>
    /// The least <see cref="BaudRate"/> that is taken from users, to catch mistakes: the ROM measures the speed, and its own limits are not
    /// documented.
    /// </summary>
    public const int MinBaudRate = 9600;

    /// <summary>The largest <see cref="BaudRate"/> that is taken from users, for the same reason.</summary>
    public const int MaxBaudRate = 2_000_000;

    /// <summary>The default of <see cref="ManualTimeout"/>, in seconds.</summary>
    public const double DefaultManualTimeoutSeconds = 60;

    /// <summary>The speed of the port, in bits per second. The ROM detects it.</summary>
    public int BaudRate { get; init; } = SerialTransportOptions.StockBaudRate;

    /// <summary>Whether the board is in its loader already; DTR and RTS are not used then.</summary>
    public bool IsInLoader { get; init; }

    /// <summary>How long to wait for the user to start the loader with the board's buttons, if DTR and RTS do not.</summary>
    public TimeSpan ManualTimeout { get; init; } = TimeSpan.FromSeconds(DefaultManualTimeoutSeconds);

    /// <summary>Called when the user has to start the loader.</summary>
    public Action? OnManual { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
