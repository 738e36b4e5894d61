using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using EspProv.Srp;

namespace EspProv.Benchmarks.Peers;

/// <summary>OpenSSL's BN_mod_exp, through libcrypto's C API.</summary>
internal sealed partial class OpenSslPeer : IPeer
{
    private const string LibCrypto = "libcrypto";
    private static readonly string[] Files =
    [
        "libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib", "libcrypto-3-x64.dll", "libcrypto",
    ];

    private readonly IntPtr _n;
    private readonly IntPtr _result;
    private readonly IntPtr _context;

    static OpenSslPeer() => NativeLibrary.SetDllImportResolver(typeof(OpenSslPeer).Assembly, Resolve);

    /// <exception cref="DllNotFoundException">OpenSSL is not installed.</exception>
    public OpenSslPeer()
    {
        _context = BN_CTX_new();
        _result = BN_new();
        _n = Number(SrpGroup.Rfc5054_3072.Pad(SrpGroup.Rfc5054_3072.N));
        Name = "OpenSSL " + Marshal.PtrToStringUTF8(OpenSSL_version(0))!.Split(' ')[1];
    }

    public string Name { get; }

    public (byte[] Power, double Seconds) Measure(byte[] basis, byte[] exponent, int count)
    {
        IntPtr x = Number(basis), y = Number(exponent);
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            if (BN_mod_exp(_result, x, y, _n, _context) != 1)
                throw new InvalidOperationException("BN_mod_exp failed.");
        }

        double seconds = clock.Elapsed.TotalSeconds;
        byte[] power = new byte[(BN_num_bits(_result) + 7) / 8];
        _ = BN_bn2bin(_result, power);
        BN_free(x);
        BN_free(y);
        return (power, seconds);
    }

    public void Dispose()
    {
        BN_free(_n);
        BN_free(_result);
        BN_CTX_free(_context);
    }

    private static IntPtr Number(byte[] bytes) => BN_bin2bn(bytes, bytes.Length, IntPtr.Zero);

    private static IntPtr Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (string file in Files)
        {
            if (library == LibCrypto && NativeLibrary.TryLoad(file, out IntPtr handle))
                return handle;
        }

        return IntPtr.Zero;
    }

    [LibraryImport(LibCrypto)]
    private static partial IntPtr OpenSSL_version(int type);

    [LibraryImport(LibCrypto)]
    private static partial IntPtr BN_new();

    [LibraryImport(LibCrypto)]
    private static partial void BN_free(IntPtr number);

    [LibraryImport(LibCrypto)]
    private static partial IntPtr BN_CTX_new();

    [LibraryImport(LibCrypto)]
    private static partial void BN_CTX_free(IntPtr context);

    [LibraryImport(LibCrypto)]
    private static partial IntPtr BN_bin2bn(byte[] bytes, int length, IntPtr number);

    [LibraryImport(LibCrypto)]
    private static partial int BN_bn2bin(IntPtr number, byte[] bytes);

    [LibraryImport(LibCrypto)]
    private static partial int BN_num_bits(IntPtr number);

    [LibraryImport(LibCrypto)]
    private static partial int BN_mod_exp(IntPtr result, IntPtr basis, IntPtr exponent, IntPtr modulus, IntPtr context);
}
