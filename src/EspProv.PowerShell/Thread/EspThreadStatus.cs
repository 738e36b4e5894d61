using EspProv.Commands.Sessions;
using EspProv.Networks.Thread;

namespace EspProv.Commands.Thread;

/// <summary>One answer of a device to the question how it stands with its Thread network.</summary>
public sealed class EspThreadStatus
{
    private readonly ThreadStatus _status;

    internal EspThreadStatus(string device, EspProvSession? session, ThreadStatus status)
    {
        Device = device;
        Session = session;
        _status = status;
    }

    /// <summary>The device's name.</summary>
    public string Device { get; }

    /// <summary>The state.</summary>
    public ThreadAttachState State => _status.State;

    /// <summary>Why it failed, when it did.</summary>
    public ThreadAttachFailReason? FailReason => _status.FailReason;

    /// <summary>The network, when attached.</summary>
    public string? NetworkName => _status.NetworkName;

    /// <summary>The PAN ID, when attached.</summary>
    public string? PanId => _status.PanId is { } panId ? EspThreadNetwork.FormatPanId(panId) : null;

    /// <summary>The extended PAN ID, when attached.</summary>
    public string? ExtendedPanId => _status.ExtendedPanId;

    /// <summary>The channel, when attached.</summary>
    public int? Channel => _status.Channel;

    /// <summary>The session that was asked; none for a one-shot query.</summary>
    public EspProvSession? Session { get; }

    /// <summary>The state.</summary>
    public override string ToString() => State.ToString();
}
