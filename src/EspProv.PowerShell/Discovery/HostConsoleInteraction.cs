using System.Management.Automation;
using System.Management.Automation.Host;
using EspProv.Commands.Pipeline;
using EspProv.Transports.Console;

namespace EspProv.Commands.Discovery;

/// <summary>
/// The person at PowerShell's host. A session outlives the cmdlet that made it, so that each line goes to the host of the cmdlet that is at
/// work, on its pipeline thread.
/// </summary>
internal sealed class HostConsoleInteraction : IConsoleInteraction
{
    /// <inheritdoc/>
    public Task SayAsync(string line, CancellationToken cancellationToken) => OnPipelineAsync(
        ui =>
        {
            ui.WriteLine(UntrustedText.Show(line));
            return "";
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<string> AskAsync(string question, CancellationToken cancellationToken) => OnPipelineAsync(
        ui =>
        {
            ui.Write(UntrustedText.Show(question));
            return ui.ReadLine() ?? throw Nobody(null);
        },
        cancellationToken);

    private static async Task<string> OnPipelineAsync(Func<PSHostUserInterface, string> act, CancellationToken cancellationToken)
    {
        PipelineSink sink = PipelineSink.Current ?? throw Nobody(null);
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        sink.Run(cmdlet =>
        {
            try
            {
                done.TrySetResult(((PSCmdlet)cmdlet).Host.UI is { } ui ? act(ui) : throw Nobody(null));
            }
            catch (ProvisioningException exception)
            {
                done.TrySetException(exception);
            }
            catch (Exception exception) when (exception is HostException or PSInvalidOperationException or NotImplementedException)
            {
                // The ways in which hosts without a person say so.
                done.TrySetException(Nobody(exception));
            }
            catch
            {
                // Ctrl-C at the question: it ends the pipeline, and the work with it.
                done.TrySetCanceled(CancellationToken.None);
                throw;
            }
        });
        return await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ProvisioningException Nobody(Exception? cause) => new(
        ProvisioningErrorReason.TransportUnavailable, "The console transport needs a person who can be asked, and there is none at this host.", cause);
}
