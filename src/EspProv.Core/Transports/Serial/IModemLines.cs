namespace EspProv.Transports.Serial;

/// <summary>A serial port's lines that boards wire to reset and boot mode.</summary>
internal interface IModemLines
{
    /// <summary>Raises or lowers them, RTS before DTR.</summary>
    /// <exception cref="IOException">The port has no such lines.</exception>
    /// <exception cref="InvalidOperationException">The port is closed.</exception>
    void Set(bool dtr, bool rts);
}
