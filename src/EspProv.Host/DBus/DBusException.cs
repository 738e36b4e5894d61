namespace EspProv.Host.DBus;

/// <summary>An error reply or an error of the connection: a dotted name and a text.</summary>
internal sealed class DBusException(string name, string message) : Exception(UntrustedText.Show(message))
{
    internal const string Prefix = "org.freedesktop.DBus.Error.";
    internal const string Disconnected = Prefix + "Disconnected";
    internal const string NoReply = Prefix + "NoReply";
    internal const string ServiceUnknown = Prefix + "ServiceUnknown";
    internal const string NameHasNoOwner = Prefix + "NameHasNoOwner";
    internal const string AccessDenied = Prefix + "AccessDenied";
    internal const string UnknownObject = Prefix + "UnknownObject";
    internal const string UnknownMethod = Prefix + "UnknownMethod";
    internal const string InvalidArgs = Prefix + "InvalidArgs";
    internal const string NoServer = Prefix + "NoServer";
    internal const string FileNotFound = Prefix + "FileNotFound";
    internal const string LimitsExceeded = Prefix + "LimitsExceeded";

    /// <summary>The error's name: <c>org.bluez.Error.Failed</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the bus failed to start the service that was called, directly or through systemd.</summary>
    public bool IsFailedStart =>
        Name.StartsWith(Prefix + "Spawn.", StringComparison.Ordinal)
        || Name.StartsWith("org.freedesktop.systemd1.", StringComparison.Ordinal);
}
