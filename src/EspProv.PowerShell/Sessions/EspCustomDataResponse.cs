using EspProv.Devices;

namespace EspProv.Commands.Sessions;

/// <summary>The answer of a custom endpoint.</summary>
public sealed class EspCustomDataResponse : ISessionCarrier
{
    private readonly ProvisioningDevice _device;

    internal EspCustomDataResponse(ProvisioningDevice device, string endpoint, EspProvSession? session, byte[] bytes)
    {
        _device = device;
        Endpoint = endpoint;
        Session = session;
        Bytes = bytes;
    }

    /// <summary>The device's name.</summary>
    public string Name => _device.Name;

    /// <summary>The endpoint that answered.</summary>
    public string Endpoint { get; }

    /// <summary>
    /// The answer as UTF-8 text, without the NUL that ends firmware's strings. Line breaks and other control characters are escaped;
    /// <see cref="Bytes"/> has the exact answer.
    /// </summary>
    public string Text => UntrustedText.Show(Bytes.AsSpan().TrimEnd((byte)0));

    /// <summary>The answer as received.</summary>
    public byte[] Bytes { get; }

    /// <summary>The session that was used; none for a one-shot call.</summary>
    public EspProvSession? Session { get; }

    ProvisioningDevice ISessionCarrier.Origin => _device;

    /// <summary>The answer as text.</summary>
    public override string ToString() => Text;
}
