using EspProv.Board.Log;
using EspProv.Fleet;
using EspProv.Host.Bluetooth;
using EspProv.Manufacturing.Labels;
using EspProv.Virtual;
using PublicApiGenerator;

namespace EspProv.Tests.PublicApi;

/// <summary>
/// What others link with: a change of it is a decision, and shows as a change of the file beside this one. To take a change
/// over, copy the file that the failing test has written next to the test assembly.
/// </summary>
public class PublicApiTests
{
    [Theory]
    [InlineData(typeof(Secret), "EspProv.Core.txt")]
    [InlineData(typeof(BoardLogParser), "EspProv.Board.txt")]
    [InlineData(typeof(FleetResult), "EspProv.Fleet.txt")]
    [InlineData(typeof(QrSymbol), "EspProv.Manufacturing.txt")]
    [InlineData(typeof(VirtualDevice), "EspProv.VirtualDevice.txt")]
    [InlineData(typeof(BlueZHost), "EspProv.Host.txt")]
    public void The_public_surface_is_what_it_was(Type member, string file)
    {
        string current = member.Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n";
        string approved = Path.Combine(AppContext.BaseDirectory, "PublicApi", file);
        string received = Path.Combine(AppContext.BaseDirectory, Path.ChangeExtension(file, ".received.txt"));
        File.WriteAllText(received, current);

        Assert.True(File.Exists(approved), $"There is no {file} yet; {received} is the surface as it is.");
        Assert.Equal(File.ReadAllText(approved).ReplaceLineEndings("\n"), current);
    }
}
