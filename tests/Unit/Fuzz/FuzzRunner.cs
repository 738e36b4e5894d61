using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EspProv.Tests.Fuzz;

/// <summary>What is wrong with an input's treatment.</summary>
internal enum FuzzFaultKind
{
    /// <summary>An exception that the parser does not document.</summary>
    Exception,

    /// <summary>It does not come back.</summary>
    Hang,

    /// <summary>It allocates out of proportion to its input.</summary>
    Memory,
}

/// <summary>A fault, with what is needed to see it again.</summary>
internal sealed record FuzzFault(FuzzFaultKind Kind, long Iteration, byte[] Input, string What);

/// <summary>What a run came to.</summary>
/// <param name="Target">The target's name.</param>
/// <param name="Seed">What its inputs were made from.</param>
/// <param name="Inputs">How many there were.</param>
/// <param name="Accepted">How many of them were taken for valid.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Faults">What went wrong, one of a kind.</param>
internal sealed record FuzzReport(string Target, ulong Seed, long Inputs, long Accepted, TimeSpan Time, IReadOnlyList<FuzzFault> Faults)
{
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"{Target}: {Inputs} inputs ({Accepted} accepted) in {Time.TotalSeconds:0.0} s, seed {Seed}, {Faults.Count} faults");
        foreach (FuzzFault fault in Faults)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\n{fault.Kind} at iteration {fault.Iteration}: {fault.What}\nInput for crashers.txt: {Target} {Convert.ToHexStringLower(fault.Input)}");
        }

        return text.ToString();
    }
}

/// <summary>Runs a target on a thread of its own, and watches it.</summary>
internal static class FuzzRunner
{
    /// <summary>
    /// Long enough for a busy machine: an input takes microseconds, and some milliseconds where there is arithmetic or a socket.
    /// </summary>
    public static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    private const string SecondsVariable = "ESPPROV_FUZZ_SECONDS";
    private const string SeedVariable = "ESPPROV_FUZZ_SEED";
    private const ulong DefaultSeed = 20_260_101;
    private const int MostFaults = 10;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs mutated inputs as the environment asks for, and else the plain run.</summary>
    public static FuzzReport Mutate(FuzzTarget target)
    {
        string? seconds = Environment.GetEnvironmentVariable(SecondsVariable);
        string? seed = Environment.GetEnvironmentVariable(SeedVariable);

        // A longer run is to see other inputs than the last one did.
        ulong number = seed is not null ? ulong.Parse(seed, CultureInfo.InvariantCulture)
            : seconds is null ? DefaultSeed : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        TimeSpan? time = seconds switch
        {
            null => null,
            "forever" => TimeSpan.MaxValue,
            _ => TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)),
        };
        return Mutate(target, number, target.Inputs, time);
    }

    /// <summary>Runs mutated inputs: so many, or for so long.</summary>
    public static FuzzReport Mutate(FuzzTarget target, ulong seed, long inputs, TimeSpan? time = null, TimeSpan? hangLimit = null)
    {
        var mutator = new Mutator(target.Corpus, target.Tokens, target.Shape, target.MaxLength);
        long from = Stopwatch.GetTimestamp();
        return Run(
            target,
            seed,
            iteration => (time is { } limit ? Stopwatch.GetElapsedTime(from) < limit : iteration < inputs)
                ? mutator.Next(FuzzRandom.For(seed, target.Name, iteration))
                : null,
            hangLimit ?? HangLimit);
    }

    /// <summary>Runs given inputs.</summary>
    public static FuzzReport Replay(FuzzTarget target, IReadOnlyList<byte[]> inputs) =>
        Run(target, 0, iteration => iteration < inputs.Count ? inputs[(int)iteration] : null, HangLimit);

    private static FuzzReport Run(FuzzTarget target, ulong seed, Func<long, byte[]?> next, TimeSpan hangLimit)
    {
        using var stop = new CancellationTokenSource();
        var worker = new Worker(target, next, stop.Token);
        long from = Stopwatch.GetTimestamp();
        var thread = new Thread(worker.Run) { IsBackground = true, Name = "Fuzz " + target.Name };
        thread.Start();
        long seen = -1;
        long since = Stopwatch.GetTimestamp();
        while (!thread.Join(Look))
        {
            long count = worker.Count;
            if (count != seen)
                (seen, since) = (count, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(since) > hangLimit)
            {
                // A target that heeds the token ends; one that does not is left behind on its thread.
                stop.Cancel();
                return new FuzzReport(target.Name, seed, count, worker.Accepted, Stopwatch.GetElapsedTime(from), [.. worker.Faults,
                    new(FuzzFaultKind.Hang, count, worker.Current, $"no end within {hangLimit.TotalSeconds:0} s")]);
            }
        }

        return new FuzzReport(target.Name, seed, worker.Count, worker.Accepted, Stopwatch.GetElapsedTime(from), worker.Faults);
    }

    private sealed class Worker(FuzzTarget target, Func<long, byte[]?> next, CancellationToken stop)
    {
        private readonly HashSet<string> _known = [];
        private readonly List<FuzzFault> _faults = [];
        private long _count;
        private long _accepted;
        private volatile byte[] _current = [];

        public long Count => Interlocked.Read(ref _count);

        public long Accepted => Interlocked.Read(ref _accepted);

        public byte[] Current => _current;

        public IReadOnlyList<FuzzFault> Faults
        {
            get
            {
                lock (_faults)
                    return [.. _faults];
            }
        }

        public void Run()
        {
            while (!stop.IsCancellationRequested && _faults.Count < MostFaults && next(_count) is { } input)
            {
                _current = input;
                Try(input);
                Interlocked.Increment(ref _count);
            }
        }

        private void Try(byte[] input)
        {
            target.Prepare?.Invoke(input);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                target.Run(input, stop);
                Interlocked.Increment(ref _accepted);
            }
            catch (Exception exception) when (target.IsExpected(exception))
            {
            }
            catch (Exception exception)
            {
                Note(FuzzFaultKind.Exception, input, exception.ToString(), PlaceOf(exception));
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (target.FixedAllocation != long.MaxValue
                && allocated > target.FixedAllocation + ((long)target.AllocationPerByte * input.Length))
            {
                Note(FuzzFaultKind.Memory, input, $"{allocated} bytes were allocated for an input of {input.Length}", "memory");
            }
        }

        // One of a kind is enough: the same exception from the same place.
        private void Note(FuzzFaultKind kind, byte[] input, string what, string place)
        {
            if (!_known.Add(place))
                return;
            lock (_faults)
                _faults.Add(new FuzzFault(kind, _count, input, what));
        }

        private static string PlaceOf(Exception exception) =>
            $"{exception.GetType()} {string.Join('|', (exception.StackTrace ?? "").Split('\n').Where(line => line.Contains("EspProv", StringComparison.Ordinal)).Take(2))}";
    }
}
