namespace EspProv.Board.Loader;

/// <summary>A chip, with the registers and offsets that identify it (from the vendor's technical reference manuals).</summary>
/// <param name="Name">The chip's name.</param>
/// <param name="Id">Its ID in security information and firmware images.</param>
/// <param name="Magic">The word at <see cref="MagicRegister"/>, for chips that do not report their ID; null for others.</param>
/// <param name="MacRegister">The first of the two eFuse words with the MAC address.</param>
/// <param name="BootloaderOffset">The offset of its bootloader in flash, in bytes.</param>
/// <param name="Major">The bits of the revision's major number.</param>
/// <param name="MinorLow">The low bits of the minor number.</param>
/// <param name="MinorHigh">The minor number's high bit; null for none.</param>
internal sealed record BoardChip(
    string Name,
    uint Id,
    uint? Magic,
    uint MacRegister,
    uint BootloaderOffset,
    RegisterBits Major,
    RegisterBits MinorLow,
    RegisterBits? MinorHigh)
{
    /// <summary>The address of a ROM word that identifies older chips.</summary>
    public const uint MagicRegister = 0x4000_1000;

    private const uint EfuseC3 = 0x6000_8800;

    /// <summary>ESP32, whose revision bits are spread over several registers.</summary>
    public static BoardChip Esp32 { get; } = new(
        "ESP32", 0, 0x00F0_1D83, 0x3FF5_A004, 0x1000, new(0x3FF5_A00C, 15, 1), new(0x3FF5_A014, 24, 2), null);

    /// <summary>All known chips.</summary>
    public static IReadOnlyList<BoardChip> All { get; } =
    [
        Esp32,
        new("ESP32-S2", 2, 0x0000_07C6, 0x3F41_A044, 0x1000, new(0x3F41_A050, 18, 2), new(0x3F41_A054, 4, 3), new(0x3F41_A050, 20, 1)),
        new("ESP32-C3", 5, null, EfuseC3 + 0x44, 0, new(EfuseC3 + 0x58, 24, 2), new(EfuseC3 + 0x50, 18, 3), new(EfuseC3 + 0x58, 23, 1)),
        new("ESP32-S3", 9, null, 0x6000_7044, 0, new(0x6000_7058, 24, 2), new(0x6000_7050, 18, 3), new(0x6000_7058, 23, 1)),
        new("ESP32-C2", 12, null, EfuseC3 + 0x40, 0, new(EfuseC3 + 0x44, 20, 2), new(EfuseC3 + 0x44, 16, 4), null),
        new("ESP32-C6", 13, null, 0x600B_0844, 0, new(0x600B_0850, 22, 2), new(0x600B_0850, 18, 4), null),
        new("ESP32-C5", 23, null, 0x600B_4844, 0x2000, new(0x600B_484C, 4, 2), new(0x600B_484C, 0, 4), null),
    ];

    /// <summary>Whether the ROM's write request has a word for encryption.</summary>
    public bool HasEncryptionWord => this != Esp32;

    /// <summary>The revision, such as v0.4.</summary>
    public async Task<string> ReadRevisionAsync(RomLoader loader, CancellationToken cancellationToken)
    {
        uint major = await Major.ReadAsync(loader, cancellationToken).ConfigureAwait(false);
        uint minor = await MinorLow.ReadAsync(loader, cancellationToken).ConfigureAwait(false);
        if (MinorHigh is { } high)
            minor |= await high.ReadAsync(loader, cancellationToken).ConfigureAwait(false) << MinorLow.Count;
        if (this == Esp32)
        {
            // The major number has three single bits, added one after the other.
            uint second = await new RegisterBits(0x3FF5_A014, 20, 1).ReadAsync(loader, cancellationToken).ConfigureAwait(false);
            uint third = await new RegisterBits(0x3FF6_607C, 31, 1).ReadAsync(loader, cancellationToken).ConfigureAwait(false);
            major = (major, second, third) switch { (0, _, _) => 0, (_, 0, _) => 1, (_, _, 0) => 2, _ => 3 };
        }

        return $"v{major}.{minor}";
    }
}

/// <summary>A bit field of a register.</summary>
/// <param name="Address">The register.</param>
/// <param name="Shift">The number of its lowest bit.</param>
/// <param name="Count">The number of bits.</param>
internal readonly record struct RegisterBits(uint Address, int Shift, int Count)
{
    /// <summary>Reads the bits.</summary>
    public async Task<uint> ReadAsync(RomLoader loader, CancellationToken cancellationToken) =>
        (await loader.ReadRegisterAsync(Address, cancellationToken).ConfigureAwait(false) >> Shift) & ((1u << Count) - 1);
}
