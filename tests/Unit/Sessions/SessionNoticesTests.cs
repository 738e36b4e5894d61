using EspProv.Sessions;

namespace EspProv.Tests.Sessions;

public sealed class SessionNoticesTests
{
    [Fact]
    public void Notices_that_nobody_hears_are_kept_from_the_first_one_on_up_to_the_limit()
    {
        var notices = new SessionNotices();
        for (int i = 0; i < 10_000; i++)
            notices.Raise(new SessionNotice($"{i}", SessionNoticeLevel.Information));
        var heard = new List<string>();
        notices.Add(notice => heard.Add(notice.Message));
        Assert.Equal(Enumerable.Range(0, SessionNotices.MaxKept).Select(i => $"{i}"), heard);
        notices.Raise(new SessionNotice("now", SessionNoticeLevel.Information));
        Assert.Equal("now", heard[^1]);
    }
}
