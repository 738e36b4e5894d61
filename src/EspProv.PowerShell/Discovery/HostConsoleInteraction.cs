using System.Management.Automation;
using System.Management.Automation.Host;
using EspProv.Commands.Pipeline;
using EspProv.Transports.Console;

namespace EspProv.Commands.Discovery;

/// <summary>
/// Prompts at PowerShell's host. A session outlives the cmdlet that made it, so each line goes to the host of the cmdlet that runs now, on
/// its pipeline thread.
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
            return ui.ReadLine() ?? throw CannotPrompt(null);
        },
        cancellationToken);

    private static async Task<string> OnPipelineAsync(Func<PSHostUserInterface, string> act, CancellationToken cancellationToken)
    {
        PipelineSink sink = PipelineSink.Current ?? throw CannotPrompt(null);
        var done = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        sink.Run(cmdlet =>
        {
            try
            {
                done.TrySetResult(((PSCmdlet)cmdlet).Host.UI is { } ui ? act(ui) : throw CannotPrompt(null));
            }
            catch (ProvisioningException exception)
            {
                done.TrySetException(exception);
            }
            catch (Exception exception) when (UserPrompt.IsUnavailable(exception))
            {
                done.TrySetException(CannotPrompt(exception));
            }
            catch
            {
                // Ctrl-C at the question ends the pipeline and cancels the work.
                done.TrySetCanceled(CancellationToken.None);
                throw;
            }
        });
        return await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static ProvisioningException CannotPrompt(Exception? cause) => new(
        ProvisioningErrorReason.TransportUnavailable,
        "The console transport needs a user to answer its questions, and this session cannot prompt.",
        cause);
}
