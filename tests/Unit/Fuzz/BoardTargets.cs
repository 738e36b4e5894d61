using EspProv.Board.Log;

namespace EspProv.Tests.Fuzz;

/// <summary>What a board on a cable prints.</summary>
internal static class BoardTargets
{
    private const int Piece = 7;

    public static FuzzTarget Log { get; } = new()
    {
        Name = "board-log",
        Inputs = 30_000,
        Tokens = FuzzTarget.Texts(
            "\n", "\r", "\e[0;32m", "\e", "I (1) app: ", "E (12:34:56.789) x: ", "boot: Partition Table:\n", "boot: End of partition table\n", "\tPassword : ",
            "\tSSID     : ", "\tReason : ", "Received Wi-Fi credentials\n", "Provisioning failed!\n", "rst:0x1 (A),boot:0x1 (B)\n", "{\"ver\":\"v1\"", "\"transport\"",
            "?data=", "ff ff ff ff", "pop: "),
        Corpus = FuzzTarget.Texts(
            """
            ESP-ROM:esp32c3-api1-20210207
            rst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)
            I (66) boot: Partition Table:
            I (73) boot:  0 nvs              WiFi data        01 02 00009000 00006000
            I (95) boot: End of partition table
            I (445) app: Starting provisioning
            I (1045) network_prov_mgr: Provisioning started with service name : PROV_261FCC 
            https://espressif.github.io/esp-jumpstart/qrcode.html?data={"ver":"v1","name":"PROV_261FCC","pop":"abcd1234","transport":"ble"}

            """,
            "\e[0;32mI (1) app: Received Wi-Fi credentials\n\tSSID     : MyHome\n\tPassword : mypassword\e[0m\n"
            + "E (2) network_prov_mgr: Disconnect reason : 201\nE (3) app: Provisioning failed!\n\tReason : Wi-Fi access-point not found\n",
            "D (1) security1: Shared key:\nD (1) security1: 43 34 6e 34\nGuru Meditation Error: Core  0 panic'ed (LoadProhibited)\n3fc8f020: 0x346e3443\n"),
        IsExpected = static _ => false,
        Run = static (input, stop) =>
        {
            var whole = new BoardLogParser();
            var pieces = new BoardLogParser();
            var shown = new List<string?>();
            var again = new List<string?>();
            Read(whole.Add(input), shown);
            Read(whole.Complete(), shown);
            for (int at = 0; at < input.Length; at += Piece)
                Read(pieces.Add(input.AsSpan(at, Math.Min(Piece, input.Length - at))), again);
            Read(pieces.Complete(), again);
            if (!shown.SequenceEqual(again))
                throw new InvalidOperationException("Pieces are read as something else than the whole.");
        },
    };

    public static IEnumerable<FuzzTarget> All => [Log];

    private static void Read(IReadOnlyList<BoardLogEntry> entries, List<string?> shown)
    {
        foreach (BoardLogEntry entry in entries)
        {
            string text = entry.ToString()!;
            if (!UntrustedText.IsSafe(text))
                throw new InvalidOperationException("Text that is not safe to show.");
            shown.Add(text);
            (entry as BoardQrCodeEvent)?.Payload.Dispose();
        }
    }
}
