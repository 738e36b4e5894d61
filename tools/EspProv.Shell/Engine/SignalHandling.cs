using System.Runtime.InteropServices;

namespace EspProv.Shell.Engine;

/// <summary>Ctrl-C stops what runs; SIGTERM and SIGHUP stop it and end the shell.</summary>
internal sealed class SignalHandling : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public SignalHandling(ShellSession session)
    {
        Register(PosixSignal.SIGINT, context => context.Cancel |= session.Interrupt());
        Register(PosixSignal.SIGTERM, context => context.Cancel = session.Terminate(128 + 15));
        Register(PosixSignal.SIGHUP, context => context.Cancel = session.Terminate(128 + 1));
    }

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void Register(PosixSignal signal, Action<PosixSignalContext> handler) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, handler));
}
