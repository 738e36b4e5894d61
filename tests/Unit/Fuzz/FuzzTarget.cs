using System.Text;

namespace EspProv.Tests.Fuzz;

/// <summary>A parser of foreign bytes: how it is reached, what valid input looks like, and what it may do with any other.</summary>
internal sealed class FuzzTarget
{
    /// <summary>A name, as in crashers.txt.</summary>
    public required string Name { get; init; }

    /// <summary>How many inputs a plain run takes; 0 where the system lacks what the target needs.</summary>
    public required int Inputs { get; init; }

    /// <summary>Valid inputs; not empty.</summary>
    public required IReadOnlyList<byte[]> Corpus { get; init; }

    /// <summary>Makes what <see cref="Run"/> needs of an input; its allocations are not the parser's.</summary>
    public Action<byte[]>? Prepare { get; init; }

    /// <summary>Hands one input over. Anything but an expected exception is a fault.</summary>
    public required Action<byte[], CancellationToken> Run { get; init; }

    /// <summary>Pieces that mean something in the input.</summary>
    public IReadOnlyList<byte[]> Tokens { get; init; } = [];

    public FuzzShape Shape { get; init; }

    /// <summary>The longest input, in bytes.</summary>
    public int MaxLength { get; init; } = 4096;

    /// <summary>
    /// How many bytes an input may make the parser allocate, whatever its length; long.MaxValue where that cannot be measured.
    /// </summary>
    public long FixedAllocation { get; init; } = 1 << 20;

    /// <summary>How many more for each byte of the input.</summary>
    public int AllocationPerByte { get; init; } = 1024;

    /// <summary>Whether the parser documents that exception. ProvisioningException, where nothing else is said.</summary>
    /// <remarks>By its name: the tests of the module link this file, and have no reference to the library.</remarks>
    public Func<Exception,
        bool> IsExpected
    { get; init; } = static exception => exception.GetType().FullName == "EspProv.ProvisioningException";

    public static IReadOnlyList<byte[]> Texts(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    public override string ToString() => Name;
}
