using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EspProv.Board.Log;
using EspProv.Transports.Serial;

namespace EspProv.Board.Loader;

/// <summary>
/// Sends requests to the loader in a chip's ROM (the vendor's "Serial Protocol"). A message has the direction, the command, the length of
/// its data, a word that is a checksum or a register's value, and the data. In a reply the last four bytes of the data are the status. Not
/// safe for concurrent callers.
/// </summary>
/// <param name="stream">The port; owned by the caller.</param>
/// <param name="port">Its name, for messages.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RomLoader(Stream stream, string port, TimeProvider timeProvider)
{
    /// <summary>The size of a flash sector, the smallest unit that can be erased, in bytes.</summary>
    public const uint SectorSize = 4096;

    private const int HeaderLength = 8;
    private const int StatusLength = 4;
    private const int ReadLength = 64;
    private const uint WriteBlock = 1024;

    private static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SyncTimeout = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan RestartTimeout = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan SilenceTimeout = TimeSpan.FromMilliseconds(60);
    private static readonly byte[] SyncData = [0x07, 0x07, 0x12, 0x20, .. Enumerable.Repeat((byte)0x55, 32)];

    // Pinned, because a log may contain secrets.
    private readonly byte[] _buffer = GC.AllocateArray<byte>(1024, pinned: true);
    private readonly SlipReader _reader = new(maxLength: 512);

    // A read that outlasts its timeout is reused by the next call, because not every platform can cancel it.
    private Task<int>? _read;

    // Likewise a write to a board that reads nothing: it completes later, or when the port is closed.
    private Task? _write;

    /// <summary>Whether a request got no reply, or something that is not a valid reply. Boot output does not count.</summary>
    public bool HasFaults { get; private set; }

    /// <summary>Sends sync requests until the loader replies.</summary>
    /// <param name="attempts">The number of requests; each takes 150 ms.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>Whether it replied.</returns>
    public async Task<bool> SyncAsync(int attempts, CancellationToken cancellationToken)
    {
        for (int i = 0; i < attempts; i++)
        {
            await DrainAsync(cancellationToken).ConfigureAwait(false);
            if (await TrySendAsync(LoaderCommand.Sync, SyncData, SyncTimeout, cancellationToken).ConfigureAwait(false)
                && await FindReplyAsync(LoaderCommand.Sync, SyncTimeout, cancellationToken).ConfigureAwait(false) is { IsOk: true })
            {
                // The ROM replies to a sync request eight times.
                await DrainAsync(cancellationToken).ConfigureAwait(false);
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a register.</summary>
    /// <exception cref="BoardException">The loader did not answer, or refused the request.</exception>
    public async Task<uint> ReadRegisterAsync(uint address, CancellationToken cancellationToken) =>
        (await RequestAsync(LoaderCommand.ReadReg, Words(address), 0, ReplyTimeout, cancellationToken).ConfigureAwait(false)).Value;

    /// <summary>Reads the chip's security features; null if its ROM does not know the request.</summary>
    /// <exception cref="BoardException">The loader did not answer.</exception>
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

    /// <summary>Attaches the flash, which all requests below need.</summary>
    /// <param name="size">The flash's size, in bytes.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="BoardException">The loader did not answer, or refused the request.</exception>
    public async Task AttachFlashAsync(uint size, CancellationToken cancellationToken)
    {
        await RequestAsync(LoaderCommand.SpiAttach, Words(0, 0), 0, ReplyTimeout, cancellationToken).ConfigureAwait(false);

        // ID, size, block, sector, page, status mask: the same for all flash chips on such boards, except for the size.
        byte[] parameters = Words(0, size, 64 * 1024, SectorSize, 256, 0xFFFF);
        await RequestAsync(LoaderCommand.SpiSetParams, parameters, 0, ReplyTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads flash and verifies it against the ROM's MD5.</summary>
    /// <returns>The bytes; null if the ROM refuses to read.</returns>
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

    /// <summary>Reads flash and verifies it against the ROM's MD5.</summary>
    /// <param name="offset">The offset, in bytes.</param>
    /// <param name="length">The length in bytes; a multiple of 64.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="BoardException">The loader did not answer or refused the request, or the MD5 differs.</exception>
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

    /// <summary>Returns the ROM's MD5 of a range of the flash.</summary>
    /// <exception cref="BoardException">The loader did not answer, or refused the request.</exception>
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
            throw NotAnswering("its MD5 is not hexadecimal");
        }
    }

    /// <summary>Erases a range of the flash: the ROM erases it when a write begins. Nothing is written.</summary>
    /// <param name="offset">The offset in bytes; a multiple of <see cref="SectorSize"/>.</param>
    /// <param name="size">The size in bytes; a multiple of <see cref="SectorSize"/>.</param>
    /// <param name="hasEncryptionWord">Whether the chip's ROM takes a fifth word, as all but ESP32's do.</param>
    /// <param name="cancellationToken">Cancels the wait; the ROM continues.</param>
    /// <exception cref="BoardException">The loader did not answer, or refused the request.</exception>
    public async Task EraseAsync(uint offset, uint size, bool hasEncryptionWord, CancellationToken cancellationToken)
    {
        byte[] words = Words(size, size / WriteBlock, WriteBlock, offset);
        byte[] request = hasEncryptionWord ? [.. words, .. Words(0)] : words;
        TimeSpan timeout = ForEachMegabyte(seconds: 40, size);
        await RequestAsync(LoaderCommand.FlashBegin, request, 0, timeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Leaves the loader, which restarts the chip. The loader's reply, if any, precedes the chip's output.</summary>
    public Task LeaveAsync(CancellationToken cancellationToken) => SendAsync(LoaderCommand.FlashEnd, Words(0), cancellationToken);

    /// <summary>Leaves the loader, and waits briefly for its reply, so that the request is transmitted.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await LeaveAsync(cancellationToken).ConfigureAwait(false);
        await FindReplyAsync(LoaderCommand.FlashEnd, RestartTimeout, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the next bytes as part of the board's log.</summary>
    /// <returns>The entries that they complete; null on timeout.</returns>
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
            throw SerialLine.Lost(port, new TimeoutException());
    }

    /// <summary>Sends a request.</summary>
    /// <returns>Whether it was written in time.</returns>
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
            throw SerialLine.Lost(port, exception);
        }

        async Task<bool> IsEndedAsync(Task write)
        {
            await write.WaitAsync(timeout, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            return write.IsCompleted;
        }
    }

    /// <summary>Waits for the reply to a command, and ignores all other input; null on timeout.</summary>
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

                // A late reply is not a fault. Anything else is, except for the text that a ROM prints before its first reply.
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

    // Discards late replies.
    private async Task DrainAsync(CancellationToken cancellationToken)
    {
        long start = timeProvider.GetTimestamp();
        while (timeProvider.GetElapsedTime(start) < ReplyTimeout
            && await ReadAsync(SilenceTimeout, cancellationToken).ConfigureAwait(false) > 0)
        {
            // Discarded.
        }

        _reader.Clear();
    }

    // Returns the number of bytes in the buffer; 0 on timeout.
    private async Task<int> ReadAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            _read ??= stream.ReadAsync(_buffer, CancellationToken.None).AsTask();

            // The read may complete just at the timeout, so its own state decides.
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
            throw SerialLine.Lost(port, exception);
        }
    }

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

#pragma warning disable CA5351 // The ROM has only this digest. It detects damage, not attacks.
    private static byte[] Md5(byte[] content) => MD5.HashData(content);
#pragma warning restore CA5351

    private static string Hex(uint value) => string.Create(CultureInfo.InvariantCulture, $"0x{value:x}");

    private sealed record Reply(LoaderCommand Command, uint Value, byte[] Data, bool IsOk, byte Error);
}

/// <summary>A chip's security features.</summary>
/// <param name="Flags">The ROM's flags.</param>
/// <param name="ChipId">The chip's ID; null if its ROM does not report it.</param>
internal sealed record LoaderSecurity(uint Flags, uint? ChipId)
{
    /// <summary>Whether the loader only accepts new firmware, and cannot read.</summary>
    public bool IsDownloadRestricted => (Flags & 0x4) != 0;

    /// <summary>Whether the chip only starts signed firmware.</summary>
    public bool HasSecureBoot => (Flags & 0x1) != 0;
}
