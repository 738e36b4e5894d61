namespace EspProv.Transports.Serial;

/// <summary>A port whose driver keeps what was not read yet.</summary>
internal interface IInputQueue
{
    /// <summary>Drops what was received and not read.</summary>
    void Discard();
}
