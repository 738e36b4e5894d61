using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Networks.Thread;

namespace EspProv.Commands.Thread;

/// <summary>The Thread status that a device reported.</summary>
public sealed class EspThreadStatus : ISessionCarrier
{
    private readonly ProvisioningDevice _device;
    private readonly ThreadStatus _status;

    internal EspThreadStatus(ProvisioningDevice device, EspProvSession? session, ThreadStatus status)
    {
        _device = device;
        Session = session;
        _status = status;
    }

    /// <summary>The device's name.</summary>
    public string Name => _device.Name;

    /// <summary>The state.</summary>
    public ThreadAttachState State => _status.State;

    /// <summary>Why attaching failed, if it did.</summary>
    public ThreadAttachFailReason? FailReason => _status.FailReason;

    /// <summary>The network, when attached.</summary>
    public string? NetworkName => _status.NetworkName;

    /// <summary>The PAN ID, when attached.</summary>
    public string? PanId => _status.PanId is { } panId ? EspThreadNetwork.FormatPanId(panId) : null;

    /// <summary>The extended PAN ID, when attached.</summary>
    public string? ExtendedPanId => _status.ExtendedPanId;

    /// <summary>The channel, when attached.</summary>
    public int? Channel => _status.Channel;

    /// <summary>The session that was used; null if the command opened its own.</summary>
    public EspProvSession? Session { get; }

    ProvisioningDevice ISessionCarrier.Origin => _device;

    /// <summary>The state.</summary>
    public override string ToString() => State.ToString();
}
