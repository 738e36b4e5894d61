using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using EspProv.Board.Partitions;
using EspProv.Transports.Serial;
using EspProv.Wire;

namespace EspProv.Board.Loader;

/// <summary>
/// Talks to a board's ROM loader: identifies the board, erases a range of its flash, and reads what it prints after a restart. No code is
/// loaded into the chip. Not safe for concurrent callers.
/// </summary>
public sealed class BoardLoader : IAsyncDisposable
{
    /// <summary>The offset of the partition table in flash unless firmware was built with another one, in bytes.</summary>
    public const int DefaultPartitionTableOffset = (int)PartitionTable.DefaultOffset;

    /// <summary>The size of a sector of the flash, the least that can be erased, in bytes.</summary>
    public const int SectorSize = (int)RomLoader.SectorSize;

    /// <summary>The offset of the last sector that the loader reaches, in bytes.</summary>
    public const int LastSector = (int)(LargestFlash - RomLoader.SectorSize);

    // What every known ROM can address. Higher addresses wrap around to the start.
    private const uint LargestFlash = 16 * 1024 * 1024;
    private const int HeaderLength = 64;
    private const byte ImageMagic = 0xE9;
    private const int EraseAttempts = 3;

    private readonly Stream _stream;
    private readonly RomLoader _rom;
    private readonly StartLog _log;
    private readonly BoardLoaderOptions _options;
    private readonly string _port;
    private bool _isInLoader;
    private bool _hasLines;
    private bool _isFlashAttached;
    private BoardChip? _chip;
    private LoaderSecurity? _security;
    private uint? _flashSize;
    private uint _tableEnd = PartitionTable.DefaultOffset + RomLoader.SectorSize;

    private BoardLoader(Stream stream, string port, BoardLoaderOptions options)
    {
        _stream = stream;
        _options = options;
        _port = port;
        _rom = new RomLoader(stream, port, options.TimeProvider);
        _log = new StartLog(_rom, options.TimeProvider);
    }

