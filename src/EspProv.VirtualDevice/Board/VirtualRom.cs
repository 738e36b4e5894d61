using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using EspProv.Devices;

namespace EspProv.Virtual.Board;

/// <summary>
/// The serial loader in the ROM of an ESP32-C3, which answers the vendor's flashing tools (esptool's documentation, "Serial Protocol").
/// It runs no code that is uploaded to its memory.
/// </summary>
internal sealed class VirtualRom
{
    /// <summary>The longest packet, which has a block of 16 KiB.</summary>
    public const int MaxPacketLength = HeaderLength + BlockHeaderLength + MaxBlockLength;

    private const int MaxBlockLength = 16 * 1024;
    private const int HeaderLength = 8;
    private const int BlockHeaderLength = 16;
    private const int StatusLength = 4;
    private const int ReadLength = 64;
    private const byte ChecksumSeed = 0xEF;
    private const int SyncReplies = 8;

    // Not zero, which is the uploaded loader's reply.
    private const uint SyncValue = 0x20120707;
    private const uint ChipId = 5;
    private const int SecurityInfoLength = 20;

    private static readonly byte[] SyncPayload = [0x07, 0x07, 0x12, 0x20, .. Enumerable.Repeat((byte)0x55, 32)];

    private readonly VirtualFlash _flash;
    private readonly Dictionary<uint, uint> _registers;
    private readonly SlipDecoder _decoder = new(MaxPacketLength);
    private readonly List<byte> _output = [];
    private bool _isFlashAttached;
    private Download? _download;

    /// <param name="flash">The board's flash.</param>
    /// <param name="name">The board's service name; <c>PROV_</c> and six hexadecimal digits determine the end of its MAC address.</param>
    public VirtualRom(VirtualFlash flash, string name)
    {
        _flash = flash;
        byte[] mac = MacOf(name);
        _registers = new Dictionary<uint, uint>
        {
            [0x40001000] = 0x1B31506F, // the chip's magic
            [0x60008844] = BinaryPrimitives.ReadUInt32BigEndian(mac.AsSpan(2)),
            [0x60008848] = BinaryPrimitives.ReadUInt16BigEndian(mac),
            [0x60008850] = 4 << 18, // revision v0.4, in eFuse block 1
            [0x60002058] = 0x001640EF, // the identification of a flash of 4 MiB
        };
    }

    /// <summary>Whether it was asked to restart the board; it ignores further input then.</summary>
    public bool IsRestartRequested { get; private set; }

    /// <summary>The MAC address of a board: the vendor's prefix, and the digits of its name, or else a digest of the name.</summary>
    public static byte[] MacOf(string name)
    {
        const string Prefix = ProvisioningDevice.StockNamePrefix;
        bool saysMac = name.Length == Prefix.Length + 6 && name.StartsWith(Prefix, StringComparison.Ordinal)
            && name.Skip(Prefix.Length).All(char.IsAsciiHexDigit);
        byte[] end = saysMac ? Convert.FromHexString(name[Prefix.Length..]) : SHA256.HashData(Encoding.UTF8.GetBytes(name))[..3];
        return [0x7C, 0xDF, 0xA1, .. end];
    }

    /// <summary>Processes received bytes, and returns the bytes of the replies.</summary>
    public byte[] Take(ReadOnlySpan<byte> input)
    {
        _output.Clear();
        foreach (byte next in input)
        {
            if (IsRestartRequested)
                break;
            if (_decoder.TryTake(next, out ReadOnlySpan<byte> packet))
                Handle(packet);
        }

        return [.. _output];
    }

