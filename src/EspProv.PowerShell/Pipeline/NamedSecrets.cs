using System.Management.Automation;
using System.Security;
using EspProv.Commands.Errors;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Reads secrets by name with Get-Secret of whichever module provides it. Each name is read once. For the pipeline thread only.
/// </summary>
internal sealed class NamedSecrets(PSCmdlet cmdlet) : IDisposable
{
    private const string GetSecret = "Get-Secret";

    private readonly Dictionary<string, SecureString> _known = new(StringComparer.Ordinal);

    /// <summary>The secret with that name.</summary>
    /// <returns>The secret; this object disposes of it.</returns>
    /// <exception cref="ModuleException"><see cref="ModuleError.SecretNotAvailable"/>.</exception>
    internal SecureString Get(string name)
    {
        if (_known.TryGetValue(name, out SecureString? known))
            return known;
        SecureString secret = Ask(name);
        using (var utf8 = secret.ToSecret())
        {
            if (secret.Length == 0 || GivenText.FindError("It", utf8.Bytes) is not null)
            {
                secret.Dispose();
                throw NotAvailable(name, GivenText.FindError("It", utf8.Bytes) ?? "It is empty.");
            }
        }

        _known.Add(name, secret);
        return secret;
    }

    /// <summary>A secret that is given as a value or by its name in a vault; null when neither is given.</summary>
    /// <param name="what">The name of the parameter for the value.</param>
    /// <param name="value">The secret; empty for none.</param>
    /// <param name="name">Its name; empty for none.</param>
    /// <returns>The secret; the caller does not dispose of it.</returns>
    /// <exception cref="ModuleException">
    /// <see cref="ModuleError.ParameterConflict"/>: both are given. <see cref="ModuleError.SecretNotAvailable"/>.
    /// </exception>
    internal SecureString? Choose(string what, SecureString? value, string? name)
    {
        if (string.IsNullOrEmpty(name))
            return value;
        return value is { Length: > 0 } ? throw Conflict($"-{what}", $"-{what}Secret") : Get(name);
    }

    /// <summary>The error for a secret that is given both as a value and by its name.</summary>
    internal static ModuleException Conflict(string value, string name) =>
        new(ModuleError.ParameterConflict, $"{value} is a secret, and {name} is its name in a vault; give one of them.");

    /// <summary>Zeroes the secrets.</summary>
    public void Dispose()
    {
        foreach (SecureString secret in _known.Values)
            secret.Dispose();
        _known.Clear();
    }

    private SecureString Ask(string name)
    {
        if (cmdlet.InvokeCommand.GetCommand(GetSecret, CommandTypes.Function | CommandTypes.Cmdlet | CommandTypes.Alias) is not { } command)
            throw NotAvailable(name, $"There is no command {GetSecret}. Import the module of your vault.");
        try
        {
            object? found = cmdlet.InvokeCommand
                .InvokeScript(
                    useLocalScope: true,
                    ScriptBlock.Create("& $args[0] -Name $args[1] -ErrorAction Stop"),
                    input: null,
                    command,
                    name)
                .Select(PipelineValue.Unwrap)
                .Take(2)
                .ToArray() is [var one] ? one : null;
            return found switch
            {
                // A copy: the user may still use the vault's object.
                SecureString secure => secure.Copy(),
                string text => text.ToSecureString(),
                PSCredential credential => credential.Password.Copy(),
                null => throw NotAvailable(name, $"{GetSecret} did not return exactly one secret of that name."),
                _ => throw NotAvailable(name, $"{GetSecret} returned a {found.GetType().Name}, not a SecureString, text or a credential."),
            };
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw NotAvailable(name, exception.Message, exception);
        }
    }

    private static ModuleException NotAvailable(string name, string why, Exception? cause = null) =>
        new(ModuleError.SecretNotAvailable, $"The secret named '{name}' is not available. {why}", cause);
}
