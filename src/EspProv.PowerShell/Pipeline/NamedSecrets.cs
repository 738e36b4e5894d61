using System.Management.Automation;
using System.Security;
using EspProv.Commands.Errors;

namespace EspProv.Commands.Pipeline;

/// <summary>
/// Secrets by their names, from Get-Secret of whatever module is loaded that has it. Each name is asked for once; on the pipeline thread.
/// </summary>
internal sealed class NamedSecrets(PSCmdlet cmdlet) : IDisposable
{
    private const string GetSecret = "Get-Secret";

    private readonly Dictionary<string, SecureString> _known = new(StringComparer.Ordinal);

    /// <summary>The secret of a name.</summary>
    /// <returns>It stays this object's.</returns>
    /// <exception cref="ModuleException"><see cref="ModuleError.SecretNotAvailable"/>.</exception>
    internal SecureString Get(string name)
    {
        if (_known.TryGetValue(name, out SecureString? known))
            return known;
        SecureString secret = Ask(name);
        using (Secret utf8 = secret.ToSecret())
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

    /// <summary>A secret that may be given itself, or by its name; null where it is not given.</summary>
    /// <param name="what">The name of the parameter for the secret itself.</param>
    /// <param name="value">The secret; empty for none.</param>
    /// <param name="name">Its name; empty for none.</param>
    /// <returns>It stays its owner's.</returns>
    /// <exception cref="ModuleException">
    /// <see cref="ModuleError.ParameterConflict"/>: both are given. <see cref="ModuleError.SecretNotAvailable"/>.
    /// </exception>
    internal SecureString? Choose(string what, SecureString? value, string? name)
    {
        if (string.IsNullOrEmpty(name))
            return value;
        return value is { Length: > 0 } ? throw Conflict($"-{what}", $"-{what}Secret") : Get(name);
    }

    /// <summary>The error of a secret that is given itself and by its name.</summary>
    internal static ModuleException Conflict(string value, string name) =>
        new(ModuleError.ParameterConflict, $"{value} is a secret, and {name} the name of it in a vault; give one of them.");

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
            throw NotAvailable(name, $"There is no command {GetSecret}. Import the module of the vault that has it.");
        try
        {
            object? found = cmdlet.InvokeCommand
                .InvokeScript(useLocalScope: true, ScriptBlock.Create("& $args[0] -Name $args[1] -ErrorAction Stop"), input: null, command, name)
                .Select(PipelineValue.Unwrap)
                .Take(2)
                .ToArray() is [var one] ? one : null;
            return found switch
            {
                // A copy: what the vault handed out may be the user's.
                SecureString secure => secure.Copy(),
                string text => text.ToSecureString(),
                PSCredential credential => credential.Password.Copy(),
                null => throw NotAvailable(name, $"{GetSecret} did not give one secret of that name."),
                _ => throw NotAvailable(name, $"{GetSecret} gave a {found.GetType().Name}, and not a SecureString, text or a credential."),
            };
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw NotAvailable(name, e.Message, e);
        }
    }

    private static ModuleException NotAvailable(string name, string why, Exception? cause = null) =>
        new(ModuleError.SecretNotAvailable, $"The secret named '{name}' is not available. {why}", cause);
}
