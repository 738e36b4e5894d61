using EspProv.Board.Log;
using EspProv.Transports.Serial;

namespace EspProv.Board.Loader;

/// <summary>
/// Starts a chip's ROM loader through the lines DTR and RTS. On boards with a UART bridge two transistors connect them to EN and the boot
/// pin: RTS alone holds EN low, DTR alone holds the boot pin low, both together do nothing. The built-in USB-Serial-JTAG has a sequence of
/// its own.
/// </summary>
internal static class LoaderEntry
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    // DTR, RTS, and the delay before the next step. Boards with a capacitor at EN need the longer delay of the last sequence.
    private static readonly (bool Dtr, bool Rts, TimeSpan Wait)[][] Sequences =
    [
        [(false, true, Step), (true, false, TimeSpan.FromMilliseconds(50)), (false, false, TimeSpan.Zero)],
        [(false, false, Step), (true, false, Step), (true, true, TimeSpan.Zero), (false, true, Step), (false, false, TimeSpan.Zero)],
        [(false, true, Step), (true, false, TimeSpan.FromMilliseconds(550)), (false, false, TimeSpan.Zero)],
    ];

    /// <summary>Tries each sequence until the loader answers.</summary>
    /// <returns>Whether it answers; false also if the port has no such lines.</returns>
    public static async Task<bool> TryAsync(
        IModemLines lines, RomLoader loader, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        foreach ((bool Dtr, bool Rts, TimeSpan Wait)[] sequence in Sequences)
        {
            try
            {
                foreach ((bool dtr, bool rts, TimeSpan wait) in sequence)
                {
                    lines.Set(dtr, rts);
                    if (wait > TimeSpan.Zero)
                        await Task.Delay(wait, timeProvider, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (IOException)
            {
                return false;
            }

            if (await loader.SyncAsync(attempts: 5, cancellationToken).ConfigureAwait(false))
                return true;
        }

        return false;
    }

    /// <summary>Restarts the chip into its application.</summary>
    /// <returns>Whether the port has the lines.</returns>
    public static async Task<bool> TryRestartAsync(IModemLines lines, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        try
        {
            await BoardReset.RunAsync(lines, timeProvider, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
