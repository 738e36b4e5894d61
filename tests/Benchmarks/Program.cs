using BenchmarkDotNet.Running;
using EspProv.Benchmarks;
using EspProv.Benchmarks.Peers;

// dotnet run -c Release --project tests/Benchmarks -- peers     this project against Python, OpenSSL and BouncyCastle, in one run
// dotnet run -c Release --project tests/Benchmarks -- batch     10,000 credentials: rate, and whether memory stays flat
// dotnet run -c Release --project tests/Benchmarks -- --filter '*'     BenchmarkDotNet
switch (args)
{
    case ["peers", ..]:
        PeerComparison.Run(Console.Out);
        break;
    case ["batch", ..]:
        BatchMeasurement.Run(Console.Out);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(SrpBenchmarks).Assembly).Run(args);
        break;
}
