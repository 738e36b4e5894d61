namespace EspProv.Tests.Support;

/// <summary>Conditions that become true on another thread.</summary>
internal static class Condition
{
    /// <summary>Waits, for up to 30 s, until the condition holds.</summary>
    public static async Task EventuallyAsync(Func<bool> condition)
    {
        for (int i = 0; i < 3000 && !condition(); i++)
            await Task.Delay(10);
        Assert.True(condition());
    }
}
