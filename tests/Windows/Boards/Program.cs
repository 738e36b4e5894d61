using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EspProv.Security;
using EspProv.Virtual;
using EspProv.Virtual.Transports.Serial;

// Virtual boards on pseudo-terminals of Linux, each of which is a COM port of a Wine prefix. Pester tests that run in Windows' pwsh start
// and stop them over TCP, one request a connection, one line each way:
//   start NAME SECURITY [noise]  ->  COM21
//   stop NAME                    ->  ok
// Arguments: the prefix's folder dosdevices, and a file that gets the TCP port.
if (args is not [string dosDevices, string portFile])
    throw new ArgumentException("Usage: Boards DOSDEVICES PORTFILE");

var boards = new Dictionary<string, (VirtualDevice Device, SerialDeviceServer Console, string Link)>();
int lastPort = 20;
using var listener = new TcpListener(IPAddress.Loopback, 0);
listener.Start();
File.WriteAllText(portFile, ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture));

while (true)
{
    using TcpClient client = await listener.AcceptTcpClientAsync();
    using var reader = new StreamReader(client.GetStream());
    await using var writer = new StreamWriter(client.GetStream());
    try
    {
        await writer.WriteLineAsync(await AnswerAsync((await reader.ReadLineAsync() ?? "").Split(' ')));
    }
    catch (Exception exception) when (exception is IOException or EspProv.ProvisioningException or ArgumentException)
    {
        Console.Error.WriteLine(exception);
    }
}

async Task<string> AnswerAsync(string[] words)
{
    switch (words)
    {
        case ["start", string name, string security, .. string[] rest]:
            var console = new SerialDeviceServer(new SerialDeviceOptions { Noise = rest.Contains("noise") });
            VirtualDevice device = await VirtualDevice.StartAsync(
                new VirtualDeviceOptions
                {
                    Name = name,
                    SecurityVersion = (SecurityVersion)int.Parse(security, CultureInfo.InvariantCulture),
                },
                console,
                default);
            int port = ++lastPort;
            string link = Path.Combine(dosDevices, string.Create(CultureInfo.InvariantCulture, $"com{port}"));
            File.Delete(link);
            File.CreateSymbolicLink(link, console.Address);
            boards[name] = (device, console, link);
            return string.Create(CultureInfo.InvariantCulture, $"COM{port}");
        case ["stop", string name] when boards.Remove(name, out (VirtualDevice Device, SerialDeviceServer Console, string Link) board):
            board.Console.Unplug();
            File.Delete(board.Link);
            await board.Device.DisposeAsync();
            return "ok";
        default:
            return "what?";
    }
}
