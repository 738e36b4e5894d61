using EspProv.Host;

namespace EspProv.Tests.Host;

public class ProcessEndTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private readonly ProcessEnd _end = new();

    [Fact]
    public async Task What_is_registered_is_done_once_and_whoever_asks_meanwhile_waits_for_it()
    {
        int done = 0;
        var gate = new TaskCompletionSource();
        using IDisposable registration = _end.Register(
            async () =>
            {
                Interlocked.Increment(ref done);
                await gate.Task;
            },
            Long);
        Task first = _end.CleanAsync();
        Task second = _end.CleanAsync();
        Assert.False(second.IsCompleted);
        gate.SetResult();
        await Task.WhenAll(first, second);
        await _end.CleanAsync();
        Assert.Equal(1, done);
    }

    [Fact]
    public async Task What_was_taken_back_is_not_done()
    {
        bool isDone = false;
        _end.Register(() => Task.FromResult(isDone = true), Long).Dispose();
        await _end.CleanAsync();
        Assert.False(isDone);
    }

    [Fact]
    public async Task Neither_a_failure_nor_what_takes_too_long_keeps_the_rest_from_being_done()
    {
        bool isDone = false;
        using IDisposable failing = _end.Register(() => throw new InvalidOperationException(), Long);
        using IDisposable faulted = _end.Register(() => Task.FromException(new IOException()), Long);
        using IDisposable endless = _end.Register(() => new TaskCompletionSource().Task, TimeSpan.FromMilliseconds(1));
        using IDisposable blocking = _end.Register(() => Task.Run(() => Thread.Sleep(Timeout.Infinite)), TimeSpan.FromMilliseconds(1));
        using IDisposable last = _end.Register(() => Task.FromResult(isDone = true), Long);
        await _end.CleanAsync();
        Assert.True(isDone);
    }

    [Fact]
    public async Task What_is_begun_during_the_end_is_done_too_but_not_for_ever()
    {
        int done = 0;
        Begin();
        await _end.CleanAsync();
        Assert.Equal(2, done);

        void Begin() => _end.Register(
            () =>
            {
                done++;
                Begin();
                return Task.CompletedTask;
            },
            Long);
    }

    [Fact]
    public async Task A_process_that_goes_on_all_the_same_is_cleaned_up_after_again()
    {
        int done = 0;
        using IDisposable first = _end.Register(() => Task.FromResult(done++), Long);
        await _end.CleanAsync();
        using IDisposable second = _end.Register(() => Task.FromResult(done++), Long);
        await _end.CleanAsync();
        Assert.Equal(2, done);
    }
}
