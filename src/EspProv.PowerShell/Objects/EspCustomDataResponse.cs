using System.Text;

namespace EspProv.Commands;

/// <summary>What an application's own endpoint answered.</summary>
public sealed class EspCustomDataResponse
{
    internal EspCustomDataResponse(string device, string endpoint, EspProvSession? session, byte[] bytes)
    {
        Device = device;
        Endpoint = endpoint;
        Session = session;
        Bytes = bytes;
    }

    /// <summary>The device's name.</summary>
    public string Device { get; }

    /// <summary>The endpoint that answered.</summary>
    public string Endpoint { get; }

    /// <summary>The answer as UTF-8 text, without the NUL that firmware ends its strings with.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes).TrimEnd('\0');

    /// <summary>The answer as it came.</summary>
    public byte[] Bytes { get; }

    /// <summary>The session that was used; none for a one-shot call.</summary>
    public EspProvSession? Session { get; }

    /// <summary>The answer as text.</summary>
    public override string ToString() => Text;
}
