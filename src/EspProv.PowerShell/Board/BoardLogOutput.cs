using EspProv.Board.Log;

namespace EspProv.Commands.Board;

/// <summary>Selects what is written of a board's log: its lines, or its events.</summary>
internal static class BoardLogOutput
{
    /// <summary>Returns the objects to write.</summary>
    internal static IEnumerable<object> Of(IEnumerable<BoardLogEntry> entries, bool isEvents)
    {
        foreach (BoardLogEntry entry in entries)
        {
            if (entry is BoardQrCodeEvent code)
            {
                if (isEvents)
                    yield return new EspBoardQrCode(code);
                else
                    code.Payload.Dispose();
            }
            else if (entry is BoardEvent == isEvents)
            {
                yield return entry;
            }
        }
    }
}
