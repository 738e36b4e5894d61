using Tmds.DBus.Protocol;

namespace EspProv.Host.DBus;

/// <summary>A value with its type, for a variant.</summary>
internal sealed record DBusVariant(string Signature, object Value);

/// <summary>A sent or received message. Values are those of <see cref="DBusReader"/> and <see cref="DBusWriter"/>.</summary>
internal sealed record DBusMessage
{
    public string? Destination { get; init; }

    public string? Sender { get; init; }

    public string? Path { get; init; }

    public string? Interface { get; init; }

    public string? Member { get; init; }

    /// <summary>The error's name, when this is an error reply.</summary>
    public string? ErrorName { get; init; }

    public string Signature { get; init; } = "";

    public IReadOnlyList<object> Body { get; init; } = [];

    public static DBusMessage Call(
        string destination, string path, string interfaceName, string member, string signature = "", params object[] body) =>
        Signal(path, interfaceName, member, signature, body) with { Destination = destination };

    public static DBusMessage Signal(string path, string interfaceName, string member, string signature, params object[] body) => new()
    {
        Path = path,
        Interface = interfaceName,
        Member = member,
        Signature = signature,
        Body = body,
    };

    public DBusMessage Return(string signature = "", params object[] body) =>
        new() { Destination = Sender, Signature = signature, Body = body };

    public DBusMessage Error(string name, string message) =>
        new() { Destination = Sender, ErrorName = name, Signature = "s", Body = [message] };

    /// <summary>Copies a message from the library's buffer.</summary>
    /// <exception cref="InvalidDataException">Nested too deeply, or of a type that does not exist.</exception>
    internal static DBusMessage Read(Message message) => new()
    {
        Sender = message.SenderAsString,
        Path = message.PathAsString,
        Interface = message.InterfaceAsString,
        Member = message.MemberAsString,
        Signature = message.SignatureAsString ?? "",
        Body = DBusReader.ReadBody(message),
    };

    /// <summary>Throws if a name is invalid: the library does not check, and the bus closes a connection that sends one.</summary>
    /// <exception cref="ArgumentException">A name does not follow the rules of D-Bus.</exception>
    internal void CheckNames()
    {
        Check(Destination, DBusNames.IsBusName);
        Check(Path, DBusNames.IsObjectPath);
        Check(Interface, DBusNames.IsInterface);
        Check(Member, DBusNames.IsMember);
        Check(ErrorName, DBusNames.IsInterface);

        static void Check(string? name, Func<string, bool> isValid)
        {
            if (name is not null && !isValid(name))
                throw new ArgumentException($"'{name}' is not a valid name on the bus.");
        }
    }
}
