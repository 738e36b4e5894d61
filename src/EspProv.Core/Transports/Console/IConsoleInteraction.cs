namespace EspProv.Transports.Console;

/// <summary>The person who carries data between this program and another one that has a link to the device.</summary>
public interface IConsoleInteraction
{
    /// <summary>Shows a line.</summary>
    Task SayAsync(string line, CancellationToken cancellationToken);

    /// <summary>Shows a question on a line of its own, and returns what is typed behind it.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.TransportUnavailable"/>: there is nobody to ask.</exception>
    Task<string> AskAsync(string question, CancellationToken cancellationToken);
}
