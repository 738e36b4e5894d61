using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using EspProv.Srp;

namespace EspProv.Benchmarks.Peers;

/// <summary>Python's pow(g, x, N), which dominates the vendor's script.</summary>
internal sealed class PythonPeer : IPeer
{
    private const string Script = """
        import sys, time, platform
        N = int(sys.argv[1], 16)
        print(platform.python_version(), flush=True)
        for line in sys.stdin:
            g, x, count = line.split()
            g, x, count = int(g, 16), int(x, 16), int(count)
            start = time.perf_counter()
            for _ in range(count):
                v = pow(g, x, N)
            print('%.9f %x' % (time.perf_counter() - start, v), flush=True)
        """;

    private readonly Process _process;

    /// <exception cref="Win32Exception">Python is not installed.</exception>
    public PythonPeer()
    {
        string modulus = Convert.ToHexString(SrpGroup.Rfc5054_3072.Pad(SrpGroup.Rfc5054_3072.N));
        _process = Process.Start(new ProcessStartInfo("python3", ["-c", Script, modulus])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Name = "Python " + (_process.StandardOutput.ReadLine() ?? throw new Win32Exception("python3 does not run."));
    }

    public string Name { get; }

    public (byte[] Power, double Seconds) Measure(byte[] basis, byte[] exponent, int count)
    {
        _process.StandardInput.WriteLine($"{Convert.ToHexString(basis)} {Convert.ToHexString(exponent)} {count}");
        string[] answer = _process.StandardOutput.ReadLine()!.Split(' ');
        string hex = answer[1].Length % 2 == 0 ? answer[1] : "0" + answer[1];
        return (Convert.FromHexString(hex), double.Parse(answer[0], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
