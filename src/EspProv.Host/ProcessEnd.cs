using System.Runtime.InteropServices;

namespace EspProv.Host;

/// <summary>
/// Runs cleanups before the process ends, normally or by SIGTERM or SIGHUP (on Windows: shutdown, or closing the console). Since .NET 10
/// signals do not raise <see cref="AppDomain.ProcessExit"/>. They are handled only while a cleanup is registered, and then end the process
/// with their usual exit code.
/// </summary>
internal sealed class ProcessEnd
{
    private readonly object _lock = new();
    private readonly HashSet<Registration> _registrations = [];
    private PosixSignalRegistration[] _signals = [];
    private Task? _cleaning;

    /// <summary>The end of this process. Tests create their own.</summary>
    public static ProcessEnd Current { get; } = new();

    /// <summary>Registers a cleanup for the end of the process. It runs once, in parallel with the others.</summary>
    /// <param name="cleanup">Runs on the thread pool; failures are ignored.</param>
    /// <param name="limit">How long the process waits for it.</param>
    /// <returns>Dispose of it to unregister.</returns>
    public IDisposable Register(Func<Task> cleanup, TimeSpan limit)
    {
        var registration = new Registration(this, cleanup, limit);
        lock (_lock)
        {
            _registrations.Add(registration);
            Watch();
        }

        return registration;
    }

    /// <summary>Runs the cleanups; concurrent calls wait for the same run.</summary>
    internal Task CleanAsync()
    {
        lock (_lock)
            return _registrations.Count == 0 ? _cleaning ?? Task.CompletedTask : _cleaning ??= Task.Run(DoAllAsync);
    }

    private async Task DoAllAsync()
    {
        // Ctrl-C would end the process before the cleanups are done.
        using var noInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        await DoRegisteredAsync().ConfigureAwait(false);

        // Cleanups that were registered meanwhile, in one more round only: a running script could add more without end.
        await DoRegisteredAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _cleaning = null;
            Watch();
        }
    }

    private Task DoRegisteredAsync()
    {
        lock (_lock)
        {
            Task[] cleanups = [.. _registrations.Select(registration => registration.DoAsync())];
            _registrations.Clear();
            return Task.WhenAll(cleanups);
        }
    }

    private void Remove(Registration registration)
    {
        lock (_lock)
        {
            _registrations.Remove(registration);
            Watch();
        }
    }

    // Until the cleanups are done, so that a second signal waits for them too.
    private void Watch()
    {
        bool isNeeded = _registrations.Count > 0 || _cleaning is not null;
        if (isNeeded == _signals.Length > 0)
            return;
        if (isNeeded)
        {
            AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
            _signals =
            [
                PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
                PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
            ];
            return;
        }

        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _signals = [];
    }

    private void OnProcessExit(object? sender, EventArgs e) => CleanAsync().Wait();

    private void OnSignal(PosixSignalContext context)
    {
        // Another handler keeps the process alive; it ends later.
        if (!context.Cancel)
            CleanAsync().Wait();
    }

    private sealed class Registration(ProcessEnd end, Func<Task> cleanup, TimeSpan limit) : IDisposable
    {
        public void Dispose() => end.Remove(this);

        public async Task DoAsync()
        {
            try
            {
                await Task.Run(cleanup).WaitAsync(limit).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // Any exception: it can no longer be reported.
            }
        }
    }
}
