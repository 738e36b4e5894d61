using System.Text.RegularExpressions;

namespace EspProv.Host.DBus;

/// <summary>The D-Bus specification's rules for names. The bus closes a connection that sends a bad one, so names are checked.</summary>
internal static partial class DBusNames
{
    private const int MaxLength = 255;

    public static bool IsObjectPath(string text) => ObjectPath().IsMatch(text);

    public static bool IsInterface(string text) => text.Length <= MaxLength && Interface().IsMatch(text);

    public static bool IsMember(string text) => text.Length <= MaxLength && Member().IsMatch(text);

    public static bool IsBusName(string text) => text.Length <= MaxLength && BusName().IsMatch(text);

    [GeneratedRegex(@"^/([A-Za-z0-9_]+(/[A-Za-z0-9_]+)*)?\z")]
    private static partial Regex ObjectPath();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+\z")]
    private static partial Regex Interface();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex Member();

    [GeneratedRegex(@"^(:[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+|[A-Za-z_-][A-Za-z0-9_-]*(\.[A-Za-z_-][A-Za-z0-9_-]*)+)\z")]
    private static partial Regex BusName();
}
