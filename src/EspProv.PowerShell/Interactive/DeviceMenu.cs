using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
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
    private static readonly TimeSpan SearchTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Prompts until a device is chosen.</summary>
    internal ProvisioningDevice Choose(string missing)
    {
        while (true)
        {
            List<ProvisioningDevice> found = cmdlet.WithProgress("Looking for devices", "in range", () => cmdlet.Await(FindAsync));
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

    private async Task<List<ProvisioningDevice>> FindAsync(PipelineSink sink, CancellationToken token)
    {
        var found = new List<ProvisioningDevice>();
        var request = new DiscoveryRequest(adapter, ServiceUuid: null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(SearchTimeout);
        foreach (IDiscoverySource source in sources)
        {
            try
            {
                await foreach (ProvisioningDevice device in source.FindAsync(request, limit.Token).ConfigureAwait(false))
                {
                    bool isKnown = found.Exists(known => known.Transport == device.Transport
                        && known.Address == device.Address
                        && known.AccessPoint == device.AccessPoint);
                    if (!isKnown)
                        found.Add(device);
                }
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                // Timeout: the search is over.
            }
            catch (ProvisioningException exception)
            {
                sink.Verbose(exception.Message);
            }
            catch (Exception exception) when (AsyncCmdlet.IsUnexpected(exception) && !token.IsCancellationRequested)
            {
                sink.Verbose($"{source.Transport}: {UnexpectedError.TypesOf(exception)}.");
                sink.Error(ErrorFactory.Unexpected(source.Transport));
            }
        }

        return found;
    }
}
