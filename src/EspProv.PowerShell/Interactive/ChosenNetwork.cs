using System.Security;
using EspProv.Fleet.Plan;

namespace EspProv.Commands.Interactive;

/// <summary>A network, and how to make a row of it once its key is known.</summary>
/// <param name="KeyLabel">What to ask for.</param>
/// <param name="IsTyped">Whether the key was typed, and may be typed again.</param>
/// <param name="Key">The key; null for none.</param>
/// <param name="ToRow">The row with that key; whoever gets it disposes of it.</param>
internal sealed record ChosenNetwork(string KeyLabel, bool IsTyped, SecureString? Key, Func<SecureString?, FleetRow> ToRow)
{
    /// <summary>Never the key.</summary>
    public override string ToString() => KeyLabel;
}
