using System.Diagnostics;
using System.Globalization;
using EspProv.Manufacturing.Credentials;
using EspProv.Manufacturing.Credentials.Files;
using EspProv.Tests.Support;

namespace EspProv.Benchmarks;

/// <summary>Ten thousand credentials with generated passwords, written as the manufacturing tool's file: rate and memory.</summary>
internal static class BatchMeasurement
{
    private const int Count = 10_000;

    public static void Run(TextWriter output)
    {
        var first = Stopwatch.StartNew();
        var generator = new Sec2CredentialGenerator(SystemRandomSource.Instance);
        generator.Create(new() { Username = "wifiprov" }).Dispose();
        output.WriteLine(Invariant($"first credential of the process, compilation included: {first.Elapsed.TotalMilliseconds:F0} ms"));

        // Processor time measures the rate per core even under load.
        foreach (bool parallel in (bool[])[false, true])
        {
            TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            var writer = new MassManufacturingWriter(TextWriter.Null);
            int written = 0;
            foreach (Sec2Credential credential in Make(generator, parallel))
            {
                writer.Write(credential);
                credential.Dispose();
                if (++written % 2_500 == 0)
                {
                    double memory = GC.GetTotalMemory(true) / 1024.0 / 1024.0;
                    output.WriteLine(Invariant(
                        $"  {written,6}: {clock.Elapsed.TotalSeconds,6:F2} s, managed memory in use {memory:F1} MiB"));
                }
            }

            double seconds = clock.Elapsed.TotalSeconds;
            double cpu = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalSeconds;
            string threads = parallel ? "all processors" : "one thread";
            output.WriteLine(Invariant(
                $"{threads}: {Count / seconds:N0} per second, {Count / cpu:N0} per second of processor time"));
        }
    }

    private static IEnumerable<Sec2Credential> Make(Sec2CredentialGenerator generator, bool parallel)
    {
        IEnumerable<Sec2CredentialRequest> requests = Enumerable.Range(0, Count)
            .Select(i => new Sec2CredentialRequest { Name = Invariant($"PROV_{i:X6}"), Username = "wifiprov" });
        return parallel ? CredentialBatches.Batch(generator, requests) : requests.Select(generator.Create);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
