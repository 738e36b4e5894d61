using EspProv.Devices;
using EspProv.Security;
using EspProv.Transports;
using EspProv.Virtual;

namespace EspProv.Commands.VirtualDevices;

/// <summary>A virtual device for the pipeline. It binds to every cmdlet that takes an address.</summary>
public sealed class EspVirtualDevice
{
    internal EspVirtualDevice(VirtualDevice device, ProvisioningTransport transport)
    {
        Device = device;
        Transport = transport;
    }

    /// <summary>Its service name.</summary>
    public string Name => UntrustedText.Show(Device.Name);

    /// <summary>Its address: host and port, a Bluetooth address, or a serial port.</summary>
    public string Address => Device.Address;

    /// <summary>Its transport.</summary>
    public ProvisioningTransport Transport { get; }

    /// <summary>The serial port with its board's log, if it has one.</summary>
    public string? MonitorPort => Device.MonitorPort;

    /// <summary>Its security scheme.</summary>
    public SecurityVersion SecurityVersion => Device.Options.SecurityVersion;

    /// <summary>Its state.</summary>
    public VirtualDeviceState State => Device.State;

    /// <summary>The network that it has credentials for.</summary>
    public string? Ssid => Device.Ssid;

    /// <summary>Its address on that network, when connected.</summary>
    public string? IPAddress => Device.IPAddress;

    /// <summary>The number of requests that it has received.</summary>
    public long RequestCount => Device.RequestCount;

    /// <summary>The file that keeps its credentials while it is off, if any.</summary>
    public string? StatePath => Device.Options.StatePath;

    internal VirtualDevice Device { get; }

    /// <summary>The device as a scan would find it.</summary>
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
