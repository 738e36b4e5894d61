namespace EspProv.Commands.VirtualDevices;

/// <summary>One line of a virtual device's serial monitor.</summary>
public sealed class EspVirtualDeviceLogLine
{
    internal EspVirtualDeviceLogLine(string device, long number, string line)
    {
        Name = UntrustedText.Show(device);
        Number = number;
        Line = line;
    }

    /// <summary>The device's name.</summary>
    public string Name { get; }

    /// <summary>The line number, from 1, counting lines that are no longer kept.</summary>
    public long Number { get; }

    /// <summary>The text.</summary>
    public string Line { get; }

    /// <summary>The text.</summary>
    public override string ToString() => Line;
}
