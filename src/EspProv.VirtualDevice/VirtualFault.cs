namespace EspProv.Virtual;

/// <summary>What goes wrong with one request to a virtual device.</summary>
public enum VirtualFaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The link is lost before the device has seen the request.</summary>
    DropRequest,

    /// <summary>The device has acted on the request; the link is lost before the response.</summary>
    DropResponse,

    /// <summary>One bit of the response is wrong.</summary>
    CorruptResponse,

    /// <summary>Only the first half of the response arrives.</summary>
    TruncateResponse,
}

/// <summary>A request that is about to be handled.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Number">The request's number in the life of the device, counted from 1 over all endpoints.</param>
public readonly record struct VirtualRequest(string Endpoint, long Number);

/// <summary>A fault, with a delay before the request is handled.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Delay">How long the request waits first.</param>
public readonly record struct VirtualFault(VirtualFaultKind Kind, TimeSpan Delay = default)
{
    /// <summary>Nothing goes wrong.</summary>
    public static VirtualFault None => default;
}
