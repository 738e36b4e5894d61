using EspProv.Transports.Serial;

namespace EspProv.Board.Log;

/// <summary>
/// Restarts a board into its application: RTS holds its EN pin low while DTR leaves its boot pin alone. This works with the circuits of
/// UART bridges and with the built-in USB-Serial-JTAG.
/// </summary>
internal static class BoardReset
{
    private static readonly TimeSpan Pulse = TimeSpan.FromMilliseconds(100);

    /// <summary>Restarts the board.</summary>
    /// <exception cref="IOException">The port has no such lines.</exception>
    public static async Task RunAsync(IModemLines lines, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        lines.Set(dtr: false, rts: true);
        try
        {
            await Task.Delay(Pulse, timeProvider, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also when cancelled: EN held low keeps the chip off. DTR raised before the chip has read its boot pin would start the loader.
            lines.Set(dtr: false, rts: false);
        }
    }
}
