using EspProv.Commands.Pipeline;
using EspProv.Devices;

namespace EspProv.Commands.Discovery;

/// <summary>Searches discovery sources on the pipeline thread of a cmdlet. An error in one source does not stop the others.</summary>
/// <param name="cmdlet">The cmdlet that shows progress and errors.</param>
/// <param name="request">What to search for, and where.</param>
/// <param name="timeout">How long to search each source; null for the default of each.</param>
/// <param name="isExpected">Whether an error of a source is only a verbose message.</param>
internal sealed class DeviceSearch(
    AsyncCmdlet cmdlet,
    DiscoveryRequest request,
    TimeSpan? timeout,
    Func<IDiscoverySource, ProvisioningException, bool> isExpected)
{
    /// <summary>Searches one source, until it ends or its time is over.</summary>
    /// <param name="source">The source.</param>
    /// <param name="takeAsync">Takes a device within the time of the source; false ends the search.</param>
    internal void Run(IDiscoverySource source, Func<ProvisioningDevice, PipelineSink, CancellationToken, Task<bool>> takeAsync) =>
        cmdlet.Try(source.Transport, () => cmdlet.WithProgress("Looking for devices", $"over {source.Transport}", () => cmdlet.Await(
            async (sink, stop) =>
            {
                await RunAsync(source, takeAsync, sink, stop).ConfigureAwait(false);
                return true;
            })));

    private async Task RunAsync(
        IDiscoverySource source,
        Func<ProvisioningDevice, PipelineSink, CancellationToken, Task<bool>> takeAsync,
        PipelineSink sink,
        CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(timeout ?? source.DefaultTimeout);
        try
        {
            await foreach (ProvisioningDevice device in source.FindAsync(request, limit.Token).ConfigureAwait(false))
            {
                // Returning stops the scan.
                if (!await takeAsync(device, sink, limit.Token).ConfigureAwait(false))
                    return;
            }
        }
        catch (ProvisioningException exception) when (isExpected(source, exception))
        {
            string what = source is HostWifiSource ? "for access points" : $"over {source.Transport}";
            sink.Verbose($"Not looking {what}: {exception.Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Timeout: the search of this source is over.
        }
    }
}
