namespace EspProv.Virtual;

/// <summary>A fault that is injected for a request to a virtual device.</summary>
public enum VirtualFaultKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The link is lost before the device receives the request.</summary>
    DropRequest,

    /// <summary>The link is lost after the device handled the request, before the response.</summary>
    DropResponse,

    /// <summary>One bit of the response is wrong.</summary>
    CorruptResponse,

    /// <summary>Only the first half of the response arrives.</summary>
    TruncateResponse,
}

/// <summary>A request that is about to be handled.</summary>
/// <param name="Endpoint">The endpoint's name.</param>
/// <param name="Number">The request's number, from 1, over all endpoints.</param>
public readonly record struct VirtualRequest(string Endpoint, long Number);

/// <summary>A fault, with a delay before the request is handled.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="Delay">The delay before the request is handled.</param>
public readonly record struct VirtualFault(VirtualFaultKind Kind, TimeSpan Delay = default)
{
    /// <summary>Nothing goes wrong.</summary>
    public static VirtualFault None => default;
}
