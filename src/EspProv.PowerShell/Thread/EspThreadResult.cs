using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Sessions;

namespace EspProv.Commands.Thread;

/// <summary>The outcome of sending a Thread dataset to one device, as one flat row for a report.</summary>
public sealed class EspThreadResult : ISessionCarrier
{
    private readonly ProvisioningDevice _device;
    private readonly ThreadProvisioningResult _result;

    internal EspThreadResult(ProvisioningDevice device, EspProvSession? session, ThreadProvisioningResult result)
    {
        _device = device;
        Session = session;
        _result = result;
    }

    /// <summary>The device's name.</summary>
    public string Name => _device.Name;

    /// <summary>The device's address when it was provisioned.</summary>
    public string Address => _device.Address;

    /// <summary>The network's name, from the dataset or the device.</summary>
    public string? NetworkName => _result.NetworkName;

    /// <summary><c>Connected</c> only when the device, or the log of its board, reported that it is attached.</summary>
    public ProvisioningOutcome Status => _result.Outcome;

    /// <summary>What reported that it is connected or failed: the device, or the log of its board; null for none.</summary>
    public ProvisioningWitness? Witness => _result.Witness;

    /// <summary>Why it failed, or why the outcome is unknown.</summary>
    public string? Reason => _result.Reason;

    /// <summary>The PAN ID of the network that the device is attached to.</summary>
    public string? PanId => _result.PanId is { } panId ? EspThreadNetwork.FormatPanId(panId) : null;

    /// <summary>The extended PAN ID of the network that the device is attached to.</summary>
    public string? ExtendedPanId => _result.ExtendedPanId;

    /// <summary>The channel.</summary>
    public int? Channel => _result.Channel;

    /// <summary>From the first command to the outcome.</summary>
    public TimeSpan Duration => _result.Duration;

    /// <summary>The session that was used; null if the command opened its own.</summary>
    public EspProvSession? Session { get; }

    ProvisioningDevice ISessionCarrier.Origin => _device;

    /// <summary>Name and status.</summary>
    public override string ToString() => $"{Name}: {Status}";
}
