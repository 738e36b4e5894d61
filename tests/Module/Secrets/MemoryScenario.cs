using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime;
using System.Security;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Secrets;

/// <summary>
/// A process that gives a device a Thread network key, and then looks for the key in all of its own memory (Linux). It never has the key in
/// one piece itself. Prints one line per fact.
/// </summary>
internal static class MemoryScenario
{
    public const string Name = "memory";

    private const int KeyLength = 16;

    // Kept apart from what a search may find: each digit's byte is compared with this function.
    private static byte KeyByte(int index) => (byte)((index * 37) + 11);

    private static char Digit(int index) => "0123456789abcdef"[(KeyByte(index / 2) >> (index % 2 == 0 ? 4 : 0)) & 15];

    /// <summary>The key, for the device in the other process.</summary>
    public static string Key => string.Create(2 * KeyLength, 0, (digits, _) =>
    {
        for (int i = 0; i < digits.Length; i++)
            digits[i] = Digit(i);
    });

    public static int Run(string address, string script)
    {
        using Runspace runspace = ModuleTest.NewRunspace(new TestHost());
        Console.WriteLine($"before {Describe(Count())}");
        Provision(runspace, address, script);
        Console.WriteLine($"after {Describe(Count())}");
        string control = Key;
        Console.WriteLine($"control {Count().Text > 0} {control.Length}");
        return 0;
    }

    private static string Describe((int Text, int Bytes) count) => $"text {count.Text} bytes {count.Bytes}";

    private static void Provision(Runspace runspace, string address, string script)
    {
        // 000300000f: channel 15; 0208…: extended PAN ID; 0510: network key; 0102…: PAN ID.
        using SecureString dataset = Secure("000300000f020811111111222222220510", "01021234");
        using SecureString key = Secure("", "");
        runspace.SessionStateProxy.SetVariable("address", address);
        runspace.SessionStateProxy.SetVariable("dataset", dataset);
        runspace.SessionStateProxy.SetVariable("key", key);
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        foreach (PSObject outcome in shell.AddScript(script).Invoke())
            Console.WriteLine($"outcome {outcome}");
        foreach (ErrorRecord error in shell.Streams.Error)
            Console.WriteLine($"error {error}");
    }

    private static SecureString Secure(string before, string after)
    {
        var text = new SecureString();
        foreach (char letter in before)
            text.AppendChar(letter);
        for (int i = 0; i < 2 * KeyLength; i++)
            text.AppendChar(Digit(i));
        foreach (char letter in after)
            text.AppendChar(letter);
        text.MakeReadOnly();
        return text;
    }

    // As digits in UTF-16 or ASCII, and as bytes.
    private static (int Text, int Bytes) Count()
    {
        for (int i = 0; i < 3; i++)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        (int text, int bytes) = (0, 0);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(1 << 20, pinned: true);
        using var memory = new FileStream("/proc/self/mem", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        foreach (string line in File.ReadAllLines("/proc/self/maps"))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] range = columns[0].Split('-');
            ulong start = ulong.Parse(range[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            ulong end = ulong.Parse(range[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (columns[1].StartsWith("rw", StringComparison.Ordinal) && end <= long.MaxValue)
                CountIn(memory, (long)start, (long)end, buffer, ref text, ref bytes);
        }

        Array.Clear(buffer);
        return (text, bytes);
    }

    private static void CountIn(FileStream memory, long start, long end, byte[] buffer, ref int text, ref int bytes)
    {
        const int Overlap = 4 * KeyLength;
        for (long at = start; at < end; at += buffer.Length - Overlap)
        {
            int length;
            try
            {
                length = RandomAccess.Read(memory.SafeFileHandle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
            }
            catch (IOException)
            {
                return;
            }

            text += CountIn(buffer.AsSpan(0, length), 2 * KeyLength, 2, Digit) + CountIn(buffer.AsSpan(0, length), 2 * KeyLength, 1, Digit);
            bytes += CountIn(buffer.AsSpan(0, length), KeyLength, 1, index => (char)KeyByte(index));
            Array.Clear(buffer);
        }
    }

    // Looks for the beginning, which is not the key, and compares the rest where that is found.
    private static int CountIn(ReadOnlySpan<byte> memory, int count, int width, Func<int, char> letter)
    {
        Span<byte> beginning = stackalloc byte[4 * width];
        beginning.Clear();
        for (int i = 0; i < 4; i++)
            beginning[i * width] = (byte)letter(i);
        int found = 0;
        for (int next; (next = memory.IndexOf(beginning)) >= 0; memory = memory[(next + 1)..])
        {
            ReadOnlySpan<byte> candidate = memory[next..];
            bool matches = candidate.Length >= count * width;
            for (int i = 0; matches && i < count; i++)
                matches = candidate[i * width] == (byte)letter(i) && (width == 1 || candidate[(i * width) + 1] == 0);
            found += matches ? 1 : 0;
        }

        return found;
    }
}
