namespace EspProv.Host.SerialPorts;

/// <summary>What a system knows of the USB devices behind its serial ports.</summary>
internal interface ISerialPortDetails
{
    /// <summary>What is known, by the port's name; a port of which nothing is known is missing.</summary>
    IReadOnlyDictionary<string, SerialPortDescription> Read(IReadOnlyList<string> ports);
}
