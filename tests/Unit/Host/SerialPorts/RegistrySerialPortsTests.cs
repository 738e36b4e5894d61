using EspProv.Host.SerialPorts;

namespace EspProv.Tests.Host.SerialPorts;

/// <summary>Ports with the names of their USB devices' drivers, from a tree like Windows' registry.</summary>
public sealed class RegistrySerialPortsTests
{
    private readonly Dictionary<string, Dictionary<string, string>> _keys = new(StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void A_USB_port_brings_its_drivers_names()
    {
        Device(@"USB\VID_10C4&PID_EA60\0001", "COM3", ("FriendlyName", "Silicon Labs CP210x USB to UART Bridge (COM3)"), ("Mfg", "@oem12.inf,%manufacturer%;Silicon Labs"));
        SerialPortDescription port = Assert.Single(Find("COM3"));
        Assert.Equal(
            new SerialPortDescription
            {
                Port = "COM3",
                VendorId = "10c4",
                ProductId = "ea60",
                Manufacturer = "Silicon Labs",
                Product = "Silicon Labs CP210x USB to UART Bridge",
                SerialNumber = "0001",
            },
            port);
        Assert.Equal("Silicon Labs CP210x USB to UART Bridge (10c4:ea60)", port.Summary);
    }

    [Fact]
    public void A_part_of_a_device_brings_its_names_and_no_number()
    {
        Device(@"USB\VID_303A&PID_1001&MI_00\6&2a9a5c1&0&0000", "COM7", ("FriendlyName", "USB Serial Device (COM7)"), ("Mfg", "@usbser.inf,%msft%;Microsoft"));
        SerialPortDescription port = Assert.Single(Find("COM7"));
        Assert.Equal("Microsoft USB Serial Device (303a:1001)", port.Summary);
        Assert.Null(port.SerialNumber);
    }

    [Theory]
    [InlineData(@"FTDIBUS\VID_0403+PID_6001+A50285BIA\0000", "A50285BI")]
    [InlineData(@"FTDIBUS\VID_0403+PID_6010+6&1A2B3C&0&2\0000", null)]
    [InlineData(@"FTDIBUS\VID_0403+PID_6001\0000", null)]
    public void A_port_of_FTDIs_bus_is_found_too(string path, string? serialNumber)
    {
        Device(path, "COM4", ("FriendlyName", "USB Serial Port (COM4)"), ("Mfg", "FTDI"));
        SerialPortDescription port = Assert.Single(Find("COM4"));
        Assert.StartsWith("FTDI USB Serial Port (0403:", port.Summary, StringComparison.Ordinal);
        Assert.Equal(serialNumber, port.SerialNumber);
    }

    [Fact]
    public void Only_ports_that_are_there_are_listed_and_those_of_which_nothing_is_known_by_name()
    {
        Device(@"USB\VID_10C4&PID_EA60\0001", "COM3", ("FriendlyName", "Gone (COM3)"));
        Device(@"USB\VID_10C4&PID_EA60\0002", "com5", ("DeviceDesc", "@oem12.inf,%desc%;Bridge"));
        Device(@"USB\ROOT_HUB30\4&1", "COM1", ("FriendlyName", "No device of a vendor's"));
        Device(@"USB\VID_046D&PID_C077\5&1", port: null, ("FriendlyName", "A mouse"));
        Assert.Equal(["COM1 ", "COM5 Bridge (10c4:ea60)"], Find("COM1", "COM5").Select(port => $"{port.Port} {port.Summary}"));
    }

    [Fact]
    public void Among_devices_that_had_a_ports_name_the_one_that_is_there_is_taken()
    {
        Device(@"USB\VID_10C4&PID_EA60\0001", "COM3", ("FriendlyName", "Gone (COM3)"), ("Service", "silabser"));
        Device(@"USB\VID_1A86&PID_7523\5&2", "COM3", ("FriendlyName", "USB-SERIAL CH340 (COM3)"), ("Service", "CH341SER_A64"));
        Key(@"Services\silabser\Enum", ("0", @"USB\VID_10C4&PID_EA60\0009"), ("Count", "1"));
        Key(@"Services\CH341SER_A64\Enum", ("0", @"USB\VID_1A86&PID_7523\5&1"), ("1", @"USB\Vid_1A86&Pid_7523\5&2"));
        Assert.Equal("USB-SERIAL CH340 (1a86:7523)", Assert.Single(Find("COM3")).Summary);
    }

    [Fact]
    public void And_none_where_that_cannot_be_told()
    {
        Device(@"USB\VID_10C4&PID_EA60\0001", "COM3", ("FriendlyName", "One (COM3)"), ("Service", "silabser"));
        Device(@"USB\VID_1A86&PID_7523\5&2", "COM3", ("FriendlyName", "Another (COM3)"));
        Assert.Null(Assert.Single(Find("COM3")).Summary);
    }

    [Fact]
    public void A_registry_that_cannot_be_read_leaves_the_names() =>
        Assert.Equal("COM3", Assert.Single(new SerialPortFinder(new RegistrySerialPorts(() => null), () => ["COM3"]).Find()).Port);

    [Theory]
    [InlineData("@oem12.inf,%desc%;Silicon Labs", "Silicon Labs")]
    [InlineData("@usbser.inf,%UsbSerial.DeviceDesc%;USB Serial Device", "USB Serial Device")]
    [InlineData("@oem5.inf,%port%;Port %2 of %1 (%3);(Wonder (tm),7)", "Port 7 of Wonder (tm) ()")]
    [InlineData("FTDI", "FTDI")]
    [InlineData("A;B", "A;B")]
    [InlineData("@oem12.inf,%desc%", null)]
    [InlineData("@oem12.inf,%desc%;", null)]
    [InlineData(" ", null)]
    [InlineData(null, null)]
    public void Values_are_reduced_to_their_text(string? value, string? text) => Assert.Equal(text, RegistrySerialPorts.Plain(value));

    private IReadOnlyList<SerialPortDescription> Find(params string[] ports) => new SerialPortFinder(new RegistrySerialPorts(() => new Node(_keys, "")), () => ports).Find();

    private void Device(string path, string? port, params (string Name, string Text)[] values)
    {
        Key($@"Enum\{path}", values);
        Key($@"Enum\{path}\Device Parameters", port is null ? [] : [("PortName", port)]);
    }

    private void Key(string path, params (string Name, string Text)[] values) => _keys[path] = values.ToDictionary(value => value.Name, value => value.Text);

    private sealed class Node(Dictionary<string, Dictionary<string, string>> keys, string path) : IRegistryNode
    {
        public IReadOnlyList<string> Children =>
            [.. keys.Keys.Where(key => key.StartsWith(path + @"\", StringComparison.OrdinalIgnoreCase)).Select(key => key[(path.Length + 1)..].Split('\\')[0]).Distinct()];

        public IRegistryNode? Child(string name)
        {
            string child = path.Length == 0 ? name : $@"{path}\{name}";
            return keys.Keys.Any(key => key.Equals(child, StringComparison.OrdinalIgnoreCase) || key.StartsWith(child + @"\", StringComparison.OrdinalIgnoreCase)) ? new Node(keys, child) : null;
        }

        public string? Text(string name) => keys.GetValueOrDefault(path)?.GetValueOrDefault(name);

        public void Dispose()
        {
        }
    }
}
