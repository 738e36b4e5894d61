using System.Security.Cryptography;

namespace EspProv.Virtual.Board;

/// <summary>
/// The 4 MiB of flash of a virtual board: bootloader, partition table, NVS, application. As in NOR flash, erasing sets the bits of
/// whole sectors and writing only clears bits. Memory of a sector is allocated when it is written to.
/// </summary>
internal sealed class VirtualFlash
{
    /// <summary>Its size in bytes.</summary>
    public const int Size = 4 * 1024 * 1024;

    /// <summary>The size of a sector, the unit of erasing, in bytes.</summary>
    public const int SectorSize = 4096;

    private const int TableOffset = 0x8000;

    // An image's magic, 4 segments, DIO, and the nibbles for 4 MB and 80 MHz.
    private static readonly byte[] BootloaderHeader = [0xE9, 0x04, 0x02, 0x2F];
    private static readonly byte[] ApplicationHeader = [0xE9, 0x06, 0x02, 0x2F];

    private readonly byte[]?[] _sectors = new byte[Size / SectorSize][];
    private byte[] _nvs = [];

    /// <summary>Creates a flash with its factory content and an erased NVS.</summary>
    /// <param name="isEncrypted">Whether bootloader, table and application are stored encrypted. NVS is not, as on a board.</param>
    public VirtualFlash(bool isEncrypted = false)
    {
        IsEncrypted = isEncrypted;
        byte[] application = new byte[0x40];
        ApplicationHeader.CopyTo(application, 0);
        "espprov virtual board"u8.CopyTo(application.AsSpan(0x20));
        WriteImage(0, BootloaderHeader);
        WriteImage(TableOffset, VirtualPartition.MakeTable());
        WriteImage(VirtualPartition.Factory.Offset, application);
        StoreNvs(null);
    }

    /// <summary>Whether the factory content is encrypted, so that a loader reads only random bytes.</summary>
    public bool IsEncrypted { get; }

    /// <summary>Whether <paramref name="length"/> bytes at <paramref name="offset"/> are in the flash.</summary>
    public static bool Contains(uint offset, uint length) => (ulong)offset + length <= Size;

    /// <summary>Replaces the content of NVS; null for a device without credentials.</summary>
    public void StoreNvs(StoredCredentials? credentials)
    {
        _nvs = NvsImage.Of(credentials);
        Erase((uint)VirtualPartition.Nvs.Offset, (uint)VirtualPartition.Nvs.Length);
        Write(VirtualPartition.Nvs.Offset, _nvs);
    }

    /// <summary>Whether NVS still contains what was last stored in it.</summary>
    public bool IsNvsIntact() => Read((uint)VirtualPartition.Nvs.Offset, (uint)VirtualPartition.Nvs.Length).AsSpan().SequenceEqual(_nvs);

    /// <summary>Erases the sectors that contain these bytes.</summary>
    public void Erase(uint offset, uint length)
    {
        Check(offset, length);
        uint end = (offset + length + SectorSize - 1) / SectorSize;
        for (uint sector = offset / SectorSize; length > 0 && sector < end; sector++)
            _sectors[sector] = null;
    }

    /// <summary>Writes bytes.</summary>
    /// <returns>Whether reading returns them: a bit that was not erased stays 0.</returns>
    public bool Write(uint offset, ReadOnlySpan<byte> bytes)
    {
        Check(offset, (uint)bytes.Length);
        bool isWritten = true;
        for (int i = 0; i < bytes.Length; i++)
        {
            (int sector, int at) = Math.DivRem((int)offset + i, SectorSize);
            if (bytes[i] == 0xFF && _sectors[sector] is null)
                continue;
            byte[] written = _sectors[sector] ??= Erased();
            written[at] &= bytes[i];
            isWritten &= written[at] == bytes[i];
        }

        return isWritten;
    }

    /// <summary>Reads bytes.</summary>
    public byte[] Read(uint offset, uint length)
    {
        Check(offset, length);
        byte[] bytes = new byte[length];
        for (int done = 0; done < bytes.Length;)
        {
            (int sector, int at) = Math.DivRem((int)offset + done, SectorSize);
            Span<byte> into = bytes.AsSpan(done, Math.Min(SectorSize - at, bytes.Length - done));
            if (_sectors[sector] is { } written)
                written.AsSpan(at, into.Length).CopyTo(into);
            else
                into.Fill(0xFF);
            done += into.Length;
        }

        return bytes;
    }

    /// <summary>The MD5 of bytes.</summary>
    public byte[] HashMd5(uint offset, uint length)
    {
        Check(offset, length);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        for (uint done = 0; done < length; done += SectorSize)
            hash.AppendData(Read(offset + done, Math.Min(SectorSize, length - done)));
        return hash.GetHashAndReset();
    }

    private void Write(int offset, ReadOnlySpan<byte> bytes) => Write((uint)offset, bytes);

    // A digest instead of a cipher, because the content is never decrypted.
    private void WriteImage(int offset, byte[] image)
    {
        if (!IsEncrypted)
        {
            Write(offset, image);
            return;
        }

        byte[] stored = new byte[(image.Length + SHA256.HashSizeInBytes - 1) / SHA256.HashSizeInBytes * SHA256.HashSizeInBytes];
        for (int at = 0; at < stored.Length; at += SHA256.HashSizeInBytes)
            SHA256.HashData(BitConverter.GetBytes(offset + at), stored.AsSpan(at));
        Write(offset, stored);
    }

    private static byte[] Erased()
    {
        byte[] sector = new byte[SectorSize];
        sector.AsSpan().Fill(0xFF);
        return sector;
    }

    private static void Check(uint offset, uint length)
    {
        if (!Contains(offset, length))
            throw new ArgumentOutOfRangeException(nameof(offset));
    }
}
