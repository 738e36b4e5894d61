namespace EspProv.Commands.Registry;

/// <summary>What the cmdlets of this process have opened: the one piece of state that is not in an object of the user's.</summary>
internal sealed class ModuleState
{
    private ModuleState()
    {
    }

    /// <summary>The one instance; all runspaces of the process share it, ForEach-Object -Parallel included.</summary>
    internal static ModuleState Current { get; } = new();

    internal SessionRegistry Sessions { get; } = new();

    internal VirtualDeviceRegistry VirtualDevices { get; } = new();

    /// <summary>Closes the sessions first, so that no virtual device goes away under one.</summary>
    internal void CloseAll()
    {
        foreach (EspProvSession session in Sessions.All)
        {
            if (Sessions.Remove(session))
                session.CloseInBackground();
        }
        foreach (EspVirtualDevice device in VirtualDevices.All)
        {
            if (VirtualDevices.Remove(device))
                _ = device.StopAsync().AsTask();
        }
    }
}
