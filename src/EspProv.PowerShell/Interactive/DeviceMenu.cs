using EspProv.Commands.Discovery;
using EspProv.Commands.Pipeline;
using EspProv.Devices;

namespace EspProv.Commands.Interactive;

/// <summary>Lets the user choose a device in range, or type its name or address.</summary>
/// <param name="cmdlet">The cmdlet whose host prompts.</param>
/// <param name="sources">The sources to search.</param>
/// <param name="adapter">The Bluetooth adapter; null for the default one.</param>
/// <param name="resolve">Finds the device for a typed name or address.</param>
internal sealed class DeviceMenu(
    AsyncCmdlet cmdlet,
    IReadOnlyList<IDiscoverySource> sources,
    string? adapter,
    Func<string, CancellationToken, Task<ProvisioningDevice>> resolve)
{
    /// <summary>Prompts until a device is chosen.</summary>
    internal ProvisioningDevice Choose(string missing)
    {
        while (true)
        {
            List<ProvisioningDevice> found = Find();
            int width = found.Select(device => device.Name.Length).DefaultIfEmpty().Max();
            (int number, string text) = Menu.Choose(
                cmdlet,
                found.Count == 0 ? "No device in provisioning mode was found." : "Devices:",
                [.. found.Select(device => Describe(device, width))],
                "Device (0 searches again; or a name or address)",
                takesText: true,
                missing);
            if (number > 0)
                return found[number - 1];
            if (number == 0)
                continue;
            try
            {
                return cmdlet.WithProgress(
                    "Looking for devices", "by name or address", () => cmdlet.Await((_, token) => resolve(text, token)));
            }
            catch (ProvisioningException exception)
            {
                UserPrompt.Say(cmdlet.Host, exception.Message);
            }
        }
    }

    private static string Describe(ProvisioningDevice device, int nameWidth)
    {
        string signal = device.Rssi is { } rssi ? $"  {rssi} dBm" : "";
        return $"{device.Name.PadRight(nameWidth)}  {device.Transport}  {device.Address}{signal}";
    }

    private List<ProvisioningDevice> Find()
    {
        var found = new List<ProvisioningDevice>();
        var known = new HashSet<DeviceIdentity>();

        // Any error is expected: most machines lack a transport.
        var search = new DeviceSearch(cmdlet, new DiscoveryRequest(adapter, ServiceUuid: null), timeout: null, (_, _) => true);
        foreach (IDiscoverySource source in sources)
        {
            search.Run(source, (device, _, _) =>
            {
                if (known.Add(DeviceIdentity.Of(device)))
                    found.Add(device);
                return Task.FromResult(true);
            });
        }

        return found;
    }
}
