namespace EspProv.Host.SerialPorts;

/// <summary>Reads details of the USB devices behind serial ports.</summary>
internal interface ISerialPortDetails
{
    /// <summary>The known details by port name; ports without any are omitted.</summary>
    IReadOnlyDictionary<string, SerialPortDescription> Read(IReadOnlyList<string> ports);
}
