using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Virtual;

namespace EspProv.Commands.VirtualDevices;

/// <summary>A device without hardware, as the pipeline sees it. It binds to every cmdlet that takes an address.</summary>
public sealed class EspVirtualDevice
{
    internal EspVirtualDevice(VirtualDevice device, ProvisioningTransport transport)
    {
        Device = device;
        Transport = transport;
    }

    /// <summary>Its service name.</summary>
    public string Name => UntrustedText.Show(Device.Name);

    /// <summary>Where it is reached: host and port, a Bluetooth address, or a serial port.</summary>
    public string Address => Device.Address;

    /// <summary>How it is reached.</summary>
    public ProvisioningTransport Transport { get; }

    /// <summary>The scheme that it was built with.</summary>
    public SecurityVersion SecurityVersion => Device.Options.SecurityVersion;

    /// <summary>Where it stands in its life.</summary>
    public VirtualDeviceState State => Device.State;

    /// <summary>The network that it holds credentials for.</summary>
    public string? Ssid => Device.Ssid;

    /// <summary>Its address on that network, when connected.</summary>
    public string? IPAddress => Device.IPAddress;

    /// <summary>How many requests have reached it.</summary>
    public long RequestCount => Device.RequestCount;

    /// <summary>The file that keeps its credentials while it is off, if it has one.</summary>
    public string? StatePath => Device.Options.StatePath;

    internal VirtualDevice Device { get; }

    /// <summary>What a scan would find.</summary>
    internal ProvisioningDevice ToProvisioningDevice(DateTimeOffset now) => new()
    {
        Name = Name,
        Transport = Transport,
        Address = Address,
        SecurityVersion = SecurityVersion,
        LastSeen = now,
    };

    internal ValueTask StopAsync() => Device.DisposeAsync();

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
