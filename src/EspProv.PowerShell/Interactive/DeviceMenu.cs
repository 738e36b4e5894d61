using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Devices;

namespace EspProv.Commands.Interactive;

/// <summary>Lets the user choose a device among those in range, or type which one.</summary>
/// <param name="cmdlet">Whose host is asked.</param>
/// <param name="sources">Where to look.</param>
/// <param name="adapter">The Bluetooth adapter; null for the default one.</param>
/// <param name="resolve">The device of a name or address that was typed.</param>
internal sealed class DeviceMenu(
    AsyncCmdlet cmdlet, IReadOnlyList<IDiscoverySource> sources, string? adapter, Func<string, CancellationToken, Task<ProvisioningDevice>> resolve)
{
    private static readonly TimeSpan SearchTime = TimeSpan.FromSeconds(5);

    /// <summary>Asks until a device is chosen.</summary>
    internal ProvisioningDevice Choose(string missing)
    {
        while (true)
        {
            List<ProvisioningDevice> found = cmdlet.WithProgress("Looking for devices", "in range", () => cmdlet.Await(FindAsync));
            int width = found.Select(device => device.Name.Length).DefaultIfEmpty().Max();
            (int number, string text) = Menu.Choose(
                cmdlet,
                found.Count == 0 ? "No device in provisioning mode was found." : "Devices:",
                [.. found.Select(device => $"{device.Name.PadRight(width)}  {device.Transport}  {device.Address}{(device.Rssi is { } rssi ? $"  {rssi} dBm" : "")}")],
                "Device (0 looks again; or a name or address)",
                takesText: true,
                missing);
            if (number > 0)
                return found[number - 1];
            if (number == 0)
                continue;
            try
            {
                return cmdlet.WithProgress("Looking for devices", "by its name or address", () => cmdlet.Await((_, token) => resolve(text, token)));
            }
            catch (ProvisioningException exception)
            {
                UserPrompt.Say(cmdlet.Host, exception.Message);
            }
        }
    }

    private async Task<List<ProvisioningDevice>> FindAsync(PipelineSink sink, CancellationToken token)
    {
        var found = new List<ProvisioningDevice>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(SearchTime);
        foreach (IDiscoverySource source in sources)
        {
            try
            {
                await foreach (ProvisioningDevice device in source.FindAsync(new DiscoveryRequest(adapter, ServiceUuid: null), limit.Token).ConfigureAwait(false))
                {
                    if (!found.Exists(known => known.Transport == device.Transport && known.Address == device.Address && known.AccessPoint == device.AccessPoint))
                        found.Add(device);
                }
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                // The time to look is over.
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
