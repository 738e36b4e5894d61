using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EspProv.Board.Log;

namespace EspProv.Board.Loader;

/// <summary>
/// The requests of the loader in a chip's ROM (the vendor's "Serial Protocol"). A message has the direction, the command, the length of
/// its data, a word that is a checksum or a register's value, and the data, whose last four bytes are the status in a reply. Not safe for
/// concurrent callers.
/// </summary>
/// <param name="stream">The port; owned by the caller.</param>
/// <param name="port">Its name, for messages.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RomLoader(Stream stream, string port, TimeProvider timeProvider)
{
    /// <summary>The size of the flash's sectors, the least that can be erased.</summary>
    public const uint SectorSize = 4096;

    private const int HeaderLength = 8;
    private const int StatusLength = 4;
    private const int ReadLength = 64;
    private const uint WriteBlock = 1024;

    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SyncTimeout = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan RestartTimeout = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(60);
    private static readonly byte[] SyncData = [0x07, 0x07, 0x12, 0x20, .. Enumerable.Repeat((byte)0x55, 32)];

    // Pinned: a log may have secrets.
    private readonly byte[] _buffer = GC.AllocateArray<byte>(1024, pinned: true);
    private readonly SlipReader _reader = new(maxLength: 512);

    // A read that is still waiting when its time is over stays the next one: not every platform can cancel it.
    private Task<int>? _read;

    // Likewise a write, of a port whose board takes nothing: it takes it later, or the port is closed.
    private Task? _write;

    /// <summary>Whether a request was not answered, or answered with something that is no reply. Noise of a boot does not count.</summary>
    public bool HasFaults { get; private set; }

    /// <summary>Asks the loader to answer, until it does.</summary>
    /// <param name="attempts">How often; each takes 150 ms.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it answers.</returns>
    public async Task<bool> SyncAsync(int attempts, CancellationToken cancellationToken)
    {
        for (int i = 0; i < attempts; i++)
        {
            await DrainAsync(cancellationToken).ConfigureAwait(false);
            if (await TrySendAsync(LoaderCommand.Sync, SyncData, SyncTimeout, cancellationToken).ConfigureAwait(false)
                && await FindReplyAsync(LoaderCommand.Sync, SyncTimeout, cancellationToken).ConfigureAwait(false) is { IsOk: true })
            {
                // The ROM answers this one eight times.
                await DrainAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a register.</summary>
    /// <exception cref="BoardException">It was not answered, or refused.</exception>
    public async Task<uint> ReadRegisterAsync(uint address, CancellationToken cancellationToken) =>
        (await RequestAsync(LoaderCommand.ReadReg, Words(address), 0, ReplyTimeout, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>The chip's security features; null where its ROM does not know the request.</summary>
    /// <exception cref="BoardException">It was not answered.</exception>
    public async Task<LoaderSecurity?> GetSecurityAsync(CancellationToken cancellationToken)
    {
        try
        {
            Reply reply = await RequestAsync(LoaderCommand.GetSecurityInfo, [], 12, ReplyTimeout, cancellationToken).ConfigureAwait(false);
            return new LoaderSecurity(
                BinaryPrimitives.ReadUInt32LittleEndian(reply.Data),
                reply.Data.Length >= 16 ? BinaryPrimitives.ReadUInt32LittleEndian(reply.Data.AsSpan(12)) : null);
        }
        catch (BoardException exception) when (exception.Problem is BoardProblem.BoardRequestRefused)
        {
            // Some ROMs answer an unknown request eight times.
            await DrainAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Connects the flash, which all requests below need.</summary>
    /// <param name="size">The flash's size, in bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="BoardException">It was not answered, or refused.</exception>
    public async Task AttachFlashAsync(uint size, CancellationToken cancellationToken)
    {
        await RequestAsync(LoaderCommand.SpiAttach, Words(0, 0), 0, ReplyTimeout, cancellationToken).ConfigureAwait(false);

        // Id, size, block, sector, page, status mask: of all flash chips on such boards.
        byte[] parameters = Words(0, size, 64 * 1024, SectorSize, 256, 0xFFFF);
        await RequestAsync(LoaderCommand.SpiSetParams, parameters, 0, ReplyTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads flash, and compares it with the ROM's own MD5 of it.</summary>
    /// <returns>The bytes; null where the ROM refuses to read.</returns>
    /// <inheritdoc cref="ReadFlashAsync"/>
    public async Task<byte[]?> TryReadFlashAsync(uint offset, int length, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadFlashAsync(offset, length, cancellationToken).ConfigureAwait(false);
        }
        catch (BoardException exception) when (exception.Problem is BoardProblem.BoardRequestRefused)
        {
            // Some ROMs answer an unknown request eight times.
            await DrainAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Reads flash, and compares it with the ROM's own MD5 of it.</summary>
    /// <param name="offset">Where, in bytes.</param>
    /// <param name="length">How much: a multiple of 64 bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="BoardException">It was not answered, refused, or is not what the flash has.</exception>
    private async Task<byte[]> ReadFlashAsync(uint offset, int length, CancellationToken cancellationToken)
    {
        byte[] content = new byte[length];
        for (int at = 0; at < length; at += ReadLength)
        {
            byte[] request = Words(offset + (uint)at, ReadLength);
            Reply reply = await RequestAsync(
                LoaderCommand.ReadFlashSlow, request, ReadLength, ReplyTimeout, cancellationToken).ConfigureAwait(false);
            reply.Data.AsSpan(0, ReadLength).CopyTo(content.AsSpan(at));
        }

        byte[] md5 = await GetMd5Async(offset, (uint)length, cancellationToken).ConfigureAwait(false);
        return md5.AsSpan().SequenceEqual(Md5(content))
            ? content
            : throw NotAnswering($"what was read at {Hex(offset)} is not what the flash has there. Check the cable");
    }

    /// <summary>The MD5 of a range of the flash, by the ROM.</summary>
    /// <exception cref="BoardException">It was not answered, or refused.</exception>
    public async Task<byte[]> GetMd5Async(uint offset, uint size, CancellationToken cancellationToken)
    {
        TimeSpan timeout = ForEachMegabyte(seconds: 8, size);
        Reply reply = await RequestAsync(
            LoaderCommand.SpiFlashMd5, Words(offset, size, 0, 0), 32, timeout, cancellationToken).ConfigureAwait(false);
        try
        {
            return Convert.FromHexString(Encoding.ASCII.GetString(reply.Data, 0, 32));
        }
        catch (FormatException)
        {
            HasFaults = true;
            throw NotAnswering("its MD5 is none");
        }
    }

    /// <summary>Erases a range of the flash: the ROM does that when it is told to write there. Nothing is written.</summary>
    /// <param name="offset">Where; a multiple of <see cref="SectorSize"/>.</param>
    /// <param name="size">How much; a multiple of <see cref="SectorSize"/>.</param>
    /// <param name="hasEncryptionWord">Whether the chip's ROM takes a fifth word, as all but ESP32's do.</param>
    /// <param name="cancellationToken">Cancels the waiting; the ROM goes on.</param>
    /// <exception cref="BoardException">It was not answered, or refused.</exception>
    public async Task EraseAsync(uint offset, uint size, bool hasEncryptionWord, CancellationToken cancellationToken)
    {
        byte[] words = Words(size, size / WriteBlock, WriteBlock, offset);
        byte[] request = hasEncryptionWord ? [.. words, .. Words(0)] : words;
        TimeSpan timeout = ForEachMegabyte(seconds: 40, size);
        await RequestAsync(LoaderCommand.FlashBegin, request, 0, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves the loader, which restarts the chip. If it answers, the answer comes before what the chip prints.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => SendAsync(LoaderCommand.FlashEnd, Words(0), cancellationToken);

    /// <summary>Leaves the loader, and waits a moment for its answer, so that the request is on the line.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await LeaveAsync(cancellationToken).ConfigureAwait(false);
        await FindReplyAsync(LoaderCommand.FlashEnd, RestartTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads what comes next as a part of the board's log.</summary>
    /// <returns>What it completes; null when the time is over.</returns>
    public async Task<IReadOnlyList<BoardLogEntry>?> ReadLogAsync(
        BoardLogParser parser, TimeSpan timeout, CancellationToken cancellationToken)
    {
        int count = timeout > TimeSpan.Zero ? await ReadAsync(timeout, cancellationToken).ConfigureAwait(false) : 0;
        if (count == 0)
            return null;
        IReadOnlyList<BoardLogEntry> entries = parser.Add(_buffer.AsSpan(0, count));
        CryptographicOperations.ZeroMemory(_buffer);
        return entries;
    }

    private async Task<Reply> RequestAsync(
        LoaderCommand command, byte[] data, int replyLength, TimeSpan timeout, CancellationToken cancellationToken)
    {
        _reader.Clear();
        await SendAsync(command, data, cancellationToken).ConfigureAwait(false);
        if (await FindReplyAsync(command, timeout, cancellationToken).ConfigureAwait(false) is not { } reply)
        {
            HasFaults = true;
            throw NotAnswering($"it does not answer {command}");
        }

        if (!reply.IsOk)
        {
            throw new BoardException(
                BoardProblem.BoardRequestRefused,
                string.Create(
                    CultureInfo.InvariantCulture, $"The board at {port} refuses {command} with the error 0x{reply.Error:x2}."));
        }

        if (reply.Data.Length >= replyLength)
            return reply;
        HasFaults = true;
        throw NotAnswering($"its answer to {command} is too short");
    }

    private async Task SendAsync(LoaderCommand command, byte[] data, CancellationToken cancellationToken)
    {
        if (!await TrySendAsync(command, data, ReplyTimeout, cancellationToken).ConfigureAwait(false))
            throw Gone(new TimeoutException());
    }

    /// <summary>Sends a request.</summary>
    /// <returns>Whether the board took it in time.</returns>
    private async Task<bool> TrySendAsync(LoaderCommand command, byte[] data, TimeSpan timeout, CancellationToken cancellationToken)
    {
        byte[] message = new byte[HeaderLength + data.Length];
        message[1] = (byte)command;
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), (ushort)data.Length);
        data.CopyTo(message, HeaderLength);
        try
        {
            if (_write is not null && !await IsEndedAsync(_write).ConfigureAwait(false))
                return false;
            _write = stream.WriteAsync(Slip.Encode(message), cancellationToken).AsTask();
            if (!await IsEndedAsync(_write).ConfigureAwait(false))
                return false;
            await _write.ConfigureAwait(false);
            _write = null;
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Gone(exception);
        }

        async Task<bool> IsEndedAsync(Task write)
        {
            await write.WaitAsync(timeout, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return write.IsCompleted;
        }
    }

    /// <summary>The reply to a command; null when the time is over. Everything else that comes is ignored.</summary>
    private async Task<Reply?> FindReplyAsync(LoaderCommand command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
        while (true)
        {
            TimeSpan left = timeout - timeProvider.GetElapsedTime(start);
            int count = left > TimeSpan.Zero ? await ReadAsync(left, cancellationToken).ConfigureAwait(false) : 0;
            if (count == 0)
                return null;
            foreach (byte[] message in _reader.Add(_buffer.AsSpan(0, count)))
            {
                Reply? reply = Parse(message);
                if (reply?.Command == command)
                    return reply;

                // A reply that is late is no fault. What is no reply is one, except the text that a ROM prints before the first.
                HasFaults |= reply is null && command is not LoaderCommand.Sync;
            }
        }
    }

    private static Reply? Parse(byte[] message)
    {
        if (message.Length < HeaderLength + StatusLength || message[0] != 1
            || BinaryPrimitives.ReadUInt16LittleEndian(message.AsSpan(2)) != message.Length - HeaderLength)
        {
            return null;
        }

        int status = message.Length - StatusLength;
        return new Reply(
            (LoaderCommand)message[1],
            BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(4)),
            message[HeaderLength..status],
            message[status] == 0,
            message[status + 1]);
    }

    // Replies that are late belong to nobody.
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
        while (timeProvider.GetElapsedTime(start) < ReplyTimeout && await ReadAsync(Quiet, cancellationToken).ConfigureAwait(false) > 0)
        {
            // Dropped.
        }

        _reader.Clear();
    }

    // How many bytes are in the buffer; 0 when the time is over.
    private async Task<int> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            _read ??= stream.ReadAsync(_buffer, CancellationToken.None).AsTask();

            // Bytes may come just when the time is over: the read itself says whether they did.
            await ((Task)_read).WaitAsync(timeout, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (!_read.IsCompleted)
                return 0;
            int count = await _read.ConfigureAwait(false);
            _read = null;
            return count > 0 ? count : throw new EndOfStreamException();
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Gone(exception);
        }
    }

    private ProvisioningException Gone(Exception cause) => new(
        ProvisioningErrorReason.DeviceUnreachable,
        $"The serial port {port} went away, as it does when the board or its cable is unplugged.",
        cause);

    private BoardException NotAnswering(string what) => new(
        BoardProblem.BoardNotAnswering, $"The loader of the board at {port} does not work as it should: {what}.");

    private static TimeSpan ForEachMegabyte(int seconds, uint size)
    {
        var timeout = TimeSpan.FromSeconds((double)seconds * size / (1024 * 1024));
        return timeout > ReplyTimeout ? timeout : ReplyTimeout;
    }

    private static byte[] Words(params uint[] words)
    {
        byte[] bytes = new byte[words.Length * sizeof(uint)];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * sizeof(uint)), words[i]);
        return bytes;
    }

#pragma warning disable CA5351 // The ROM has this digest alone, and it proves nothing against an attacker.
    private static byte[] Md5(byte[] content) => MD5.HashData(content);
#pragma warning restore CA5351

    private static string Hex(uint value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");

    private sealed record Reply(LoaderCommand Command, uint Value, byte[] Data, bool IsOk, byte Error);
}

/// <summary>A chip's security features.</summary>
/// <param name="Flags">The ROM's flags.</param>
/// <param name="ChipId">The chip's number; null where its ROM does not tell.</param>
internal sealed record LoaderSecurity(uint Flags, uint? ChipId)
{
    /// <summary>Whether the loader only takes new firmware, and reads nothing.</summary>
    public bool IsDownloadRestricted => (Flags & 0x4) != 0;

    /// <summary>Whether the chip only starts signed firmware.</summary>
    public bool HasSecureBoot => (Flags & 0x1) != 0;
}
