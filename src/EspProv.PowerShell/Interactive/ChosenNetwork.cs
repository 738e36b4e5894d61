using System.Security;
using EspProv.Fleet.Plan;

namespace EspProv.Commands.Interactive;

/// <summary>A chosen network, and how to make a row with its key.</summary>
/// <param name="KeyLabel">The prompt for the key.</param>
/// <param name="IsTyped">Whether the key was typed, and may be typed again.</param>
/// <param name="Key">The key; null for none.</param>
/// <param name="ToRow">Makes the row with a key; the caller disposes of it.</param>
internal sealed record ChosenNetwork(string KeyLabel, bool IsTyped, SecureString? Key, Func<SecureString?, FleetRow> ToRow)
{
    /// <summary>Without the key.</summary>
    public override string ToString() => KeyLabel;
}
