using EspProv.Host.SerialPorts;

namespace EspProv.Tests.Host.SerialPorts;

/// <summary>Ports with the names of their USB devices, from a tree like Linux's /sys.</summary>
public sealed class SerialPortFinderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("espprov").FullName;

    [SkippableFact]
    public void What_a_USB_device_says_of_itself_is_text_to_show()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need rights there, and the tree is Linux's.");
        Port("ttyUSB0", Path.Combine(Usb("1-2", ("idVendor", "10c4"), ("product", "UART\u001b]0;x\u0007\u202e\n"), ("serial", "1\u009b")), "1-2:1.0"));
        SerialPortDescription found = Assert.Single(new SerialPortFinder(new SysfsSerialPorts(Path.Combine(_root, "class")), () => ["/dev/ttyUSB0"]).Find());
        Assert.Equal(("UART\\u{1B}]0;x\\u{7}\\u{202E}", "1\\u{9B}"), (found.Product, found.SerialNumber));
    }

    [SkippableFact]
    public void A_USB_port_brings_its_vendors_and_products_names()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need rights there, and the tree is Linux's.");
        string bridge = Usb("1-2", ("idVendor", "10c4"), ("idProduct", "ea60"), ("manufacturer", "Silicon Labs"), ("product", "CP2102N USB to UART Bridge Controller"), ("serial", "0001"));
        Port("ttyUSB0", Path.Combine(bridge, "1-2:1.0", "ttyUSB0"));
        string jtag = Usb("1-3", ("idVendor", "303a"), ("idProduct", "1001"));
        Port("ttyACM0", Path.Combine(jtag, "1-3:1.0"));
        Port("ttyS0", Path.Combine(_root, "devices", "platform", "serial8250"));

        IReadOnlyList<SerialPortDescription> found = new SerialPortFinder(
            new SysfsSerialPorts(Path.Combine(_root, "class")), () => ["/dev/ttyUSB10", "/dev/ttyUSB0", "/dev/ttyS0", "/dev/ttyACM0", "/dev/ttyUSB2"]).Find();

        Assert.Equal(["/dev/ttyACM0", "/dev/ttyS0", "/dev/ttyUSB0", "/dev/ttyUSB2", "/dev/ttyUSB10"], found.Select(port => port.Port));
        Assert.Equal(
            new SerialPortDescription
            {
                Port = "/dev/ttyUSB0",
                VendorId = "10c4",
                ProductId = "ea60",
                Manufacturer = "Silicon Labs",
                Product = "CP2102N USB to UART Bridge Controller",
                SerialNumber = "0001",
            },
            found[2]);
        Assert.Equal("Silicon Labs CP2102N USB to UART Bridge Controller (10c4:ea60)", found[2].Summary);
        Assert.Equal("303a:1001", found[0].Summary);
        Assert.Null(found[1].Summary);
        Assert.Null(found[4].Summary);
    }

    [Fact]
    public void Elsewhere_there_are_names_only()
    {
        IReadOnlyList<SerialPortDescription> found = new SerialPortFinder(new SysfsSerialPorts(Path.Combine(_root, "none")), () => ["COM10", "COM3", "COM3"]).Find();
        Assert.Equal(["COM3", "COM10"], found.Select(port => port.Port));
    }

    [Fact]
    public void A_machine_that_does_not_tell_is_said_so() => Assert.Equal(
        ProvisioningErrorReason.TransportUnavailable,
        Assert.Throws<ProvisioningException>(() => new SerialPortFinder(new SysfsSerialPorts(_root), () => throw new PlatformNotSupportedException()).Find()).Reason);

    [Fact]
    public void The_ports_of_this_machine_can_be_listed() => Assert.NotNull(new SerialPortFinder().Find());

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Usb(string name, params (string File, string Text)[] files)
    {
        string folder = Directory.CreateDirectory(Path.Combine(_root, "devices", "usb1", name)).FullName;
        foreach ((string file, string text) in files)
            File.WriteAllText(Path.Combine(folder, file), text + "\n");
        return folder;
    }

    private void Port(string name, string device)
    {
        Directory.CreateDirectory(device);
        string folder = Directory.CreateDirectory(Path.Combine(_root, "class", name)).FullName;
        Directory.CreateSymbolicLink(Path.Combine(folder, "device"), device);
    }
}