    // Ignores anything but a request.
    private void Handle(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < HeaderLength || packet[0] != 0)
            return;
        byte command = packet[1];
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(packet[4..]);
        ReadOnlySpan<byte> data = packet[HeaderLength..];
        Reply reply = BinaryPrimitives.ReadUInt16LittleEndian(packet[2..]) == data.Length
            ? Execute((Command)command, data, checksum)
            : RomError.InvalidFormat;
        for (int i = 0; i < reply.Repeat; i++)
            Send(command, reply);
    }

    private Reply Execute(Command command, ReadOnlySpan<byte> data, uint checksum) => (command, data.Length) switch
    {
        (Command.Sync, 36) => data.SequenceEqual(SyncPayload)
            ? new Reply(SyncValue) { Repeat = SyncReplies }
            : RomError.InvalidFormat,
        (Command.ReadRegister, 4) => new Reply(_registers.GetValueOrDefault(Word(data, 0))),

        // Tools write registers to run commands of the flash chip; the results that they read then are preset.
        (Command.WriteRegister, 16 or 32) => Reply.Ok,
        (Command.GetSecurityInfo, 0) => new Reply(0) { Data = MakeSecurityInfo(_flash.IsEncrypted) },
        (Command.ChangeBaudRate, 8) => Reply.Ok,
        (Command.AttachFlash, 4 or 8) => Attach(),
        (Command.SetFlashParameters, 24) => Reply.Ok,
        (Command.FlashBegin or Command.DeflateBegin, 16 or 20) => Begin(data, isCompressed: command == Command.DeflateBegin),
        (Command.FlashData or Command.DeflateData, >= BlockHeaderLength) =>
            TakeBlock(data, checksum, isCompressed: command == Command.DeflateData),
        (Command.FlashEnd or Command.DeflateEnd, 4) => EndFlash(Word(data, 0)),
        (Command.MemoryBegin, 16) => Reply.Ok,
        (Command.MemoryData, >= BlockHeaderLength) => FindBlockError(data, checksum) ?? Reply.Ok,
        (Command.MemoryEnd, 8) => Word(data, 0) == 0 ? RomError.Failed : Reply.Ok,
        (Command.HashFlash, 16) => Hash(Word(data, 0), Word(data, 1)),
        (Command.ReadFlash, 8) => Read(Word(data, 0), Word(data, 1)),
        _ => RomError.InvalidFormat,
    };

    private Reply Attach()
    {
        _isFlashAttached = true;
        return Reply.Ok;
    }

    private Reply Begin(ReadOnlySpan<byte> data, bool isCompressed)
    {
        (uint size, uint blocks, uint blockLength, uint offset) = (Word(data, 0), Word(data, 1), Word(data, 2), Word(data, 3));
        _download = null;
        if (!IsInFlash(offset, size))
            return RomError.Failed;
        _flash.Erase(offset, size);
        _download = new Download(offset, size, blocks, blockLength, isCompressed);
        return Reply.Ok;
    }

    private Reply TakeBlock(ReadOnlySpan<byte> data, uint checksum, bool isCompressed)
    {
        if (FindBlockError(data, checksum) is { } error)
            return error;
        uint number = Word(data, 1);
        ReadOnlySpan<byte> block = data[BlockHeaderLength..];
        if (_download is not { } download || download.IsCompressed != isCompressed || number >= download.Blocks
            || block.Length > download.BlockLength)
        {
            return RomError.Failed;
        }

        return isCompressed ? Inflate(download, number, block) : Write(download.Offset + ((ulong)number * download.BlockLength), block);
    }

    private Reply Write(ulong offset, ReadOnlySpan<byte> bytes)
    {
        if (offset > VirtualFlash.Size || !VirtualFlash.Contains((uint)offset, (uint)bytes.Length))
            return RomError.Failed;
        return _flash.Write((uint)offset, bytes) ? Reply.Ok : RomError.FlashWrite;
    }

    // Writes when the last block has arrived. A block that is repeated after a lost reply is used once.
    private Reply Inflate(Download download, uint number, ReadOnlySpan<byte> block)
    {
        if (number < download.BlocksTaken)
            return Reply.Ok;
        if (number > download.BlocksTaken || download.Compressed.Length + block.Length > VirtualFlash.Size)
            return RomError.Failed;
        download.Compressed.Write(block);
        download.BlocksTaken++;
        if (download.BlocksTaken < download.Blocks)
            return Reply.Ok;

        Reply reply = WriteInflated(download);
        if (reply.Error is not null)
            _download = null;
        return reply;
    }

    private Reply WriteInflated(Download download)
    {
        download.Compressed.Position = 0;
        uint room = RoundUp(download.Size);
        byte[] content = new byte[room + 1];
        try
        {
            using var inflater = new ZLibStream(download.Compressed, CompressionMode.Decompress, leaveOpen: true);
            int length = inflater.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return length > room ? RomError.Deflate : Write(download.Offset, content.AsSpan(0, length));
        }
        catch (InvalidDataException)
        {
            return RomError.Deflate;
        }
    }

    private Reply EndFlash(uint stay)
    {
        _download = null;
        IsRestartRequested = stay == 0;
        return Reply.Ok;
    }

    private Reply Hash(uint offset, uint length) => IsInFlash(offset, length)
        ? new Reply(0) { Data = Encoding.ASCII.GetBytes(Convert.ToHexString(_flash.HashMd5(offset, length)).ToLowerInvariant()) }
        : RomError.Failed;

    // The reply has the same length for fewer bytes.
    private Reply Read(uint offset, uint length)
    {
        if (length > ReadLength)
            return RomError.FlashReadLength;
        if (!IsInFlash(offset, length))
            return RomError.FlashRead;
        byte[] data = new byte[ReadLength];
        _flash.Read(offset, length).CopyTo(data, 0);
        return new Reply(0) { Data = data };
    }

    private bool IsInFlash(uint offset, uint length) => _isFlashAttached && VirtualFlash.Contains(offset, length);

    private static Reply? FindBlockError(ReadOnlySpan<byte> data, uint checksum)
    {
        ReadOnlySpan<byte> block = data[BlockHeaderLength..];
        if (Word(data, 0) != block.Length)
            return RomError.InvalidFormat;
        byte sum = ChecksumSeed;
        foreach (byte next in block)
            sum ^= next;
        return sum == checksum ? null : RomError.Checksum;
    }

    private static byte[] MakeSecurityInfo(bool isEncrypted)
    {
        byte[] info = new byte[SecurityInfoLength];
        info[4] = (byte)(isEncrypted ? 1 : 0); // an odd number of bits of SPI_BOOT_CRYPT_CNT
        BinaryPrimitives.WriteUInt32LittleEndian(info.AsSpan(12), ChipId);
        return info;
    }

    private void Send(byte command, Reply reply)
    {
        byte[] packet = new byte[HeaderLength + reply.Data.Length + StatusLength];
        (packet[0], packet[1]) = (1, command);
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(2), (ushort)(reply.Data.Length + StatusLength));
        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(4), reply.Value);
        reply.Data.CopyTo(packet.AsSpan(HeaderLength));
        if (reply.Error is { } error)
            (packet[^4], packet[^3]) = (1, (byte)error);
        _output.AddRange(SlipDecoder.Encode(packet));
    }

    private static uint RoundUp(uint size) => (size + VirtualFlash.SectorSize - 1) / VirtualFlash.SectorSize * VirtualFlash.SectorSize;

    private static uint Word(ReadOnlySpan<byte> data, int index) => BinaryPrimitives.ReadUInt32LittleEndian(data[(4 * index)..]);

    private enum Command : byte
    {
        FlashBegin = 0x02,
        FlashData = 0x03,
        FlashEnd = 0x04,
        MemoryBegin = 0x05,
        MemoryEnd = 0x06,
        MemoryData = 0x07,
        Sync = 0x08,
        WriteRegister = 0x09,
        ReadRegister = 0x0A,
        SetFlashParameters = 0x0B,
        AttachFlash = 0x0D,
        ReadFlash = 0x0E,
        ChangeBaudRate = 0x0F,
        DeflateBegin = 0x10,
        DeflateData = 0x11,
        DeflateEnd = 0x12,
        HashFlash = 0x13,
        GetSecurityInfo = 0x14,
    }

    private enum RomError : byte
    {
        InvalidFormat = 0x05,
        Failed = 0x06,
        Checksum = 0x07,
        FlashWrite = 0x08,
        FlashRead = 0x09,
        FlashReadLength = 0x0A,
        Deflate = 0x0B,
    }

    private sealed record Reply(uint Value, RomError? Error = null)
    {
        public static Reply Ok { get; } = new(0);

        public byte[] Data { get; init; } = [];

        public int Repeat { get; init; } = 1;

        public static implicit operator Reply(RomError error) => new(0, error);
    }

    /// <summary>A write to flash that has begun.</summary>
    private sealed record Download(uint Offset, uint Size, uint Blocks, uint BlockLength, bool IsCompressed)
    {
        public MemoryStream Compressed { get; } = new();

        public uint BlocksTaken { get; set; }
    }
}
