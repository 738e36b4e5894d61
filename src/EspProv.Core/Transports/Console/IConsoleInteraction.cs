namespace EspProv.Transports.Console;

/// <summary>The person who copies data between this program and a tool that is connected to the device.</summary>
public interface IConsoleInteraction
{
    /// <summary>Shows a line.</summary>
    Task SayAsync(string line, CancellationToken cancellationToken);

    /// <summary>Shows a question on its own line, and returns the typed answer.</summary>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.TransportUnavailable"/>: this session cannot prompt.
    /// </exception>
    Task<string> AskAsync(string question, CancellationToken cancellationToken);
}
