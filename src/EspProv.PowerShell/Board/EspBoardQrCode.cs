using EspProv.Board.Log;
using EspProv.Commands.Discovery;

namespace EspProv.Commands.Board;

/// <summary>The QR code that a board printed: an event of its log that binds like other QR codes.</summary>
public sealed class EspBoardQrCode : EspQrCode
{
    internal EspBoardQrCode(BoardQrCodeEvent read)
        : base(read.Payload)
    {
        Number = read.Number;
        Milliseconds = read.Milliseconds;
        Kind = read.Kind;
        Detail = read.Detail;
    }

    /// <summary>The kind of the event: the board printed its QR code.</summary>
    public BoardEventKind Kind { get; }

    /// <summary>Its name and transport.</summary>
    public string Detail { get; }

    /// <summary>The number of the line, from 1.</summary>
    public long Number { get; }

    /// <summary>The line's timestamp in milliseconds; null for none.</summary>
    public long? Milliseconds { get; }
}
