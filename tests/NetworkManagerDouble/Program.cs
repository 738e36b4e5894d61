using EspProv.Tests.NetworkManager;

// The double as a program, for tests of the module; it runs until its standard input ends.
//   EspProv.NetworkManagerDouble FOLDER
// It prints the address of its bus. FOLDER/log has a line for each call, FOLDER/secrets the keys that it was given; the seconds in
// FOLDER/scan-time are how long a scan takes.
string folder = args[0];
using BusDaemon? bus = await BusDaemon.StartAsync();
if (bus is null)
    return 77;
await using NetworkManagerDouble manager = await NetworkManagerDouble.StartAsync(bus.Address);
manager.Called += line => File.AppendAllText(Path.Combine(folder, "log"), line + "\n");
manager.GivenKey += key => File.AppendAllText(Path.Combine(folder, "secrets"), key + "\n");
string scanTime = Path.Combine(folder, "scan-time");
manager.ScanTime = () => File.Exists(scanTime)
    ? TimeSpan.FromSeconds(int.Parse(File.ReadAllText(scanTime), System.Globalization.CultureInfo.InvariantCulture))
    : TimeSpan.Zero;
Console.WriteLine(bus.Address);
await Console.In.ReadToEndAsync();
return 0;
