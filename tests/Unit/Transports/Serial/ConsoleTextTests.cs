using EspProv.Transports.Serial;

namespace EspProv.Tests.Transports.Serial;

/// <summary>What a console prints, and what is made of it.</summary>
public class ConsoleTextTests
{
    private const string Line = "prov-session 12 0a0b";

    public static TheoryData<string, string> Replies => new()
    {
        { "prov-session 12 0a0b\r\n\r\n1001\r\n\n>> ", "1001" },
        { "prov-session 12 0a0b\r\n\n1001\n\n>> ", "1001" },
        { "prov-session 12 0a0b\r\n\r\r\n1001\r\r\n\r\n>> ", "1001" },
        { "prov-session 12 0a0b\r\rfeed\r\r>> ", "feed" },

        // A prompt of before the request, and log messages everywhere.
        { "\n>> prov-session 12 0a0b\r\n\r\n1001\r\n\n>> ", "1001" },
        { "prov-session 12 0a0b\r\n\x1b[0;32mI (445) app: Starting provisioning\x1b[0m\r\n\r\n1001\r\nI (9) wifi: done 0a\r\n\n>> ", "1001" },
        { "prov-session 12 0a0b\r\n\r\n10I (445) app: Hello World!\r\n01\r\n\n>> ", "1001" },
        { "prov-session 12 0a\x1b[0;31mE (00:00:01.250) app: Hello World!\x1b[0m\r\n0b\r\n\r\n1001\r\n\n>> I (7) x: y\r\n", "1001" },
        { "prov-session 12 0a0b\r\n    SSID     : myssid\r\n    Password : ********\r\n\r\n1001\r\n\n>> ", "1001" },

        // Firmware that does not echo.
        { "\r\n1001\r\n\n>> ", "1001" },

        // An answer without bytes.
        { "prov-session 12 0a0b\r\n\r\n\r\n\n>> ", "" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_found_among_everything_else_and_not_before_the_prompt(string received, string hex)
    {
        ConsoleReply reply = ConsoleText.Find(received, Line);
        Assert.Equal((ConsoleReplyKind.Complete, hex), (reply.Kind, Convert.ToHexStringLower(reply.Body!)));

        int prompt = received.LastIndexOf(">> ", StringComparison.Ordinal);
        for (int length = 0; length < prompt + 3; length++)
            Assert.NotEqual(ConsoleReplyKind.Complete, ConsoleText.Find(received[..length], Line).Kind);
    }

    [Theory]
    [InlineData("prov-session 12 0a0b\r\n\n>> ")]
    [InlineData("prov-session 12 0a0b\r\nE (22) security1: Key mismatch. Close connection\r\n\n>> ")]
    [InlineData("prov-session 12 0a0b\r\nUnrecognized command\r\n\n>> ")]
    public void A_prompt_without_a_reply_is_a_refusal(string received) => Assert.Equal(ConsoleReplyKind.Refused, ConsoleText.Find(received, Line).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("\n>> ")]
    [InlineData("I (1) app: x\r\n\n>> ")]
    [InlineData("prov-session 12 0a0b\r\n\r\n1001\r\n")]
    [InlineData("prov-session 12 0a0b\r\n\r\n100")]
    public void Everything_else_is_not_the_end(string received) => Assert.Equal(ConsoleReplyKind.Pending, ConsoleText.Find(received, Line).Kind);

    // Prompts without an echo, a line without an end that begins like many messages, and what only looks like colours.
    [Theory]
    [InlineData("\n>> ")]
    [InlineData("\n>> 0")]
    [InlineData("E (1) ")]
    [InlineData("\u001b[0;")]
    [InlineData("\r")]
    public void A_flood_costs_no_more_than_its_length(string piece)
    {
        string flood = string.Concat(Enumerable.Repeat(piece, 128 * 1024 / piece.Length));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ConsoleReplyKind.Pending, ConsoleText.Find(flood, Line).Kind);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * flood.Length);
    }

    [Theory]
    [InlineData("rst:0x1 (POWERON_RESET),boot:0x13", true)]
    [InlineData("prov-config 1 00\r\nrst:0x10 (RTCWDT_RTC_RESET),boot:0x13\r\n", true)]
    [InlineData("I (1) app: first:0x1 (no)\r\n", false)]
    public void A_restart_is_noticed(string received, bool restarted) => Assert.Equal(restarted, ConsoleText.HasRestarted(received));
}