    /// <summary>Opens a port and starts the board's ROM loader, or waits until the user starts it.</summary>
    /// <param name="port">The port: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels, and closes the port.</param>
    /// <exception cref="ProvisioningException">
    /// <see cref="ProvisioningErrorReason.DeviceUnreachable"/>, <see cref="ProvisioningErrorReason.TransportUnavailable"/>.
    /// </exception>
    /// <exception cref="BoardException"><see cref="BoardProblem.BoardNotInLoader"/>.</exception>
    public static async Task<BoardLoader> ConnectAsync(string port, BoardLoaderOptions? options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(port);
        options ??= new BoardLoaderOptions();
        string name = port.Trim();
        Stream stream = await Task.Run(() => SerialLine.Open(name, options.BaudRate), CancellationToken.None).ConfigureAwait(false);
        return await ConnectAsync(stream, name, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Connects over any stream, and takes ownership of it.</summary>
    internal static async Task<BoardLoader> ConnectAsync(
        Stream stream, string port, BoardLoaderOptions options, CancellationToken cancellationToken)
    {
        var loader = new BoardLoader(stream, port, options);
        try
        {
            await loader.EnterAsync(cancellationToken).ConfigureAwait(false);
            return loader;
        }
        catch
        {
            await loader.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Identifies the board. Changes nothing.</summary>
    /// <param name="partitionTableOffset">
    /// The offset of the partition table in flash, in bytes; null for <see cref="DefaultPartitionTableOffset"/>.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="BoardException">
    /// <see cref="BoardProblem.BoardChipUnknown"/>, <see cref="BoardProblem.BoardSecureDownload"/>,
    /// <see cref="BoardProblem.BoardNotAnswering"/>, <see cref="BoardProblem.BoardRequestRefused"/>.
    /// </exception>
    public async Task<BoardInfo> IdentifyAsync(uint? partitionTableOffset, CancellationToken cancellationToken)
    {
        await ReenterAsync(cancellationToken).ConfigureAwait(false);
        BoardChip chip = await FindChipAsync(cancellationToken).ConfigureAwait(false);
        uint low = await _rom.ReadRegisterAsync(chip.MacRegister, cancellationToken).ConfigureAwait(false);
        uint high = await _rom.ReadRegisterAsync(chip.MacRegister + 4, cancellationToken).ConfigureAwait(false);
        byte[] mac = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(mac, high);
        BinaryPrimitives.WriteUInt32BigEndian(mac.AsSpan(4), low);
        string revision = await chip.ReadRevisionAsync(_rom, cancellationToken).ConfigureAwait(false);
        await AttachFlashAsync(cancellationToken).ConfigureAwait(false);
        uint table = partitionTableOffset ?? PartitionTable.DefaultOffset;
        byte[]? flash = await _rom.TryReadFlashAsync(table, PartitionTable.MaxLength, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<BoardPartition> partitions = PartitionTable.Parse(flash) ?? [];
        uint tableEnd = table + RomLoader.SectorSize;
        string? problem = partitions.Count == 0
            ? string.Create(
                CultureInfo.InvariantCulture, $"There is no partition table at 0x{table:x} in the flash of the board at {_port}")
            : FindProblem("in the flash", partitions, tableEnd);
        if (problem is null)
            _tableEnd = tableEnd;
        else
            partitions = [];
        return new BoardInfo
        {
            Port = _port,
            Chip = chip.Name,
            Revision = revision,
            MacAddress = HardwareAddress.Format(mac.AsSpan(2)).ToUpperInvariant(),
            FlashSize = _flashSize,
            HasSecureBoot = _security?.HasSecureBoot,
            Partitions = partitions,
            PartitionTableSource = problem is null ? PartitionTableSource.Flash : PartitionTableSource.None,
            PartitionTableProblem = problem,
        };
    }

    /// <summary>
    /// Reads the partition table from the bootloader's log if flash has none. This restarts the board, which then runs its application.
    /// Changes nothing.
    /// </summary>
    /// <param name="board">The result of <see cref="IdentifyAsync"/>.</param>
    /// <param name="forErasing">
    /// Whether the loader is needed again, for <see cref="EraseAsync"/>. Then the board is restarted only if DTR and RTS can start the
    /// loader, and two starts must print the same table, because it has no checksum.
    /// </param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>The board with the table, or with the reason for which there is none.</returns>
    public async Task<BoardInfo> ReadPrintedTableAsync(BoardInfo board, bool forErasing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(board);
        if (board.PartitionTableProblem is not { } inFlash)
            return board;
        if (forErasing && !_hasLines)
            return Without("the board cannot be restarted through the port to read it from its log");
        try
        {
            PrintedTable printed = await PrintTableAsync(cancellationToken).ConfigureAwait(false);
            if (printed.Partitions.Count == 0)
                return Without("its log shows none");
            if (forErasing && !printed.HasSameAs(await PrintTableAsync(cancellationToken).ConfigureAwait(false)))
                return Without("its log shows another one at each start");
            _flashSize ??= printed.FlashSize;

            // Offsets past the end of the flash wrap around to its start.
            if (forErasing && _flashSize is null)
                return Without("its log does not say how large the flash is");
            string? problem = FindProblem("in the log", printed.Partitions, PartitionTable.DefaultOffset + RomLoader.SectorSize);
            return board with
            {
                FlashSize = _flashSize,
                Partitions = problem is null ? printed.Partitions : [],
                PartitionTableSource = problem is null ? PartitionTableSource.BootLog : PartitionTableSource.None,
                PartitionTableProblem = problem,
            };
        }
        catch (ProvisioningException exception)
        {
            return Without($"while its log was read: {exception.Message.TrimEnd('.')}");
        }

        BoardInfo Without(string reason) => board with { PartitionTableProblem = $"{inFlash}, and {reason}" };
    }

    /// <summary>Checks that a range of the flash may be erased: it is valid, and contains only NVS or unpartitioned space.</summary>
    /// <param name="board">The result of <see cref="IdentifyAsync"/> or <see cref="ReadPrintedTableAsync"/>, for its partitions.</param>
    /// <param name="offset">The offset of the range, in bytes.</param>
    /// <param name="size">The size of the range, in bytes.</param>
    /// <exception cref="BoardException"><see cref="BoardProblem.RangeNotErasable"/>; the message says why.</exception>
    public void CheckRange(BoardInfo board, uint offset, uint size)
    {
        ArgumentNullException.ThrowIfNull(board);
        CheckRange(offset, size);

        // The offset of a printed table is unknown, but no partition precedes it.
        uint lowest = board.Partitions.Where(partition => !partition.IsBootPart).Min(partition => (uint?)partition.Offset) ?? 0;
        if (offset < lowest)
            throw NotErasable(offset, size, BeforePartitions(lowest));
        if (board.Partitions.FirstOrDefault(partition => !partition.IsNvs && partition.Overlaps(offset, size)) is { } other)
            throw NotErasable(offset, size, $"It touches the partition {other}, which is not for NVS");
    }

    /// <summary>
    /// Erases a range of the flash and verifies it against the ROM's MD5. If the range is erased already, no request that changes flash is
    /// sent. After an error the range has its old content, or is erased in whole or in part; no other byte is changed.
    /// </summary>
    /// <param name="offset">The offset of the range, in bytes; a multiple of 4096, after the partition table.</param>
    /// <param name="size">The size of the range, in bytes; a multiple of 4096.</param>
    /// <param name="cancellationToken">Cancels; the ROM finishes an erasure that has begun.</param>
    /// <exception cref="BoardException">
    /// <see cref="BoardProblem.RangeNotErasable"/>: the range cannot be erased. <see cref="BoardProblem.BoardNvsNotErased"/>: it could
    /// not be verified; the message says what the range contains now. Also those of <see cref="IdentifyAsync"/>.
    /// </exception>
    public async Task<BoardErasure> EraseAsync(uint offset, uint size, CancellationToken cancellationToken)
    {
        CheckRange(offset, size);
        await ReenterAsync(cancellationToken).ConfigureAwait(false);
        BoardChip chip = await FindChipAsync(cancellationToken).ConfigureAwait(false);
        await AttachFlashAsync(cancellationToken).ConfigureAwait(false);
        CheckRange(offset, size);
        byte[] erased = Md5OfErased(size);
        byte[] before = await GetSameMd5Async(offset, size, cancellationToken).ConfigureAwait(false);
        if (before.AsSpan().SequenceEqual(erased))
            return new BoardErasure(WasErased: true, Attempts: 0);

        // The erase request has no checksum: a line that has garbled messages might garble its range too.
        if (_rom.HasFaults)
        {
            throw new BoardException(
                BoardProblem.BoardNvsNotErased,
                $"Messages of the board at {_port} were lost or garbled, so that nothing was erased. Check the cable, or lower the speed.");
        }

        byte[]? now = before;
        Exception? cause = null;
        for (int attempt = 1; attempt <= EraseAttempts; attempt++)
        {
            try
            {
                await _rom.EraseAsync(offset, size, chip.HasEncryptionWord, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is BoardException or ProvisioningException)
            {
                // It may have been erased nevertheless, which the MD5 shows.
                cause = exception;
            }

            now = await TryGetMd5Async(offset, size, cancellationToken).ConfigureAwait(false);
            if (now?.AsSpan().SequenceEqual(erased) == true)
                return new BoardErasure(WasErased: false, attempt);
            if (now is null)
                break;
        }

        string state = now is null ? "It may have its old content, or be erased in whole or in part"
            : now.AsSpan().SequenceEqual(before) ? "It has its old content"
            : "A part of it is erased";
        throw new BoardException(
            BoardProblem.BoardNvsNotErased,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The range 0x{offset:x} of 0x{size:x} bytes is not erased. {state}; nothing else was changed."),
            cause);
    }

    /// <summary>
    /// Restarts the board into its application, and reads its log until it reports its state: for at most six seconds, or three without
    /// output.
    /// </summary>
    /// <param name="cancellationToken">Cancels; the board may still have to be restarted by <see cref="RestartAsync"/>.</param>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DeviceUnreachable"/>: the port went away.</exception>
    public async Task<BoardStart> StartAsync(CancellationToken cancellationToken)
    {
        await LeaveAsync(cancellationToken).ConfigureAwait(false);
        return await _log.ReadStateAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Restarts the board into its application, through DTR and RTS or the loader, unless it runs already.</summary>
    /// <exception cref="ProvisioningException"><see cref="ProvisioningErrorReason.DeviceUnreachable"/>: the port went away.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        if (_isInLoader && !await TryRestartByLinesAsync(cancellationToken).ConfigureAwait(false))
            await _rom.RestartAsync(cancellationToken).ConfigureAwait(false);
        _isInLoader = false;
    }

    /// <summary>Closes the port; the board stays in its loader if it was not restarted.</summary>
    public ValueTask DisposeAsync() => new(SerialLine.CloseAsync(_stream));

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        // Set also for a failure: the chip's state is unknown then, and it is restarted at the end.
        (_isInLoader, _isFlashAttached) = (true, false);
        await FindLoaderAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ReenterAsync(CancellationToken cancellationToken)
    {
        if (!_isInLoader)
            await EnterAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        // Does not wait for the loader's reply: the log follows it immediately.
        if (!await TryRestartByLinesAsync(cancellationToken).ConfigureAwait(false))
            await _rom.LeaveAsync(cancellationToken).ConfigureAwait(false);
        _isInLoader = false;
    }

    // Lines that did not start the loader are not connected to the chip.
    private async Task<bool> TryRestartByLinesAsync(CancellationToken cancellationToken) =>
        _hasLines && await LoaderEntry.TryRestartAsync(
            (IModemLines)_stream, _options.TimeProvider, cancellationToken).ConfigureAwait(false);

    private async Task<PrintedTable> PrintTableAsync(CancellationToken cancellationToken)
    {
        await LeaveAsync(cancellationToken).ConfigureAwait(false);
        return await _log.ReadTableAsync(cancellationToken).ConfigureAwait(false);
    }

    private string? FindProblem(string place, IReadOnlyList<BoardPartition> partitions, uint lowest) =>
        PartitionTable.FindProblem(partitions, lowest, _flashSize ?? LargestFlash) is { } problem
            ? $"The partition table {place} of the board at {_port} cannot be right: {problem}"
            : null;

    private async Task FindLoaderAsync(CancellationToken cancellationToken)
    {
        if (_options.IsInLoader)
        {
            if (await _rom.SyncAsync(attempts: 10, cancellationToken).ConfigureAwait(false))
                return;
            throw NotInLoader("it does not answer");
        }

        if (_stream is IModemLines lines
            && await LoaderEntry.TryAsync(lines, _rom, _options.TimeProvider, cancellationToken).ConfigureAwait(false))
        {
            _hasLines = true;
            return;
        }

        _options.OnManual?.Invoke();
        long start = _options.TimeProvider.GetTimestamp();
        while (_options.TimeProvider.GetElapsedTime(start) < _options.ManualTimeout)
        {
            if (await _rom.SyncAsync(attempts: 1, cancellationToken).ConfigureAwait(false))
                return;
        }

        throw NotInLoader(string.Create(
            CultureInfo.InvariantCulture,
            $"DTR and RTS did not start it, and it was not started by hand within {_options.ManualTimeout.TotalSeconds:0.###} s"));
    }

    private BoardException NotInLoader(string why) =>
        new(BoardProblem.BoardNotInLoader, $"The board at {_port} is not in its ROM loader: {why}.");

    private async Task<BoardChip> FindChipAsync(CancellationToken cancellationToken)
    {
        if (_chip is not null)
            return _chip;
        _security = await _rom.GetSecurityAsync(cancellationToken).ConfigureAwait(false);
        if (_security is { IsDownloadRestricted: true })
        {
            throw new BoardException(
                BoardProblem.BoardSecureDownload,
                $"The chip at {_port} is in Secure Download Mode: its loader reads no flash, so that erasing could not be verified.");
        }

        uint? magic = _security?.ChipId is null
            ? await _rom.ReadRegisterAsync(BoardChip.MagicRegister, cancellationToken).ConfigureAwait(false)
            : null;
        _chip = BoardChip.All.FirstOrDefault(chip => magic is null ? chip.Id == _security!.ChipId : chip.Magic == magic);
        if (_chip is not null)
            return _chip;
        string word = string.Create(
            CultureInfo.InvariantCulture, $"{(magic is null ? "number" : "magic word")} is 0x{magic ?? _security!.ChipId:x}");
        throw new BoardException(BoardProblem.BoardChipUnknown, $"The chip at {_port} is not a known one: its {word}.");
    }

    private async Task AttachFlashAsync(CancellationToken cancellationToken)
    {
        if (_isFlashAttached)
            return;
        await _rom.AttachFlashAsync(_flashSize ?? LargestFlash, cancellationToken).ConfigureAwait(false);
        if (_flashSize is null)
        {
            byte[]? header = await _rom.TryReadFlashAsync(_chip!.BootloaderOffset, HeaderLength, cancellationToken).ConfigureAwait(false);
            if (header is [ImageMagic, _, _, < 0x80, ..])
            {
                _flashSize = (1u << (header[3] >> 4)) * 1024 * 1024;
                await _rom.AttachFlashAsync(_flashSize.Value, cancellationToken).ConfigureAwait(false);
            }
        }

        _isFlashAttached = true;
    }

    private void CheckRange(uint offset, uint size)
    {
        string? problem =
            size == 0 || offset % RomLoader.SectorSize != 0 || size % RomLoader.SectorSize != 0
                ? "Offset and size are multiples of 0x1000, the size of a sector of the flash"
            : offset < _tableEnd
                ? BeforePartitions(_tableEnd)
            : (ulong)offset + size > Math.Min(_flashSize ?? LargestFlash, LargestFlash)
                ? "It does not end within the flash, or within the 16 MiB of it that the loader reaches"
            : null;
        if (problem is not null)
            throw NotErasable(offset, size, problem);
    }

    private static string BeforePartitions(uint lowest) =>
        string.Create(CultureInfo.InvariantCulture, $"It touches the bootloader or the partition table, which are before 0x{lowest:x}");

    private static BoardException NotErasable(uint offset, uint size, string problem) => new(
        BoardProblem.RangeNotErasable,
        string.Create(CultureInfo.InvariantCulture, $"The range 0x{offset:x} of 0x{size:x} bytes cannot be erased. {problem}."));

    // Requested twice: a garbled request may ask for another range, which happens to be erased.
    private async Task<byte[]> GetSameMd5Async(uint offset, uint size, CancellationToken cancellationToken)
    {
        byte[] first = await _rom.GetMd5Async(offset, size, cancellationToken).ConfigureAwait(false);
        byte[] second = await _rom.GetMd5Async(offset, size, cancellationToken).ConfigureAwait(false);
        return first.AsSpan().SequenceEqual(second)
            ? first
            : throw new BoardException(
                BoardProblem.BoardNotAnswering, $"The board at {_port} gives two different MD5s of the same flash. Check the cable.");
    }

    private async Task<byte[]?> TryGetMd5Async(uint offset, uint size, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < EraseAttempts; attempt++)
        {
            try
            {
                // Late replies to earlier requests must not be taken for the reply to this one.
                if (!await _rom.SyncAsync(attempts: 10, cancellationToken).ConfigureAwait(false))
                    return null;
                return await GetSameMd5Async(offset, size, cancellationToken).ConfigureAwait(false);
            }
            catch (BoardException)
            {
                // Retried.
            }
            catch (ProvisioningException)
            {
                // The port is gone.
                return null;
            }
        }

        return null;
    }

#pragma warning disable CA5351 // The ROM has only this digest. It detects damage, not attacks.
    private static byte[] Md5OfErased(uint size)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] sector = new byte[RomLoader.SectorSize];
        Array.Fill(sector, (byte)0xFF);
        for (uint at = 0; at < size; at += RomLoader.SectorSize)
            md5.AppendData(sector);
        return md5.GetHashAndReset();
    }
#pragma warning restore CA5351
}
