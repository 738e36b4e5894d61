using System.Globalization;
using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Networks.Thread;

namespace EspProv.Commands.Thread;

/// <summary>A router of a Thread network that a device found in a scan. It binds to Set-EspThreadDataset, with its session.</summary>
public sealed class EspThreadNetwork : ISessionCarrier
{
    private readonly ProvisioningDevice _device;
    private readonly ThreadNetwork _network;

    internal EspThreadNetwork(ProvisioningDevice device, EspProvSession? session, ThreadNetwork network)
    {
        _device = device;
        Session = session;
        _network = network;
    }

    /// <summary>The network's name; empty if the device does not report it.</summary>
    public string NetworkName => _network.NetworkName;

    /// <summary>The PAN ID in the form that Thread tools print: 0x1234.</summary>
    public string PanId => FormatPanId(_network.PanId);

    /// <summary>The extended PAN ID: 16 hexadecimal digits.</summary>
    public string ExtendedPanId => _network.ExtendedPanId;

    /// <summary>The channel.</summary>
    public int Channel => _network.Channel;

    /// <summary>Signal strength in dBm.</summary>
    public int Rssi => _network.Rssi;

    /// <summary>Link quality, 0…255.</summary>
    public int Lqi => _network.Lqi;

    /// <summary>The router's own address: 16 hexadecimal digits.</summary>
    public string ExtendedAddress => _network.ExtendedAddress;

    /// <summary>The name of the device that scanned.</summary>
    public string DeviceName => _device.Name;

    /// <summary>The session of the scan; null if the scan opened its own.</summary>
    public EspProvSession? Session { get; }

    ProvisioningDevice ISessionCarrier.Origin => _device;

    internal static string FormatPanId(int panId) => string.Create(CultureInfo.InvariantCulture, $"0x{panId:x4}");

    /// <summary>The network's name as bytes.</summary>
    public byte[] NetworkNameBytes => _network.NetworkNameBytes.ToArray();

    /// <summary>The network's name.</summary>
    public override string ToString() => NetworkName;
}
