using System.Runtime.InteropServices;

namespace EspProv.Host;

/// <summary>
/// What has to be undone before the process ends, by itself, by SIGTERM or by SIGHUP (on Windows: shutdown, and a console that is closed).
/// Since .NET 10 no signal raises <see cref="AppDomain.ProcessExit"/>. They are caught only while something is registered, and afterwards
/// end the process as they do without: the exit code is theirs.
/// </summary>
internal sealed class ProcessEnd
{
    private readonly object _lock = new();
    private readonly HashSet<Registration> _registrations = [];
    private PosixSignalRegistration[] _signals = [];
    private Task? _cleaning;

    /// <summary>The end of this process. Tests make one of their own, which they end themselves.</summary>
    public static ProcessEnd Current { get; } = new();

    /// <summary>Has something done when the process ends: once, and at the same time as all else that is registered.</summary>
    /// <param name="cleanup">Runs on a thread of the pool; failures are ignored.</param>
    /// <param name="limit">How long the process waits for it.</param>
    /// <returns>To be disposed of when there is nothing to be done any more.</returns>
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

    /// <summary>Does what is registered; a call meanwhile waits for the same cleaning.</summary>
    internal Task CleanAsync()
    {
        lock (_lock)
            return _registrations.Count == 0 ? _cleaning ?? Task.CompletedTask : _cleaning ??= Task.Run(DoAllAsync);
    }

    private async Task DoAllAsync()
    {
        // Ctrl-C would end the process before it is clean.
        using var noInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        await DoRegisteredAsync().ConfigureAwait(false);

        // What was begun meanwhile, once only: a script that goes on could add more without end.
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

    // Until the cleaning is over, so that a second signal waits for it too.
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
        // Another handler keeps the process alive: it ends later, by itself.
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
                // Of any kind: it is too late to tell anybody.
            }
        }
    }
}
