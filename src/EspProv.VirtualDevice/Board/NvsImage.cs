using System.Security.Cryptography;

namespace EspProv.Virtual.Board;

/// <summary>
/// The content of NVS: bytes that are the same for the same stored credentials, but do not reveal them. Only the header of a page has the
/// vendor's format.
/// </summary>
internal static class NvsImage
{
    private const int PageCount = 2;
    private const int EntriesOffset = 64;
    private const int EntriesLength = 512;

    // State "active", sequence number 0, version 2.
    private static readonly byte[] PageHeader = [0xFE, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFE];

    /// <summary>Returns the partition's content; erased if there are no credentials.</summary>
    public static byte[] Of(StoredCredentials? credentials)
    {
        byte[] image = new byte[VirtualPartition.Nvs.Length];
        image.AsSpan().Fill(0xFF);
        if (credentials is null)
            return image;

        // Digests of name and salt only: a digest of the passphrase would allow guesses to be tested.
        for (int page = 0; page < PageCount; page++)
        {
            Span<byte> content = image.AsSpan(page * VirtualFlash.SectorSize, VirtualFlash.SectorSize);
            PageHeader.CopyTo(content);
            content[4] = (byte)page;
            Span<byte> entries = content.Slice(EntriesOffset, EntriesLength);
            for (int at = 0; at < EntriesLength; at += SHA256.HashSizeInBytes)
            {
                byte[] block = [.. credentials.Salt.Span, (byte)page, (byte)(at / SHA256.HashSizeInBytes), .. credentials.Ssid];
                SHA256.HashData(block, entries[at..]);
            }
        }

        return image;
    }
}
