using EspProv.Host.SerialPorts;

namespace EspProv.Tests.Host.SerialPorts;

public class SerialPortNameTests
{
    [SkippableFact]
    public void A_link_is_the_port_that_it_points_to()
    {
        Skip.If(OperatingSystem.IsWindows(), "Ports have no links there.");
        string folder = Directory.CreateTempSubdirectory("espprov-").FullName;
        string port = Path.Combine(folder, "ttyUSB0"), link = Path.Combine(folder, "usb-board");
        File.WriteAllText(port, "");
        File.CreateSymbolicLink(link, port);
        Assert.Equal(port, SerialPortName.Resolve($" {link} "));
        Assert.Equal(port, SerialPortName.Resolve(port));
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/dev/espprov-no-such-port")]
    public void A_name_that_no_port_has_stays_as_it_is(string name) =>
        Assert.Equal(OperatingSystem.IsWindows() ? name.ToUpperInvariant() : name, SerialPortName.Resolve(name));
}
